"""What schedules want of a resource now, and its history: decided, why, done, observed."""

from collections.abc import Sequence

import streamlit as st

from core.actions.model import ActionState
from core.schedules.attachment import Mode
from core.schedules.model import State
from pages.ui import cards, page, tables
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import schedule_history
from services.usecases.schedule_history import History, Line, Present

WORDS = {State.RUNNING: "on", State.STOPPED: "off", State.ANY: "left alone"}
MODES = {
    Mode.APPROVE: "It asks somebody before it acts.",
    Mode.DRY_RUN: "It is only written down.",
}
SHOWN = 50


def show(screen: Screen, resource_id: str) -> None:
    """Why it is as it is, and every decision before; nothing for what neither a schedule nor an override is for."""
    found = page.attempt(schedule_history.history, screen.ctx, screen.user, resource_id, limit=SHOWN)
    if found is None or (found.now is None and not found.lines):
        return
    cards.heading("Schedule", "What is wanted now, and what was decided, done and seen")
    if found.now is not None:
        _now(found.now)
    _failing(screen, found)
    if found.lines:
        _table(found.lines)


def _now(present: Present) -> None:
    said = fmt.sentence(present.decision.reason)
    mode = MODES.get(present.mode, "") if present.mode else ""
    st.markdown(f"{fmt.plain(said)}. {mode}".rstrip())


def _failing(screen: Screen, found: History) -> None:
    """The last decision where it failed: why, and when it is tried again."""
    last = found.lines[0] if found.lines else None
    if last is None or last.trial is None or last.next_try_at is None:
        return
    when = (
        f"It is tried again {fmt.ago(last.next_try_at, screen.now)}"
        if last.next_try_at > screen.now
        else "It is tried again now"
    )
    times = fmt.count(last.trial.failures, "time")
    st.warning(fmt.plain(f"To turn it {WORDS[last.acted.desired]} failed {times}. {last.trial.why} {when}."))


def _table(lines: Sequence[Line]) -> None:
    tables.show(
        {
            "Decided, UTC": [line.acted.decided_at for line in lines],
            "Wanted": [WORDS[line.acted.desired] for line in lines],
            "Done": [done(line) for line in lines],
            "Seen": [seen(line) for line in lines],
            "Why": [fmt.clean(line.acted.reason.partition(": ")[2] or line.acted.reason) for line in lines],
        },
        {
            "Decided, UTC": st.column_config.DatetimeColumn(
                "Decided, UTC", format="ddd D MMM, HH:mm", timezone="UTC", width=142
            ),
            "Wanted": tables.text_column("Wanted", width=70),
        },
        alt="What schedules decided, what was done and what was seen",
        key="schedule-history",
        tallest=8,
    )


def done(line: Line) -> str:
    """What became of a decision, in words."""
    if line.action is None:
        return fmt.clean(fmt.sentence(line.acted.outcome))
    if line.action.state is ActionState.WAITING:
        return "Waits for approval"
    if line.action.state is ActionState.DONE:
        return "Done" if line.action.begun else "Already so"
    said = line.action.outcome or line.action.waiting
    return fmt.clean(fmt.sentence(line.action.state) + (f": {said}" if said else ""))


def seen(line: Line) -> str:
    """The states seen after it, oldest first, each with its time."""
    return (
        fmt.clean(", ".join(f"{fmt.words(each.state)} {each.at:%H:%M}" for each in line.seen)) or "No change"
    )
