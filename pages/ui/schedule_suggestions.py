"""Schedules that metrics already show, each with what it saves, how sure that is and what the risk is; one click attaches it."""

import streamlit as st

from core.access.roles import Permission
from core.inventory import Kind
from core.recommendations.finding import Risk
from core.recommendations.mined import Suggestion
from core.schedules.switch import SWITCHES
from pages.ui import cards, dialog, page, schedule_editor, schedule_words, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import mined_schedules

SHOWN = 6
STOPS = "Attach, and stop now"
REASON = "Its metrics show these hours"
SURE = {"high": "green", "medium": "orange", "low": "red"}
RISKS = {Risk.VERY_LOW: "green", Risk.LOW: "green", Risk.MEDIUM: "orange", Risk.HIGH: "red"}


def show(screen: Screen) -> None:
    """The suggestions that save most; nothing where there are none."""
    found = page.attempt(mined_schedules.listing, screen.ctx, screen.user)
    if not found:
        return
    cards.heading(
        "Suggested by metrics",
        "The on and off that two weeks of use already show; once attached, what should be off is stopped",
    )
    may = screen.may(Permission.EDIT_SCHEDULES) and screen.may(Permission.ACT)
    grid = st.grid(2, min_column_width=300, gap="small", border=True)
    for place, each in enumerate(found[:SHOWN]):
        with grid.cell():
            _one(screen, each, place, may=may)
    if len(found) > SHOWN:
        rest = sum((each.saving for each in found[SHOWN:]), found[0].saving * 0)
        st.page_link(
            "pages/recommendations.py",
            label=f"{len(found) - SHOWN:,} more, {fmt.plain(fmt.money(rest))} a month together, under Recommendations",
        )
    states.note(
        "A database that its application stays connected to day and night does not show when it is needed. Replay it below with its "
        "application's schedule, and attach that with a lower order."
    )


def _one(screen: Screen, each: Suggestion, place: int, *, may: bool) -> None:
    badges = f"{states.badge(f'{each.sure} confidence', SURE[each.sure])} {states.badge(f'{each.risk} risk', RISKS[each.risk])}"
    st.markdown(f"**{fmt.plain(_whom(each))}**, {fmt.plain(fmt.money(each.saving))} a month  \n{badges}")
    states.note(
        f"{schedule_editor.in_words(each.definition)} Off {each.patterns[0].hours_off} of 168 hours a week."
    )
    confidence = fmt.percent(each.confidence * 100, 0)
    states.note(f"It went this way already in {confidence} of the hours seen; {each.because}.")
    if each.kind in schedule_words.LOST:
        states.note(schedule_words.LOST[each.kind])
    if may:
        _offer(screen, each, place)


def _offer(screen: Screen, each: Suggestion, place: int) -> None:
    """What attaching it now would mean, and the button: it asks where somebody else must agree, and a tag, which cannot wait, leads to its parts."""
    waits = page.attempt(mined_schedules.foretold, screen.ctx, screen.user, each)
    stops = False
    if waits:
        states.note(waits)
    else:
        stops = schedule_words.at_once(each.definition, screen.now)
    if waits and each.tag is not None:
        rule = mined_schedules.rules(each.kind)
        st.page_link(
            "pages/recommendations.py",
            label="Open the recommendations",
            query_params={"rule": rule[0]} if rule else None,
        )
        return
    if st.button(
        dialog.ASKS if waits else STOPS if stops else "Attach",
        key=f"suggested-{place}-{each.patterns[0].resource_id}",
        help=fmt.plain(f"To {_whom(each)}"),
    ):
        said = page.attempt(_attached, screen, each)
        if said:
            states.say(said)


def _attached(screen: Screen, each: Suggestion) -> str:
    """Attach it; answers what came of that."""
    waiting = mined_schedules.attach(screen.ctx, screen.user, each, REASON)
    return f"Attached to {_whom(each)}." if waiting is None else f"It waits. {waiting.waiting}"


def _whom(each: Suggestion) -> str:
    """The tag and how many carry it, or the one's name and what it is."""
    if each.tag is None:
        noun = "" if each.kind is Kind.INSTANCE else f" ({SWITCHES[each.kind].plural.removesuffix('s')})"
        return f"{each.patterns[0].name}{noun}"
    return f"Tag {each.tag[0]}={each.tag[1]} ({len(each.patterns)} {SWITCHES[each.kind].plural})"
