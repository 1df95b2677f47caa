"""Setting a rule's thresholds, why it could not see, and taking exclusions back."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.access.roles import Permission
from core.recommendations.catalog import catalog
from core.recommendations.selection import RuleCoverage
from core.recommendations.tuning import Exclusion
from pages.ui import cards, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import rules
from services.usecases.rules import RuleView

REASONS = 10


def options(screen: Screen, view: RuleView) -> None:
    """A rule's thresholds, each with its unit and meaning; those who may set them."""
    if not view.rule.options:
        return
    may = screen.may(Permission.JUDGE_RECOMMENDATIONS) and screen.user.accounts is None
    if not may:
        cards.facts(
            [
                (
                    fmt.sentence(fmt.words(each.name)),
                    f"{view.options[each.name]:g} {each.unit}. {each.told}",
                )
                for each in view.rule.options
            ]
        )
        return
    with st.form(f"options-{view.rule.id}"):
        wanted = {
            each.name: st.number_input(
                f"{fmt.sentence(fmt.words(each.name))}, {each.unit}",
                min_value=0.0,
                value=float(view.options[each.name]),
                help=f"{each.told} Shipped as {each.default:g}.",
                format="%g",
                key=f"option-{view.rule.id}-{each.name}",
            )
            for each in view.rule.options
        }
        reason = st.text_input("Reason", placeholder="Say why: it is kept in the audit log", max_chars=300)
        with st.container(horizontal=True):
            saved = st.form_submit_button("Save thresholds", type="primary")
            back = st.form_submit_button("Back to as shipped")
    if saved or back:
        _save(screen, view, dict.fromkeys(wanted) if back else dict(wanted), reason)


def _save(screen: Screen, view: RuleView, wanted: Mapping[str, float | None], reason: str) -> None:
    changed = 0
    for name, value in wanted.items():
        now = view.rule.defaults[name] if value is None else value
        if now == view.options[name]:
            continue
        done = page.attempt(rules.set_option, screen.ctx, screen.user, view.rule.id, name, value, reason)
        if done is None:
            return
        changed += 1
    states.say(
        "Saved. It holds from the next evaluation on, within the hour." if changed else "Nothing was changed."
    )


def blind(covered: Sequence[RuleCoverage], accounts: Mapping[str, str]) -> None:
    """Why it could not see, by account."""
    for each in sorted((row for row in covered if row.unknown), key=lambda row: -row.unknown)[:REASONS]:
        known = each.found + each.ok
        where = fmt.plain(accounts.get(each.account_id, each.account_id))
        why = "; ".join(
            f"{reason.rstrip('.')} ({fmt.count(number, 'case')})"
            for reason, number in each.undetermined.items()
        )
        st.markdown(f":gray[{where}:] known for {known:,} of {known + each.unknown:,}\\. {fmt.plain(why)}")


def left_alone(screen: Screen, excluded: Sequence[Exclusion], accounts: Mapping[str, str]) -> None:
    """What is left alone, by whom and why; each can be taken back."""
    cards.heading("Left alone", "Rules do not look at these")
    if not excluded:
        states.note("Nothing. Open a recommendation and choose “Leave it alone for good” to add one.")
        return
    may = screen.may(Permission.JUDGE_RECOMMENDATIONS)
    known = catalog()
    for each in excluded:
        rule = known[each.rule].title if each.rule in known else "every rule"
        what = each.in_words()
        if each.account_id:
            what = what.replace(each.account_id, accounts.get(each.account_id, each.account_id))
        until = f" until {fmt.when(each.until)}" if each.until else ""
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{fmt.plain(fmt.sentence(what))}** from {fmt.plain(rule)}{until}: {fmt.plain(each.reason)}"
            )
            if may and st.button("Look again", key=f"include-{each.id}"):
                done = page.attempt(rules.include, screen.ctx, screen.user, each.id)
                if done is not None:
                    states.say("It is looked at again from the next evaluation on.")
        states.note(f"By {each.by}, {fmt.when(each.at)}")
