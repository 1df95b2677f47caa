"""Every chart once, each with its numbers as a table. Amounts become floats only here."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import plotly.graph_objects as go
import streamlit as st

from core.costs.spend import Series, Spend
from pages.ui import format as fmt
from pages.ui import tables, theme

CONFIG = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "doubleClick": "reset"}
TALL, LOW = 340, 200
YEAR = 13
KEPT = 300


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
    empty.update_xaxes(showgrid=False, fixedrange=True)
    empty.update_yaxes(rangemode="tozero", fixedrange=True, automargin=True, nticks=5)
    return empty


def stacked(
    spend: Spend,
    label: Mapping[str | None, str],
    *,
    key: str,
    open_from: date | None = None,
    monthly: bool = False,
    height: int = TALL,
    alt: str,
    clickable: bool = False,
) -> str | None:
    """Bars by day (or month), stacked by series, days from `open_from` on shaded; answers the key of a bar that was clicked."""
    said = ("stacked", spend, sorted(label.items(), key=str), open_from, monthly, height)
    chart = built(said, lambda: _stacked(spend, label, open_from, height, monthly=monthly))
    return drawn(chart, key, alt, clickable=clickable)


def _stacked(
    spend: Spend, label: Mapping[str | None, str], open_from: date | None, height: int, *, monthly: bool
) -> go.Figure:
    symbol = fmt.SYMBOLS.get(spend.currency or "", "")
    chart = figure(height)
    paint = theme.colours([each.key for each in spend.series if not each.other])
    steps = [step.isoformat() for step in spend.steps]
    for each in spend.series:
        chart.add_bar(
            x=steps,
            y=[fmt.pixel(value) for value in each.values],
            name=fmt.chart_text(fmt.short(name_of(each, label), 34)),
            marker={"color": theme.OTHER if each.other else paint[each.key], "line": {"width": 0}},
            customdata=[place_of(each)] * len(steps),
            hovertemplate=f"{symbol}%{{y:,.2f}}",
        )
    chart.update_layout(barmode="relative", bargap=0.35 if monthly else 0.12)
    chart.update_yaxes(tickprefix=symbol, tickformat=",~f")
    chart.update_xaxes(
        type="date",
        tickformat="%b\n%Y" if monthly else "%-d %b",
        hoverformat="%b %Y" if monthly else "%A %-d %b %Y",
    )
    if monthly:
        chart.update_xaxes(dtick="M1" if len(steps) <= YEAR else "M3", ticklabelmode="instant")
    if open_from is not None and spend.steps and spend.steps[0] <= open_from <= spend.steps[-1]:
        half = timedelta(days=15) if monthly else timedelta(hours=12)
        start = datetime.combine(open_from, datetime.min.time()) - half
        end = datetime.combine(spend.steps[-1], datetime.min.time()) + half
        chart.add_vrect(x0=start, x1=end, fillcolor=theme.shade(), line_width=0, layer="below")
        chart.add_annotation(
            x=end,
            y=1,
            yref="paper",
            text="bill still open",
            showarrow=False,
            xanchor="right",
            yanchor="bottom",
            font={"size": 11, "color": theme.ink()},
        )
    return chart


def name_of(each: Series, label: Mapping[str | None, str]) -> str:
    """What a series is called on a screen."""
    if each.other:
        return f"{fmt.count(each.folded, 'other')}"
    return label.get(each.key, each.label)


def place_of(each: Series) -> str:
    """How a bar says which series it is of: `=key`, `untagged` for none, `other` for the rest."""
    if each.other:
        return "other"
    return "untagged" if each.key is None else f"={each.key}"


def numbers(spend: Spend, label: Mapping[str | None, str], *, key: str, monthly: bool = False) -> None:
    """The chart's numbers as a table, folded away."""
    with st.expander("The chart as a table"):
        columns: dict[str, Sequence[object]] = {
            "When": [fmt.month(step) if monthly else step for step in spend.steps]
        }
        for each in spend.series:
            columns[fmt.clean(name_of(each, label))] = [fmt.pixel(value) for value in each.values]
        columns["Total"] = [
            fmt.pixel(sum(column, Decimal(0)))
            for column in zip(*(each.values for each in spend.series), strict=True)
        ]
        tables.show(
            columns,
            {name: tables.money_column(name) for name in columns if name != "When"},
            alt="The chart's numbers",
            key=key,
        )


def lines(
    series: Mapping[str, tuple[Sequence[datetime], Sequence[float | None]]],
    *,
    unit: str,
    key: str,
    alt: str,
    threshold: tuple[float, str] | None = None,
    top: float | None = None,
    height: int = LOW + 60,
) -> None:
    """Continuous series over time, gaps left open, with a threshold drawn where there is one."""
    chart = figure(height, legend=len(series) > 1)
    paint = theme.colours(list(series))
    for name, (times, values) in series.items():
        chart.add_scatter(
            x=list(times),
            y=list(values),
            name=fmt.chart_text(fmt.short(name, 30)),
            mode="lines",
            connectgaps=False,
            line={"color": paint[name] if len(series) > 1 else theme.CALM, "width": 1.8},
            hovertemplate=f"%{{y:,.1f}} {unit}",
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
    chart.update_yaxes(ticksuffix=f" {unit}" if unit else "", range=[0, top] if top else None)
    drawn(chart, key, alt)
    with st.expander("The chart as a table"):
        columns = {
            "Series": [fmt.clean(name) for name, (times, _) in series.items() for _ in times],
            "At, UTC": [at for times, _ in series.values() for at in times],
            f"Value, {unit or 'count'}": [value for _, values in series.values() for value in values],
        }
        config = {
            "At, UTC": tables.time_column("At, UTC"),
            f"Value, {unit or 'count'}": st.column_config.NumberColumn(format="%,.2f"),
        }
        tables.show(columns, config, alt=alt, key=f"{key}-table")


def bars(
    names: Sequence[str],
    values: Sequence[float],
    *,
    key: str,
    alt: str,
    prefix: str = "",
    colour: str = theme.CALM,
) -> None:
    """A few amounts side by side, lying, the largest on top, each with its value."""
    chart = built(("bars", names, values, prefix, colour), lambda: _bars(names, values, prefix, colour))
    drawn(chart, key, alt)
    with st.expander("The chart as a table"):
        tables.show(
            {"What": list(names), "Amount": list(values)},
            {"Amount": tables.money_column("Amount")},
            alt=alt,
            key=f"{key}-table",
        )


def _bars(names: Sequence[str], values: Sequence[float], prefix: str, colour: str) -> go.Figure:
    chart = figure(44 * len(names) + 40, legend=False)
    chart.add_bar(
        x=list(values),
        y=[fmt.chart_text(fmt.short(name, 40)) for name in names],
        orientation="h",
        marker={"color": colour},
        text=[f"{prefix}{value:,.0f}" for value in values],
        textposition="auto",
        hovertemplate=f"{prefix}%{{x:,.2f}}<extra></extra>",
    )
    chart.update_yaxes(autorange="reversed", rangemode="normal")
    chart.update_xaxes(rangemode="tozero", visible=False)
    return chart


def timeline(
    rows: Mapping[str, Sequence[tuple[datetime, datetime, str]]],
    *,
    key: str,
    alt: str,
    now: datetime | None = None,
) -> None:
    """Spans of on and off, a lane each: `(from, until, "on" | "off" | other)`."""
    minute = None if now is None else now.replace(second=0, microsecond=0)
    drawn(built(("timeline", dict(rows), minute), lambda: _timeline(rows, minute)), key, alt)


def _timeline(
    rows: Mapping[str, Sequence[tuple[datetime, datetime, str]]], now: datetime | None
) -> go.Figure:
    chart = figure(46 * len(rows) + 90, legend=True)
    chart.update_layout(hovermode="closest", barmode="overlay")
    paint = {"on": theme.GOOD, "off": theme.OTHER}
    seen = dict.fromkeys(word for spans in rows.values() for _, _, word in spans)
    for word in seen:
        spans = [
            (name, start, end) for name, each in rows.items() for start, end, said in each if said == word
        ]
        chart.add_bar(
            base=[start for _, start, _ in spans],
            x=[(end - start).total_seconds() * 1000 for _, start, end in spans],
            y=[fmt.chart_text(fmt.short(name, 30)) for name, _, _ in spans],
            orientation="h",
            name=fmt.chart_text(word),
            marker={"color": paint.get(word, theme.WARN), "line": {"width": 0}},
            customdata=[f"{start:%a %-d %b %H:%M} to {end:%a %-d %b %H:%M}" for _, start, end in spans],
            hovertemplate=f"{fmt.chart_text(word)}: %{{customdata}}<extra></extra>",
        )
    chart.update_xaxes(type="date", tickformat="%a\n%-d %b", nticks=8)
    chart.update_yaxes(autorange="reversed", rangemode="normal")
    if now is not None:
        chart.add_vline(x=now, line={"color": theme.ink(), "width": 1.5, "dash": "dot"})
    return chart


def built(said: tuple[object, ...], build: Callable[[], go.Figure]) -> go.Figure:
    """The figure for all that it says, kept: building one takes as long as everything else on a screen. Not to be changed after."""
    return _kept(f"{said!r} {theme.dark()}", _build=build)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _kept(said: str, _build: Callable[[], go.Figure]) -> go.Figure:  # noqa: ARG001  Streamlit reads it as the key
    return _build()


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
