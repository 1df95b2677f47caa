"""The rules behind an allocation, in words: who takes what, what is shared and how; changing and deleting them."""

from collections.abc import Sequence
from datetime import date, datetime

import streamlit as st

from core.access.roles import Permission
from core.costs.scope import ACCOUNT, Filter, Match
from core.costs.spend import Choices
from core.costs.virtual_tags import Method, Rule, SharedCost, VirtualTag
from core.periods import Period
from pages.ui import allocation_editor, cards, dialog, filter_chips, page, shared_cost_editor, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import allocation_rules as rules
from services.usecases.allocation_rules import Definitions

METHODS = {
    Method.PROPORTIONAL: "by what each value cost itself",
    Method.EVEN: "evenly",
    Method.FIXED: "by fixed weights",
    Method.METRIC: "by daily metrics",
}
_UNDO = "allocation-undo"


def show(screen: Screen, tag: str, known: Definitions, period: Period, choices: Choices) -> None:
    """One virtual tag: its versions, its shared costs, and the ways to change them."""
    may = screen.may(Permission.MANAGE_COSTS)
    versions = [each.tag for each in known.tags if each.tag.name == tag]
    pools = [each.shared for each in known.shared if each.shared.tag == tag]
    cards.heading("Rules", "The first rule that takes a line says its value")
    for version in reversed(versions):
        _version(screen, version, period, choices, may=may)
    cards.heading("Shared cost", "Lines that are nobody's alone, split among the values month by month")
    if not pools:
        states.note("None. Tax, support or a shared cluster are often split by what each value cost itself.")
    for pool in pools:
        _pool(screen, pool, period, choices, may=may)
    if may:
        with st.container(horizontal=True):
            if st.button("Add a shared cost", key="new-shared"):
                shared_cost_editor.edit(screen, tag, None, period)
            if st.button("Delete this virtual tag", key="delete-tag", type="tertiary"):
                _delete(screen, tag, None, [each.name for each in pools])
    else:
        states.note(f"To change these, ask one of: {page.able(Permission.MANAGE_COSTS)}.")


def _version(screen: Screen, version: VirtualTag, period: Period, choices: Choices, *, may: bool) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{fmt.plain(version.name)}** {states.badge(since(version.effective_from, screen))}"
            )
            if may and st.button("Edit", key=f"edit-{version.effective_from}", type="tertiary"):
                allocation_editor.edit(screen, version, period)
        lines = [
            f"{place}. {fmt.plain(in_words(screen, rule, choices))}"
            for place, rule in enumerate(version.rules, start=1)
        ]
        st.markdown("\n".join(lines))


def _pool(screen: Screen, pool: SharedCost, period: Period, choices: Choices, *, may: bool) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{fmt.plain(pool.name)}** {states.badge(since(pool.effective_from, screen))}")
            key = f"{pool.name}-{pool.effective_from}"
            if may and st.button("Edit", key=f"edit-shared-{key}", type="tertiary"):
                shared_cost_editor.edit(screen, pool.tag, pool, period)
            if may and st.button("Delete", key=f"delete-shared-{key}", type="tertiary"):
                _delete(screen, pool.tag, pool.name, ())
        among = ", ".join(_sharing(each.value, each.weight, each.metric) for each in pool.among)
        states.note(
            f"{fmt.sentence(_all(screen, pool.filters, choices))}: split {METHODS[pool.method]}, among {among or 'all values with cost in the month'}."
        )


def _sharing(value: str, weight: object, metric: str | None) -> str:
    return f"{value} ({weight or metric})" if weight or metric else value


def since(day: date, screen: Screen) -> str:
    """`from 1 Nov 2026 on`; said otherwise where that day is to come."""
    return f"from {fmt.day(day)} on" if day <= screen.now.date() else f"begins {fmt.day(day)}"


def in_words(screen: Screen, rule: Rule, choices: Choices) -> str:
    """`web, where account is 3182`, or `what its tag team says, where it has one`."""
    where = _all(screen, rule.filters, choices)
    if rule.of is None:
        return f"{rule.value}, where {where}" if where else f"{rule.value}, for every line left"
    has = f"{where} and it has one" if where else "it has one"
    return f"what its {_named(rule)} says, where {has}"


def _named(rule: Rule) -> str:
    if rule.of is None:
        return ""
    return f"tag {rule.of.tag}" if rule.of.tag else rule.of.name


def _all(screen: Screen, wanted: Sequence[Filter], choices: Choices) -> str:
    return " and ".join(_said(screen, each, choices) for each in wanted)


def _said(screen: Screen, wanted: Filter, choices: Choices) -> str:
    """A filter in words; an account that the reader does not see stays unnamed."""
    if wanted.dimension == ACCOUNT and wanted.value is not None and not screen.user.sees(wanted.value):
        return "account is " + ("not " if wanted.match is Match.IS_NOT else "") + "one that you do not see"
    return filter_chips.words([wanted], choices)[0]


def _delete(screen: Screen, tag: str, shared: str | None, taken_along: Sequence[str]) -> None:
    title = f"Delete {fmt.plain(shared or tag)}?"
    st.dialog(title)(_confirm)(screen, tag, shared, taken_along)


def _confirm(screen: Screen, tag: str, shared: str | None, taken_along: Sequence[str]) -> None:
    now = page.again(screen)
    if shared is None:
        along = f" Its shared costs go with it: {', '.join(taken_along)}." if taken_along else ""
        states.note(f"Nobody's cost is told by {tag} then.{along} You can undo it on the screen after.")
    else:
        states.note("Its lines are told by the rules again. You can undo it on the screen after.")
    if dialog.decided("Delete", "allocation-delete"):
        gone = page.attempt(rules.delete, now.ctx, now.user, tag, shared)
        if gone is not None:
            st.session_state[_UNDO] = (tag, shared, gone)
            states.say(f"Deleted: {shared or tag}.")


def undo(screen: Screen) -> None:
    """Offer to bring back what was deleted last on this screen."""
    if _UNDO not in st.session_state or not screen.may(Permission.MANAGE_COSTS):
        return
    tag, shared, gone = st.session_state[_UNDO]
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"Deleted: **{fmt.plain(shared or tag)}**", width="stretch")
        if st.button("Undo", key="allocation-undo-go") and page.attempt(_restored, screen, tag, shared, gone):
            del st.session_state[_UNDO]
            states.say(f"Back: {shared or tag}.")
        if st.button("Dismiss", key="allocation-undo-no", type="tertiary"):
            del st.session_state[_UNDO]
            st.rerun()


def _restored(screen: Screen, tag: str, shared: str | None, gone: datetime) -> bool:
    rules.restore(screen.ctx, screen.user, tag, shared, gone)
    return True
