"""Savings drawn: what came together since, and one entry's days against what they would have cost. Floats only here."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate

import plotly.graph_objects as go

from core.ledger.entry import RealisedDay
from core.money import EXACT
from pages.ui import charts, tables, theme
from pages.ui import format as fmt
from services.usecases.savings import Ledger

EXPECTED, ACTUAL = "Would have cost", "Cost"


def growing(book: Ledger, key: str) -> None:
    """What the bill proves, added up day by day."""
    if not book.by_day:
        return
    days = list(book.by_day)
    sums = list(accumulate(float(saved) for saved in book.by_day.values()))
    charts.legend([("Realised", theme.GOOD), ("Promised", theme.OTHER)])
    chart = charts.figure(charts.LOW + 60, legend=False)
    chart.add_scatter(
        x=days,
        y=sums,
        mode="lines",
        fill="tozeroy",
        line={"color": theme.GOOD, "width": 2},
        hovertemplate="$%{y:,.0f}<extra></extra>",
    )
    chart.add_scatter(
        x=list(book.promised_by_day),
        y=list(accumulate(float(usd) for usd in book.promised_by_day.values())),
        mode="lines",
        line={"color": theme.OTHER, "width": 2, "dash": "dot"},
        hovertemplate="$%{y:,.0f} promised<extra></extra>",
    )
    chart.update_yaxes(tickprefix="$", tickformat=",~f")
    charts.over_time(chart, by_day=True)
    charts.drawn(chart, key, "Realised and promised savings added up day by day, US dollars")
    with tables.folded(f"{key}-folded") as opened:
        if opened:
            saved, together = "Saved, USD", "Together, USD"
            tables.show(
                {"Day": days, saved: [float(each) for each in book.by_day.values()], together: sums},
                {name: tables.money_column(name) for name in (saved, together)},
                alt="Realised savings by day",
                key=f"{key}-table",
            )
            amounts = list(book.by_day.values())
            exact: dict[str, list[object]] = {
                "Day": [*days],
                saved: [*amounts],
                together: [*accumulate(amounts, EXACT.add)],
            }
            tables.export(exact, "realised.csv", key=f"{key}-csv")


def against(days: Sequence[RealisedDay], key: str) -> None:
    """Each day's cost, and what it would have cost; what lies between is saved."""
    charts.legend([(EXPECTED, theme.OTHER), (ACTUAL, theme.CALM), ("Saved", theme.GOOD)])
    charts.drawn(_against(days), key, "Cost by day against what it would have cost, US dollars")
    with tables.folded(f"{key}-folded") as opened:
        if opened:
            amounts: dict[str, list[Decimal]] = {
                EXPECTED: [each.expected for each in days],
                ACTUAL: [each.actual for each in days],
                "Saved": [each.saved for each in days],
            }
            dates: dict[str, Sequence[object]] = {"Day": [each.day for each in days]}
            tables.show(
                dates | {name: [fmt.pixel(each) for each in column] for name, column in amounts.items()},
                {name: tables.money_column(name) for name in amounts},
                alt="Cost by day against what it would have cost",
                key=f"{key}-table",
            )
            tables.export({**dates, **amounts}, "realised-by-day.csv", key=f"{key}-csv")


def _against(days: Sequence[RealisedDay]) -> go.Figure:
    chart = charts.figure(charts.LOW + 100, legend=False)
    at = [each.day for each in days]
    step = {"mode": "lines", "hovertemplate": "$%{y:,.2f}"}
    chart.add_scatter(
        x=at,
        y=[float(each.actual) for each in days],
        name=ACTUAL,
        line={"color": theme.CALM, "width": 2, "shape": "hv"},
        **step,
    )
    chart.add_scatter(
        x=at,
        y=[float(each.expected) for each in days],
        name=EXPECTED,
        line={"color": theme.OTHER, "width": 2, "dash": "dot", "shape": "hv"},
        fill="tonexty",
        fillcolor="rgba(0, 158, 115, 0.18)",
        **step,
    )
    chart.update_yaxes(tickprefix="$", tickformat=",~f")
    charts.over_time(chart, by_day=True)
    chart.update_xaxes(range=[at[0] - timedelta(days=1), at[-1] + timedelta(days=1)])
    return chart
