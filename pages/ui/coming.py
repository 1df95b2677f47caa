"""What schedules will do next, wherever a resource is shown."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.schedules.model import State
from pages.ui import cards, page, states, tables
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import schedules
from services.usecases.transitions import Transition


def note(screen: Screen, resource_id: str) -> None:
    """One line about one resource; nothing where nothing switches it within 14 days."""
    found = page.attempt(schedules.next_transitions, screen.ctx, screen.user, [resource_id], 1) or ()
    for each in found:
        states.note(f"Next: it {said(each, screen)}.")


def said(coming: Transition, screen: Screen) -> str:
    """Such as `stops Fri 27 Nov 18:00 UTC, in 3 hours, by office hours`."""
    verb = "starts" if coming.to is State.RUNNING else "stops"
    dry = " (only written down)" if coming.dry_run else ""
    by = f", by {', '.join(coming.schedules)}" if coming.schedules else ""
    return f"{verb} {fmt.moment(coming.at)} UTC, {fmt.ago(coming.at, screen.now)}{by}{dry}"


def table(screen: Screen, chosen: Sequence[str], called: Mapping[str, str]) -> None:
    """The next start or stop of each of these, soonest first; nothing where none is to come."""
    found = page.attempt(schedules.next_transitions, screen.ctx, screen.user, list(chosen)) if chosen else ()
    if not found:
        return
    cards.heading("Next starts and stops", "Of what is watched")
    tables.show(
        {
            "Resource": [called.get(each.resource_id, fmt.clean(each.name)) for each in found],
            "When, UTC": [each.at for each in found],
            "What": ["start" if each.to is State.RUNNING else "stop" for each in found],
            "By": [fmt.clean(", ".join(each.schedules)) for each in found],
        },
        {
            "Resource": tables.thing_column("Resource"),
            "When, UTC": st.column_config.DatetimeColumn(
                "When, UTC", format="ddd D MMM, HH:mm", timezone="UTC", width=142
            ),
            "What": tables.text_column("What", width=60),
        },
        alt="Next starts and stops of what is watched",
        key="live-coming",
    )
