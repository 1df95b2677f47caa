"""The dialog that makes and changes a schedule, and its coming days drawn."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

import pandas as pd
import streamlit as st

from core.errors import PioneerError
from core.schedules import week_grid
from core.schedules.attachment import Schedule
from core.schedules.model import Period, ScheduleDefinition, State
from pages.ui import charts, dialog, page, schedule_week, states, tables
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import schedules

PREVIEW = timedelta(days=14)
OFFICE_HOURS = ScheduleDefinition("UTC", (Period("08:00", "18:00", weekdays=("mon-fri",)),))
COLUMNS = {
    "begin": "From",
    "end": "Until",
    "weekdays": "Weekdays",
    "monthdays": "Days of month",
    "months": "Months",
}
LISTED = ("weekdays", "monthdays", "months")
WORDS = {State.RUNNING: "on", State.STOPPED: "off", State.ANY: "left alone"}
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RUN = re.compile(r"([a-z]+|[0-9]+)-([a-z]+|[0-9]+)", re.IGNORECASE)
SAID, SHORTEST_RUN = 3, 2
"""So many days off are told, the rest counted; more on end than the latter are said as from and to."""
PAINT, WRITE = "Paint the week", "Write the rules"
_BASE, _LATEST, _WAY = "hours-base", "hours-latest", "hours-way"


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
    with st.expander("The chart as a table"):
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


def in_words(definition: ScheduleDefinition) -> str:
    """In a few sentences: `On from 08:00 to 18:00, Mon to Fri. Otherwise off. Times are UTC.` for office hours."""
    said = [_period_words(period) for period in definition.periods]
    off = f" Off on {', '.join(definition.off_dates[:SAID])}" if definition.off_dates else ""
    more = len(definition.off_dates) - SAID
    off += f" and {more} other days." if more > 0 else "." if off else ""
    return f"On {'; '.join(said) or 'never'}. Otherwise {WORDS[definition.default]}.{off} Times are {definition.timezone}."


def _period_words(period: Period) -> str:
    if period.begin is None and period.end is None:
        times = "all day"
    elif period.end is None:
        times = f"from {period.begin}"
    elif period.begin is None:
        times = f"until {period.end}"
    else:
        times = f"from {period.begin} to {period.end}"
    days = [_listed(each) for each in (period.weekdays, period.monthdays, period.months) if each]
    return ", ".join([times, *days])


def _listed(days: Sequence[str]) -> str:
    """`mon, tue, wed` and `mon-wed` both as `Mon to Wed`; whatever is no run as it was written."""
    places = [WEEK.index(day) if day in WEEK else -1 for day in days]
    on_end = -1 not in places and all(later == before + 1 for before, later in pairwise(places))
    if on_end and len(days) > SHORTEST_RUN:
        return f"{fmt.sentence(days[0])} to {fmt.sentence(days[-1])}"
    return ", ".join(_said(day) for day in days)


def _said(days: str) -> str:
    ends = RUN.fullmatch(days)
    return f"{fmt.sentence(ends[1])} to {fmt.sentence(ends[2])}" if ends else fmt.sentence(days)


def edit(screen: Screen, schedule: Schedule | None) -> None:
    """Open the dialog for a new schedule (None) or a present one."""
    title = "Edit schedule" if schedule else "New schedule"
    for each in (_LATEST, _BASE, _WAY):
        st.session_state.pop(f"{each}-{schedule.id if schedule else 'new'}", None)
    st.dialog(title, width="large")(_edit)(screen, schedule)


def _edit(screen: Screen, schedule: Schedule | None) -> None:
    now = page.again(screen)
    start = schedule.written if schedule else OFFICE_HOURS
    identity = str(schedule.id) if schedule else "new"
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
    if definition is None:
        return
    definition = replace(definition, off_dates=start.off_dates, maintenance=start.maintenance)
    drawn({name or "Schedule": definition}, now.now, f"preview-{identity}")
    if dialog.decided("Save", f"save-{identity}"):
        saved = page.attempt(
            schedules.save,
            now.ctx,
            now.user,
            schedule.id if schedule else None,
            name,
            definition,
            version=schedule.version if schedule else None,
        )
        if saved is not None:
            states.say(
                f"Saved: {saved.name}. It does nothing until it is attached."
                if schedule is None
                else f"Saved: {saved.name}."
            )


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
        painted = schedule_week.paint(grid, _period_words, f"week-{identity}")
        made: ScheduleDefinition | None = ScheduleDefinition(zone, painted, default)
    else:
        if not grid:
            states.note(
                "These periods say more than whole hours of weekdays, so they are written, not painted."
            )
        made = _written(ScheduleDefinition(zone, base, default), zone, default, identity)
    if made is not None:
        st.session_state[f"{_LATEST}-{identity}"] = made.periods
    return made


def _go_on(identity: str) -> None:
    """From painting to writing or back: what was made last is what it goes on from."""
    latest = st.session_state.get(f"{_LATEST}-{identity}")
    if latest is not None:
        st.session_state[f"{_BASE}-{identity}"] = latest


def _written(
    start: ScheduleDefinition, zone: str, default: State, identity: str
) -> ScheduleDefinition | None:
    st.caption(
        "On in these periods. Days as mon-fri, mon#1, 1-15, jan-mar; an empty cell means every day. Until a time before From runs overnight."
    )
    rows = st.data_editor(
        pd.DataFrame(_rows(start), columns=list(COLUMNS), dtype="object"),
        num_rows="dynamic",
        hide_index=True,
        key=f"periods-{identity}",
        column_config={name: st.column_config.TextColumn(label) for name, label in COLUMNS.items()},
    )
    return _read(zone, default, rows.to_dict("records"))


def _rows(definition: ScheduleDefinition) -> list[dict[str, str]]:
    return [
        {
            "begin": period.begin or "",
            "end": period.end or "",
            "weekdays": ", ".join(period.weekdays or ()),
            "monthdays": ", ".join(period.monthdays or ()),
            "months": ", ".join(period.months or ()),
        }
        for period in definition.periods
    ]


def _read(zone: str, default: State, rows: Sequence[Mapping[str, object]]) -> ScheduleDefinition | None:
    periods: list[dict[str, object]] = []
    for row in rows:
        said = {name: str(row.get(name) or "").strip() for name in COLUMNS}
        if any(said.values()):
            lists = {
                name: [part.strip() for part in said[name].split(",")] if said[name] else None
                for name in LISTED
            }
            periods.append({"begin": said["begin"] or None, "end": said["end"] or None, **lists})
    try:
        return ScheduleDefinition.from_json({"timezone": zone, "default": default.value, "periods": periods})
    except PioneerError as error:
        states.failed(error)
        return None
