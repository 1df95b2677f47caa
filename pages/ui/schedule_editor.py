"""The dialog that makes and changes a schedule, and its coming days drawn."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import available_timezones

import streamlit as st

from core.schedules import week_grid
from core.schedules.attachment import Schedule
from core.schedules.model import Period, ScheduleDefinition, State
from pages.ui import charts, dialog, page, period_table, schedule_exceptions, schedule_week, states, tables
from pages.ui import format as fmt
from pages.ui.page import Screen
from pages.ui.schedule_words import WORDS, in_words, period_words
from services.usecases import schedules

__all__ = ["drawn", "edit", "in_words"]
PREVIEW = timedelta(days=14)
OFFICE_HOURS = ScheduleDefinition("UTC", (Period("08:00", "18:00", weekdays=("mon-fri",)),))
PAINT, WRITE = "Paint the week", "Write the rules"
_BASE, _LATEST, _WAY, _NEWER = "hours-base", "hours-latest", "hours-way", "hours-newer"


def drawn(definitions: Mapping[str, ScheduleDefinition], now: datetime, key: str) -> None:
    """The coming fortnight: when each is on and off."""
    lanes = {}
    # so that the picture is drawn once in 5 minutes
    now = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
    for name, definition in definitions.items():
        end = now + PREVIEW
        segments = page.attempt(schedules.preview, definition, now, end) or ()
        lanes[name] = [(each.start, min(each.end or end, end), WORDS[each.state]) for each in segments]
    charts.timeline(lanes, key=key, alt="When schedules are on and off in the next 14 days", now=now)
    spans = [(name, *span) for name, each in lanes.items() for span in each]
    with tables.folded(f"{key}-folded") as opened:
        if opened:
            columns = {
                "Schedule": [fmt.clean(name) for name, *_ in spans],
                "From, UTC": [start for _, start, _, _ in spans],
                "Until, UTC": [end for _, _, end, _ in spans],
                "Is": [word for *_, word in spans],
            }
            tables.show(
                columns,
                {name: tables.time_column(name) for name in ("From, UTC", "Until, UTC")},
                alt="On and off in the next 14 days",
                key=f"{key}-table",
            )


def edit(screen: Screen, schedule: Schedule | None) -> None:
    """Open the dialog for a new schedule (None) or a present one."""
    title = "Edit schedule" if schedule else "New schedule"
    for each in (_LATEST, _BASE, _WAY, _NEWER):
        st.session_state.pop(f"{each}-{schedule.id if schedule else 'new'}", None)
    st.dialog(title, width="large")(_edit)(screen, schedule)


def _edit(screen: Screen, schedule: Schedule | None) -> None:
    now = page.again(screen)
    identity = str(schedule.id) if schedule else "new"
    newer: Schedule | None = st.session_state.get(f"{_NEWER}-{identity}")
    if newer is not None:  # its own keys, so that every field shows what it says
        schedule, identity = newer, f"{newer.id}-{newer.version}"
    start = schedule.written if schedule else OFFICE_HOURS
    name = st.text_input(
        "Name", schedule.name if schedule else "Office hours", key=f"name-{identity}", max_chars=100
    )
    left, right = st.columns(2)
    zones = sorted(available_timezones())
    zone = left.selectbox(
        "Time zone",
        zones,
        zones.index(start.timezone) if start.timezone in zones else 0,
        key=f"zone-{identity}",
    )
    default = right.selectbox(
        "Outside the periods",
        list(State),
        list(State).index(start.default),
        format_func=lambda state: WORDS[state],
        key=f"default-{identity}",
    )
    definition = _periods(start, zone, default, identity)
    exceptions = schedule_exceptions.ask(now, start, schedule.observes if schedule else (), identity)
    if definition is None or exceptions is None:
        return
    hibernate = st.checkbox(
        "Hibernate instances that can, instead of stopping them", start.hibernate, key=f"hibernate-{identity}"
    )
    definition = replace(
        definition,
        hibernate=hibernate,
        off_dates=exceptions.off_dates,
        maintenance=exceptions.maintenance,
        valid_from=exceptions.valid_from,
        valid_to=exceptions.valid_to,
    )
    calendars = (kept.calendar for kept in exceptions.observes)
    drawn({name or "Schedule": definition.observing(*calendars)}, now.now, f"preview-{identity}")
    said = st.container()
    if dialog.decided("Save", f"save-{identity}"):
        saved = dialog.attempt(
            lambda: schedules.save(
                now.ctx,
                now.user,
                schedule.id if schedule else None,
                name,
                definition,
                calendars=[kept.id for kept in exceptions.observes],
                version=schedule.version if schedule else None,
            ),
            load=lambda: _load(now, schedule),
            key=f"newer-{identity}",
            said=said,
        )
        if saved is not None:
            states.say(
                f"Saved: {saved.name}. It does nothing until it is attached."
                if schedule is None
                else f"Saved: {saved.name}."
            )


def _load(screen: Screen, schedule: Schedule | None) -> None:
    """Go on from what somebody else has saved meanwhile."""
    found = schedule and page.attempt(schedules.one, screen.ctx, screen.user, schedule.id)
    if found:
        st.session_state[f"{_NEWER}-{found.schedule.id}"] = found.schedule


def _periods(
    start: ScheduleDefinition, zone: str, default: State, identity: str
) -> ScheduleDefinition | None:
    """Its periods, painted or written; whichever is chosen goes on from what the other made. None while they cannot be read."""
    base = st.session_state.get(f"{_BASE}-{identity}", start.periods)
    grid = week_grid.grid_of(ScheduleDefinition(zone, base))
    ways = (PAINT, WRITE) if grid else (WRITE,)
    way = st.segmented_control(
        "Hours",
        ways,
        default=ways[0],
        required=True,
        key=f"{_WAY}-{identity}",
        on_change=_go_on,
        args=(identity,),
    )
    if grid and way == PAINT:
        painted = schedule_week.paint(grid, period_words, f"week-{identity}")
        made: ScheduleDefinition | None = ScheduleDefinition(zone, painted, default)
    else:
        if not grid:
            states.note(
                "These periods say more than whole hours of weekdays, so they are written, not painted."
            )
        st.caption(
            "On in these periods, and always off in those marked Off. Days as mon-fri, mon#1, 1-15, jan-mar; an empty cell means every day. Until a time before From runs overnight."
        )
        written = period_table.ask(base, f"periods-{identity}", sized=True)
        made = None if written is None else ScheduleDefinition(zone, written, default)
    if made is not None:
        st.session_state[f"{_LATEST}-{identity}"] = made.periods
    return made


def _go_on(identity: str) -> None:
    """From painting to writing or back: what was made last is what it goes on from."""
    latest = st.session_state.get(f"{_LATEST}-{identity}")
    if latest is not None:
        st.session_state[f"{_BASE}-{identity}"] = latest
