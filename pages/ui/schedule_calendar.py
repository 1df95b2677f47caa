"""The coming 60 days of a schedule as a calendar: a column a day, the hours down it, clock changes and days off marked, and the table below it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import plotly.graph_objects as go
import pyarrow as pa
import streamlit as st

from core.schedules.attachment import Schedule
from core.schedules.calendar import ClockChange, Day, Stretch
from core.schedules.calendars import DayOff
from core.schedules.model import Period, ScheduleDefinition, State
from pages.ui import cards, charts, page, schedule_words, states, tables, theme
from pages.ui import format as fmt
from services.usecases import transitions

DAYS = 60
KEPT = 100
WORDS = {State.RUNNING: "on", State.ANY: "left alone", State.STOPPED: "off"}
TICKS = (0, 6, 12, 18, 24)
HEIGHT = 380
SAID = 6


def show(kept: Sequence[Schedule], now: datetime) -> None:
    """One schedule's calendar; which one can be chosen."""
    cards.heading(f"The next {DAYS} days", "By the clock of the schedule's own time zone")
    known = {schedule.id: schedule for schedule in kept}
    chosen = known[
        st.selectbox(
            "Schedule shown",
            list(known),
            format_func=lambda each: fmt.clean(known[each].name),
            key="calendar-which",
        )
    ]
    days = page.attempt(transitions.calendar, chosen.definition, now, DAYS)
    if not days:
        return
    alt = f"When {fmt.clean(chosen.name)} is on in the next {DAYS} days: a column a day"
    named = names_of(chosen.days_off(days[0].day, days[-1].day))
    said = ("calendar", chosen.definition, tuple(sorted(named.items())), days[0].day)
    entries = [(word, _paint(state)) for state, word in WORDS.items() if _holds(days, state)]
    if entries:
        charts.legend([*entries, *([("day off", theme.BAD)] if any(day.off for day in days) else [])])
        charts.drawn(charts.built(said, lambda: _figure(days, named)), "calendar", alt)
    states.note(f"{_total(days)} Times are {chosen.definition.timezone}.")
    for day in days:
        if day.change is not None:
            states.note(f"{fmt.day(day.day)}: {change_words(day.change)}")
    for why in dict.fromkeys(day.absent for day in days if day.absent):
        count = sum(day.absent == why for day in days)
        states.note(f"{fmt.sentence(why)}: it wants nothing on {count} of these days, which are left empty.")
    off = [
        ", ".join(filter(None, (f"{day.day:%a} {fmt.short_day(day.day)}", named.get(day.day))))
        for day in days
        if day.off
    ]
    if off:
        more = f"; and {len(off) - SAID} more" if len(off) > SAID else ""
        states.note(f"Days off: {'; '.join(off[:SAID])}{more}.")
    _table(chosen.definition, days[0].day, named)


def names_of(days_off: Sequence[DayOff]) -> dict[date, str]:
    """What each day off is called, with its calendars; empty where it has no name."""
    found: dict[date, list[str]] = {}
    for each in days_off:
        called = f"{each.title} ({each.calendar})" if each.title else each.calendar
        found.setdefault(each.day, []).append(called)
    return {day: ", ".join(name for name in names if name) for day, names in found.items()}


def why_words(day: Day, named: Mapping[date, str]) -> str:
    """Why the day is as it is: `Day off: Christmas Day (UK)`, or which periods begin on it."""
    windows = "; ".join(f"maintenance window {schedule_words.period_words(each)}" for each in day.windows)
    if day.absent:
        return fmt.sentence(day.absent)
    if day.off:
        name = named.get(day.day)
        said = f"day off: {name}" if name else "day off"
    elif day.begins:
        said = "; ".join(schedule_words.period_words(each) for each in day.begins)
    else:
        said = f"no period begins on this {day.day:%A}"
    over = bool(day.stretches) and day.stretches[0].state is State.RUNNING
    if over and not day.off and not any(_from_midnight(each) for each in day.begins):
        said += "; on since the day before"
    return fmt.sentence(f"{said}; {windows}" if windows else said)


def _from_midnight(period: Period) -> bool:
    return any(state is State.RUNNING and begin == 0 for state, begin, _ in period.spans())


def change_words(change: ClockChange) -> str:
    """Such as `clocks go back 1 hour at 02:00, so the day has 25 hours.` for an autumn Sunday in London."""
    hours = abs(change.by) / timedelta(hours=1)
    forward = change.by > timedelta()
    stood = change.minute - int(change.by / timedelta(minutes=1))
    long = 24 - hours if forward else 24 + hours
    way = "forward" if forward else "back"
    return f"clocks go {way} {hours:g} {'hour' if hours == 1 else 'hours'} at {_clock(stood)}, so the day has {long:g} hours."


def on_words(day: Day) -> str:
    """When it is on that day: `08:00 to 18:00`, `all day`, `not at all`."""
    on = [each for each in day.stretches if each.state is State.RUNNING]
    if not on:
        return "not at all"
    if len(on) == len(day.stretches):
        return "all day"
    return ", ".join(f"{_clock(each.begin)} to {_clock(each.end)}" for each in on)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _total(days: Sequence[Day]) -> str:
    on = sum(day.hours(State.RUNNING) for day in days)
    every = sum(day.hours(state) for day in days for state in State)
    return f"On for {on:,.0f} of {every:,.0f} hours."


def _holds(days: Sequence[Day], state: State) -> bool:
    return any(each.state is state for day in days if not day.absent for each in day.stretches)


def _paint(state: State) -> str:
    return {State.RUNNING: theme.GOOD, State.ANY: theme.WARN, State.STOPPED: theme.OTHER}[state]


def _figure(days: Sequence[Day], named: Mapping[date, str]) -> go.Figure:
    chart = charts.figure(HEIGHT, legend=False)
    room = 28 if any(day.change for day in days) else 8
    chart.update_layout(hovermode="closest", barmode="overlay", bargap=0, margin={"t": room, "r": 12})
    for state, word in WORDS.items():
        held: list[tuple[Day, Stretch]] = [
            (day, each) for day in days if not day.absent for each in day.stretches if each.state is state
        ]
        if not held:
            continue
        chart.add_bar(
            x=[day.day for day, _ in held],
            base=[each.begin / 60 for _, each in held],
            y=[(each.end - each.begin) / 60 for _, each in held],
            width=0.82 * 86_400_000,
            marker={
                "color": _paint(state),
                "opacity": 0.25 if state is State.STOPPED else 1,
                "line": {"width": 0},
            },
            customdata=[
                f"{day.day:%a} {fmt.short_day(day.day)}, {_clock(each.begin)} to {_clock(each.end)}"
                for day, each in held
            ],
            hovertemplate=f"{word}: %{{customdata}}<extra></extra>",
        )
    for place, day in enumerate(days):
        if day.change is not None:
            _mark(chart, day, day.change, late=place > len(days) / 2)
    _mark_off(chart, [day for day in days if day.off], named)
    chart.update_yaxes(
        range=[24, 0], tickvals=list(TICKS), ticktext=[f"{hour:02d}:00" for hour in TICKS], rangemode="normal"
    )
    mondays = [day.day for day in days if day.day.weekday() == 0]
    chart.update_xaxes(
        type="date",
        tickvals=mondays[::2],
        ticktext=[f"Mon<br>{fmt.short_day(each)}" for each in mondays[::2]],
        tickangle=0,
        range=[days[0].day - timedelta(hours=12), days[-1].day + timedelta(hours=12)],
    )
    return chart


def _mark(chart: go.Figure, day: Day, change: ClockChange, *, late: bool) -> None:
    """A line through the day on which clocks are changed, its words above the chart on the side that has room."""
    chart.add_vline(
        x=datetime(day.day.year, day.day.month, day.day.day),  # noqa: DTZ001  a place on the axis of local days
        line={"color": theme.ink(), "width": 1.5, "dash": "dot"},
    )
    way = "forward" if change.by > timedelta() else "back"
    chart.add_annotation(
        x=day.day,
        y=1,
        yref="paper",
        yanchor="bottom",
        xanchor="right" if late else "left",
        text=f"Clocks go {way}",
        showarrow=False,
        font={"size": 12, "color": theme.ink()},
    )


def _mark_off(chart: go.Figure, off: Sequence[Day], named: Mapping[date, str]) -> None:
    """A diamond in the middle of each day off, named where the pointer rests."""
    if not off:
        return
    chart.add_scatter(
        x=[day.day for day in off],
        y=[12] * len(off),
        mode="markers",
        marker={"symbol": "diamond", "size": 8, "color": theme.BAD, "line": {"width": 0}},
        customdata=[
            f"{day.day:%a} {fmt.short_day(day.day)}: {fmt.chart_text(named.get(day.day) or 'day off')}"
            for day in off
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _table(definition: ScheduleDefinition, first: date, named: Mapping[date, str]) -> None:
    config = {
        "Day": tables.text_column("Day", width=90),
        "On": tables.text_column("On", width=128),
        "Hours on": tables.number_column("Hours on", places=1, width=76),
    }
    columns = _columns(definition, first, tuple(named.items()))
    tables.show(columns, config, alt="When it is on, day by day", key="calendar-table", tallest=11)


@lru_cache(maxsize=KEPT)
def _columns(definition: ScheduleDefinition, first: date, names: tuple[tuple[date, str], ...]) -> pa.Table:
    """The table from a schedule's `first` day on: the same all day, so it is made once."""
    noon = datetime.combine(first, time(12), ZoneInfo(definition.timezone))
    days, named = transitions.calendar(definition, noon, DAYS), dict(names)
    columns: dict[str, Sequence[object]] = {
        "Day": [f"{day.day:%a} {fmt.short_day(day.day)}" for day in days],
        "On": [on_words(day) for day in days],
        "Why": [fmt.clean(why_words(day, named)) for day in days],
        "Hours on": [day.hours(State.RUNNING) for day in days],
    }
    if any(day.change for day in days):
        columns["Clocks"] = [fmt.sentence(change_words(day.change)) if day.change else "" for day in days]
    return tables.arrow(columns)
