"""Lying bars: a few amounts, each with its name above it."""

from collections.abc import Sequence
from decimal import Decimal
from textwrap import wrap

import plotly.graph_objects as go

from pages.ui import charts, tables, theme
from pages.ui import format as fmt

LINE = 54
"""Characters that a phone has room for beside an amount."""
PITCH, PITCH_OF_TWO = 48, 66
"""Pixels a bar takes with one line above it, and with two."""


def bars(
    names: Sequence[str],
    amounts: Sequence[Decimal],
    *,
    key: str,
    alt: str,
    prefix: str = "",
    colour: str = theme.CALM,
) -> None:
    """A few amounts side by side, lying, the largest on top, each with its value."""
    values = [float(amount) for amount in amounts]
    chart = charts.built(
        ("bars", names, values, prefix, colour), lambda: _bars(names, values, prefix, colour)
    )
    charts.drawn(chart, key, alt)
    with tables.folded(f"{key}-folded") as opened:
        if opened:
            tables.show(
                {"What": list(names), "Amount": values},
                {"Amount": tables.money_column("Amount")},
                alt=alt,
                key=f"{key}-table",
            )
            tables.export(
                {"What": list(names), "Amount": list(amounts)}, charts.file_of(alt), key=f"{key}-csv"
            )


def _bars(names: Sequence[str], values: Sequence[float], prefix: str, colour: str) -> go.Figure:
    chart = charts.figure(
        (PITCH_OF_TWO if any(len(name) > LINE for name in names) else PITCH) * len(names) + 20, legend=False
    )
    chart.add_bar(
        x=list(values),
        y=list(range(len(names))),
        orientation="h",
        width=0.4,
        marker={"color": colour},
        customdata=[fmt.chart_text(name) for name in names],
        hovertemplate=f"%{{customdata}}: {prefix}%{{x:,.2f}}<extra></extra>",
    )
    over(
        chart,
        [
            (fmt.short(name, 2 * LINE), f"{prefix}{value:,.0f}")
            for name, value in zip(names, values, strict=True)
        ],
    )
    chart.update_xaxes(rangemode="tozero", visible=False)
    return chart


def over(chart: go.Figure, bars: Sequence[tuple[str, str]]) -> None:
    """Lying bars at the places 0, 1, ... get their amounts and names above them: beside them, a phone has no room for both."""
    for place, (name, amount) in enumerate(bars):
        chart.add_annotation(
            x=0,
            xref="paper",
            xanchor="left",
            y=place - 0.22,
            yanchor="bottom",
            text=f"<b>{fmt.chart_text(amount)}</b>  {'<br>'.join(map(fmt.chart_text, wrap(name, LINE)))}",
            align="left",
            showarrow=False,
            font={"size": 11, "color": theme.ink()},
        )
    chart.update_layout(hovermode="closest", margin={"l": 0, "r": 8, "t": 4, "b": 4})
    chart.update_yaxes(visible=False, range=[len(bars) - 0.6, -0.8], rangemode="normal")
