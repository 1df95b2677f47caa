"""The tab of calendars: which there are, who observes them, and the coming 12 months as a picture."""

from collections.abc import Sequence
from datetime import date, timedelta

import plotly.graph_objects as go
import streamlit as st

from core.schedules.calendars import DayOff
from pages.ui import calendar_editor, cards, charts, page, states, tables, theme
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import calendars
from services.usecases.calendars import CalendarView

MONTHS = 12
SATURDAY = 5
HEIGHT = 340
COMING = 3


def show(screen: Screen, *, may_edit: bool) -> None:
    """All calendars, and the days of one or of all in the coming year."""
    found = page.attempt(calendars.listing, screen.ctx, screen.user)
    if found is None:
        return
    cards.heading("Calendars of days off", "Kept once, shared by schedules")
    if may_edit and st.button("New calendar", type="primary", key="new-calendar"):
        calendar_editor.edit(screen, None)
    if not found:
        states.empty(
            "There is no calendar yet",
            "Take your country's holidays from an iCalendar file, or write days by hand; schedules that observe it are off then.",
        )
        return
    left, right = st.columns([2, 3], gap="medium")
    with left:
        for view in found:
            _one(screen, view, may_edit=may_edit)
    with right:
        _year(found, screen.now.date())


def _one(screen: Screen, view: CalendarView, *, may_edit: bool) -> None:
    kept = view.kept
    with st.container(border=True):
        st.markdown(f"**{fmt.plain(kept.calendar.name)}**")
        states.note(f"{fmt.count(len(view.coming), 'day')} in the coming 12 months{_next(view.coming)}.")
        if view.used_by:
            states.note(f"Observed by {', '.join(view.used_by)}.")
        else:
            states.note("No schedule observes it, so it changes nothing.")
        if not may_edit:
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Edit", key=f"calendar-edit-{kept.id}"):
                calendar_editor.edit(screen, kept)
            if st.button(
                "Delete",
                key=f"calendar-delete-{kept.id}",
                disabled=bool(view.used_by),
                help=f"Take it out of {', '.join(view.used_by)} first." if view.used_by else None,
            ):
                calendar_editor.delete(screen, view)


def _next(coming: Sequence[DayOff]) -> str:
    if not coming:
        return ""
    return f"; next {called(coming[0])}"


def called(day: DayOff) -> str:
    """Such as `Fri 25 Dec 2026, Christmas Day`."""
    title = f", {day.title}" if day.title else ""
    return f"{day.day:%a} {fmt.day(day.day)}{title}"


def _year(found: Sequence[CalendarView], today: date) -> None:
    """The coming 12 months of one calendar, or of all together."""
    known = {str(view.kept.id): view for view in found}
    every = {"": "All calendars"} if len(known) > 1 else {}
    options = [*every, *known]
    chosen = st.selectbox(
        "Days shown",
        options,
        format_func=lambda each: every.get(each) or fmt.clean(known[each].kept.calendar.name),
        key="calendar-shown",
    )
    shown = [view for each, view in known.items() if chosen in {"", each}]
    days = sorted(each for view in shown for each in view.coming)
    alt = f"Days off in the 12 months from {fmt.day(today)}: a row a month, a column a day"
    charts.legend([("day off", theme.BAD), ("weekend", theme.OTHER)])
    charts.drawn(charts.built(("year", tuple(days), today), lambda: _figure(days, today)), "year", alt)
    if not days:
        states.note("No day of it is in the coming 12 months.")
        return
    columns: dict[str, Sequence[object]] = {
        "Day": [f"{each.day:%a} {fmt.day(each.day)}" for each in days],
        "Name": [fmt.clean(each.title) for each in days],
    }
    if len(shown) > 1:
        columns["Calendar"] = [fmt.clean(each.calendar) for each in days]
    config = {"Day": tables.text_column("Day", width=130)}
    tables.show(
        columns, config, alt="Days off in the coming 12 months", key="year-table", tallest=10, placeholder=""
    )


def _figure(days: Sequence[DayOff], today: date) -> go.Figure:
    chart = charts.figure(HEIGHT, legend=False)
    chart.update_layout(hovermode="closest", margin={"t": 24, "r": 8})
    first = today.replace(day=1)
    rows = {_months_on(first, number): number for number in range(MONTHS + 1)}
    whole = [first + timedelta(days=number) for number in range(400)]
    within = [day for day in whole if today <= day <= today + timedelta(days=365)]
    weekend = [day for day in within if day.weekday() >= SATURDAY]
    plain = [day for day in within if day.weekday() < SATURDAY]
    said: dict[date, list[str]] = {}
    for each in days:
        said.setdefault(each.day, []).append(each.title or each.calendar)
    for marked, colour, opacity in ((plain, theme.OTHER, 0.18), (weekend, theme.OTHER, 0.45)):
        chart.add_scatter(
            x=[day.day for day in marked],
            y=[rows[day.replace(day=1)] for day in marked],
            mode="markers",
            marker={"symbol": "square", "size": 8, "color": colour, "opacity": opacity, "line": {"width": 0}},
            customdata=[f"{day:%a} {fmt.day(day)}" for day in marked],
            hovertemplate="%{customdata}<extra></extra>",
        )
    chart.add_scatter(
        x=[day.day for day in said],
        y=[rows[day.replace(day=1)] for day in said],
        mode="markers",
        marker={"symbol": "square", "size": 9, "color": theme.BAD, "line": {"width": 0}},
        customdata=[
            f"{day:%a} {fmt.day(day)}: {fmt.chart_text(', '.join(dict.fromkeys(names)))}"
            for day, names in said.items()
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    chart.update_yaxes(
        range=[MONTHS + 0.6, -0.6],
        tickvals=list(rows.values()),
        ticktext=[
            f"{month:%b %Y}" if number in {0, MONTHS} or month.month == 1 else f"{month:%b}"
            for month, number in rows.items()
        ],
        rangemode="normal",
    )
    chart.update_xaxes(range=[0.4, 31.6], tickvals=[1, 5, 10, 15, 20, 25, 31], side="top")
    return chart


def _months_on(first: date, number: int) -> date:
    month = first.month - 1 + number
    return date(first.year + month // 12, month % 12 + 1, 1)
