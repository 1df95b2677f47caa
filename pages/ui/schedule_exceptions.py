"""What of a schedule is other than its week: its first and last day, calendars it observes, days off of its own, and maintenance windows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from core.errors import PioneerError
from core.schedules.calendars import MOST_CALENDARS, KeptCalendar
from core.schedules.model import Period, ScheduleDefinition
from pages.ui import format as fmt
from pages.ui import page, period_table, states
from pages.ui.page import Screen
from services.usecases import calendars

YEARS = 10
"""So far from now a first or last day may be chosen; more are told over the API."""


@dataclass(frozen=True)
class Exceptions:
    """What was asked."""

    observes: tuple[KeptCalendar, ...]
    off_dates: tuple[str, ...]
    maintenance: tuple[Period, ...]
    valid_from: date | None
    valid_to: date | None


def ask(
    screen: Screen, start: ScheduleDefinition, observes: Sequence[KeptCalendar], identity: str
) -> Exceptions | None:
    """The fields, filled as it is; None while they cannot be read, which is told beside them."""
    known = {
        view.kept.id: view.kept for view in page.attempt(calendars.listing, screen.ctx, screen.user) or ()
    }
    limited = bool(start.valid_from or start.valid_to)
    open_at_first = limited or bool(observes or start.off_dates or start.maintenance)
    with st.expander("First and last day, days off, maintenance windows", expanded=open_at_first):
        left, right = st.columns(2)
        with left:
            first = _day("First day", start.valid_from, f"valid-from-{identity}", screen.now.date())
        with right:
            last = _day("Last day", start.valid_to, f"valid-to-{identity}", screen.now.date())
        st.caption(
            "From the midnight of the first to the midnight after the last. Outside of them it wants nothing: "
            "other schedules decide, or what it switched is left alone. Empty: no limit."
        )
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
            ScheduleDefinition(
                "UTC", (), off_dates=days, maintenance=windows, valid_from=first, valid_to=last
            )
        except PioneerError as error:
            states.failed(error)
            return None
    return Exceptions(tuple(known[each] for each in chosen), days, windows, first, last)


def _day(label: str, start: date | None, key: str, today: date) -> date | None:
    """A day that may be cleared: a field offers that only where it is empty by itself, so what it shows at first is in the session."""
    if key not in st.session_state:
        st.session_state[key] = start
    shown = start or today
    chosen: date | None = st.date_input(
        label,
        None,
        key=key,
        format="YYYY-MM-DD",
        min_value=min(shown, today.replace(month=1, day=1, year=today.year - YEARS)),
        max_value=max(shown, today.replace(month=12, day=31, year=today.year + YEARS)),
    )
    return chosen
