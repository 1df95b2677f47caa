"""What of a schedule is other than its week: calendars it observes, days off of its own, and maintenance windows."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.errors import PioneerError
from core.schedules.calendars import MOST_CALENDARS, KeptCalendar
from core.schedules.model import Period, ScheduleDefinition
from pages.ui import format as fmt
from pages.ui import page, period_table, states
from pages.ui.page import Screen
from services.usecases import calendars


@dataclass(frozen=True)
class Exceptions:
    """What was asked."""

    observes: tuple[KeptCalendar, ...]
    off_dates: tuple[str, ...]
    maintenance: tuple[Period, ...]


def ask(
    screen: Screen, start: ScheduleDefinition, observes: Sequence[KeptCalendar], identity: str
) -> Exceptions | None:
    """The fields, filled as it is; None while they cannot be read, which is told beside them."""
    known = {
        view.kept.id: view.kept for view in page.attempt(calendars.listing, screen.ctx, screen.user) or ()
    }
    open_at_first = bool(observes or start.off_dates or start.maintenance)
    with st.expander("Days off and maintenance windows", expanded=open_at_first):
        chosen = st.multiselect(
            "Calendars",
            list(known),
            [kept.id for kept in observes if kept.id in known],
            format_func=lambda each: fmt.clean(known[each].calendar.name),
            key=f"calendars-{identity}",
            max_selections=MOST_CALENDARS,
            placeholder="None" if known else "There is none yet: make one under Calendars",
            disabled=not known,
        )
        typed = st.text_input(
            "Other days off",
            ", ".join(start.off_dates),
            key=f"off-dates-{identity}",
            placeholder="2026-12-24, 12-31",
            help="2026-12-24 is one day, 12-31 comes every year.",
        )
        st.caption(
            "Maintenance windows: from and until, on which days. In them nothing is stopped, on days off neither; "
            "what somebody stopped stays stopped."
        )
        windows = period_table.ask(start.maintenance, f"windows-{identity}")
        if windows is None:
            return None
        days = tuple(part.strip() for part in typed.split(",") if part.strip())
        try:
            ScheduleDefinition("UTC", (), off_dates=days, maintenance=windows)
        except PioneerError as error:
            states.failed(error)
            return None
    return Exceptions(tuple(known[each] for each in chosen), days, windows)
