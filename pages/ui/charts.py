"""Every chart once, each with its numbers as a table. Amounts become floats only here."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.ui import format as fmt
from pages.ui import tables, theme

CONFIG = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "doubleClick": "reset"}
TALL, LOW = 340, 200
DOT = 4
LANES = {"on": theme.GOOD, "off": theme.OTHER}
TICKS = [
    {"dtickrange": [None, 12 * 3_600_000], "value": "%H:%M\n%-d %b"},
    {"dtickrange": [12 * 3_600_000, "M1"], "value": "%-d %b\n%Y"},
    {"dtickrange": ["M1", None], "value": "%b\n%Y"},
]
"""Times on an axis as everywhere else, not as Plotly would: `Oct 27`."""
KEPT, LONGEST_FILE = 300, 60
GLUE, HYPHEN, BETWEEN = "\N{NO-BREAK SPACE}", "\N{NON-BREAKING HYPHEN}", "\N{EM SPACE} "


def legend(entries: Sequence[tuple[str, str]], marks: Mapping[str, str] | None = None) -> None:
    """Names with their colours, flowing like text: however narrow the screen, none is cut and the chart keeps its height.

    `marks`: what stands for a name where its mark in the chart is no bar and no line.
    """
    said = (
        f':color[{(marks or {}).get(name, "■")}]{{foreground="{colour}"}}{GLUE}{fmt.plain(fmt.short(name, 40).replace("-", HYPHEN)).replace(" ", GLUE)}'
        for name, colour in entries
    )
    st.markdown(f":small[{BETWEEN.join(said)}]")


def figure(height: int = TALL, *, legend: bool = True) -> go.Figure:
    """An empty chart in our style: zero-based, quiet grid, legend above."""
    empty = go.Figure()
    empty.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 36 if legend else 12, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "xanchor": "left", "title": None},
        showlegend=legend,
        hovermode="x unified",
        bargap=0.18,
        separators=".,",
        dragmode=False,
    )
    ticks = {"color": theme.ink()}
    empty.update_xaxes(showgrid=False, fixedrange=True, tickfont=ticks)
    empty.update_yaxes(rangemode="tozero", fixedrange=True, automargin=True, nticks=5, tickfont=ticks)
    return empty


def lines(
    series: Mapping[str, tuple[Sequence[datetime], Sequence[float | None]]],
    *,
    unit: str,
    key: str,
    alt: str,
    threshold: tuple[float, str] | None = None,
    top: float | None = None,
    height: int = LOW + 60,
    exact: Mapping[str, Sequence[Decimal | None]] | None = None,
    step: timedelta | None = None,
    span: tuple[datetime, datetime] | None = None,
) -> None:
    """Continuous series over time, gaps left open, with a threshold drawn where there is one.

    `exact` are the values of each series to every digit, for the download, where those drawn are rounded.
    Samples further apart than `step` have a gap between them; the axis is `span` long, whatever is known of it.
    """
    chart = figure(height, legend=False)
    paint = theme.colours(list(series))
    if len(series) > 1:
        legend([(name, paint[name] or theme.OTHER) for name in series])
    for name, (times, values) in series.items():
        at, said = _broken(times, values, step)
        chart.add_scatter(
            x=at,
            y=said,
            name=fmt.chart_text(fmt.short(name, 30)),
            mode="lines+markers",
            marker={"size": _dots(said)},
            connectgaps=False,
            line={"color": paint[name] if len(series) > 1 else theme.CALM, "width": 1.8},
            hovertemplate=f"%{{y:,.1f}}{fmt.suffix(unit)}",
        )
    if threshold is not None:
        value, words = threshold
        chart.add_hline(
            y=value,
            line={"color": theme.BAD, "width": 1.5, "dash": "dash"},
            annotation={
                "text": fmt.chart_text(words),
                "font": {"size": 11, "color": theme.BAD},
                "yanchor": "bottom",
            },
            annotation_position="top left",
        )
    chart.update_yaxes(ticksuffix=fmt.suffix(unit), range=[0, top] if top else None)
    over_time(chart, by_day=all(at.time() == time() for times, _ in series.values() for at in times))
    if span is not None:
        chart.update_xaxes(range=list(span))
    drawn(chart, key, alt)
    with tables.folded(f"{key}-folded") as opened:
        if opened:
            value = f"Value, {unit or 'count'}"
            columns: dict[str, list[object]] = {
                "Series": [fmt.clean(name) for name, (times, _) in series.items() for _ in times],
                "At, UTC": [at for times, _ in series.values() for at in times],
                value: [each for _, values in series.values() for each in values],
            }
            config = {
                "At, UTC": tables.time_column("At, UTC"),
                value: st.column_config.NumberColumn(format="%,.2f"),
            }
            tables.show(columns, config, alt=alt, key=f"{key}-table")
            if exact is not None:
                columns |= {value: [each for name in series for each in exact[name]]}
            tables.export(columns, file_of(alt), key=f"{key}-csv")


def _broken(
    times: Sequence[datetime], values: Sequence[float | None], step: timedelta | None
) -> tuple[list[datetime], list[float | None]]:
    """A series with one unknown value in each hole: enough to break the line."""
    at: list[datetime] = []
    said: list[float | None] = []
    for when, value in zip(times, values, strict=True):
        if step is not None and at and when - at[-1] > step:
            at.append(at[-1] + step)
            said.append(None)
        at.append(when)
        said.append(value)
    return at, said


def _dots(values: Sequence[float | None]) -> list[int]:
    """Where a dot stands: at a value between two unknown ones, which no line would show."""
    around = [None, *values, None]
    return [
        DOT if here is not None and before is None and after is None else 0
        for before, here, after in zip(around, values, around[2:], strict=False)
    ]


def file_of(alt: str) -> str:
    """What the download of a chart is called: after what it shows."""
    return re.sub("[^a-z0-9]+", "-", alt.lower()).strip("-")[:LONGEST_FILE] + ".csv"


def over_time(chart: go.Figure, *, by_day: bool) -> None:
    """Days and times along the bottom of a chart, and where it is pointed at, written as everywhere else."""
    hover = "%a %-d %b %Y" if by_day else "%a %-d %b %Y, %H:%M"
    chart.update_xaxes(tickformatstops=TICKS, tickangle=0, hoverformat=hover)


def timeline(
    rows: Mapping[str, Sequence[tuple[datetime, datetime, str]]],
    *,
    key: str,
    alt: str,
    now: datetime | None = None,
) -> None:
    """Spans of on and off, a lane each: `(from, until, "on" | "off" | other)`."""
    minute = None if now is None else now.replace(second=0, microsecond=0)
    words = {word for spans in rows.values() for _, _, word in spans}
    if words:
        legend([(word, LANES.get(word, theme.WARN)) for word in sorted(words, key=_place)])
    drawn(built(("timeline", dict(rows), minute), lambda: _timeline(rows, minute)), key, alt)


def _place(word: str) -> tuple[int, str]:
    """On, off, then the rest by name: the same for every timeline, whatever comes first in it."""
    return (list(LANES).index(word) if word in LANES else len(LANES), word)


def _timeline(
    rows: Mapping[str, Sequence[tuple[datetime, datetime, str]]], now: datetime | None
) -> go.Figure:
    chart = figure(62 * len(rows) + 60, legend=False)
    chart.update_layout(hovermode="closest", barmode="overlay")
    place = {name: number for number, name in enumerate(rows)}
    seen = dict.fromkeys(word for spans in rows.values() for _, _, word in spans)
    for word in seen:
        spans = [
            (name, start, end) for name, each in rows.items() for start, end, said in each if said == word
        ]
        chart.add_bar(
            base=[start for _, start, _ in spans],
            x=[(end - start).total_seconds() * 1000 for _, start, end in spans],
            y=[place[name] for name, _, _ in spans],
            width=0.5,
            orientation="h",
            name=fmt.chart_text(word),
            marker={"color": LANES.get(word, theme.WARN), "line": {"width": 0}},
            customdata=[f"{start:%a %-d %b %H:%M} to {end:%a %-d %b %H:%M}" for _, start, end in spans],
            hovertemplate=f"{fmt.chart_text(word)}: %{{customdata}}<extra></extra>",
        )
    chart.update_xaxes(type="date", tickformat="%a\n%-d %b", nticks=7, tickangle=0)
    ends = [moment for each in rows.values() for start, end, _ in each for moment in (start, end)]
    if ends:
        chart.update_xaxes(range=[min(ends), max(ends)])
    _above(chart, place)
    if now is not None:
        chart.add_vline(x=now, line={"color": theme.ink(), "width": 1.5, "dash": "dot"})
    return chart


def _above(chart: go.Figure, place: Mapping[str, int]) -> None:
    """The name of each lane above it, not beside it: beside it, a phone has no room for both."""
    for name, number in place.items():
        chart.add_annotation(
            x=0,
            xref="paper",
            xanchor="left",
            xshift=6,
            y=number - 0.25,
            yanchor="bottom",
            text=fmt.chart_text(fmt.short(name, 48)),
            showarrow=False,
            font={"size": 12},
        )
    chart.update_yaxes(visible=False, range=[len(place) - 0.6, -0.7], rangemode="normal")


class Still(go.Figure):  # type: ignore[misc]  # the library carries no types
    """A figure that changes no more: put into plain values once. Otherwise each run would copy every number of it."""

    _said: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The figure in plain values, the same each time; Streamlit reads it only."""
        if self._said is None:
            self._said = super().to_dict()
        return self._said


def built(said: tuple[object, ...], build: Callable[[], go.Figure]) -> go.Figure:
    """The figure for all that it says, kept: building one takes as long as everything else on a screen. Not to be changed after."""
    return _kept(f"{said!r} {theme.dark()}", _build=build)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _kept(said: str, _build: Callable[[], go.Figure]) -> go.Figure:  # noqa: ARG001  Streamlit reads it as the key
    return Still(_build())


def drawn(chart: go.Figure, key: str, alt: str, *, clickable: bool = False) -> str | None:
    """Put a chart on the screen; answers what was clicked, where it can be."""
    if not clickable:
        st.plotly_chart(chart, key=key, config=CONFIG, alt=alt)
        return None
    state = st.plotly_chart(
        chart, key=key, config=CONFIG, alt=alt, on_select="rerun", selection_mode="points"
    )
    points = state.selection.points
    if not points:
        return None
    said = points[0].get("customdata")
    return str(said[0] if isinstance(said, list) else said) if said else None
