"""Savings Plans and reservations drawn: coverage and utilisation by day, one commitment's use by hour, what no commitment covered by hour."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import plotly.graph_objects as go
import streamlit as st

from core.costs.commitments import Slot
from core.periods import Period, midnight
from pages.ui import charts, states, tables, theme
from pages.ui import format as fmt

HUNDRED = Decimal(100)
ROOM = 105
"""Per cent at the top of the chart: a line at 100% is drawn whole."""
HOURS = range(24)
ALIKE = Decimal("0.99")
"""Of the most used hour: where even the least used comes to so much, a picture of the hours would be of one colour."""
PALE, PALE_TEXT = "rgba(138,148,163,0.15)", "#8a94a355"
"""The same as Plotly and as a legend reads it."""


def percent(ratio: Decimal | None) -> float | None:
    """A ratio from 0 to 1 as a chart or table cell draws it."""
    return None if ratio is None else fmt.pixel(ratio * HUNDRED)


def over_time(days: Sequence[Slot], *, utilised: bool) -> None:
    """Coverage by day, and utilisation where it is known of the whole."""
    times = [midnight(each.day) for each in days]
    ratios = {"Coverage": [each.cover.coverage for each in days]}
    if utilised:
        ratios["Utilisation"] = [each.use.utilisation for each in days]
    charts.lines(
        {name: (times, [percent(each) for each in found]) for name, found in ratios.items()},
        unit="%",
        key="commitments-over-time",
        alt=" and ".join(ratios) + " by day",
        top=ROOM,
        exact={
            name: [None if each is None else each * HUNDRED for each in found]
            for name, found in ratios.items()
        },
    )


def by_hour(slots: Sequence[Slot], period: Period, currency: str | None) -> None:
    """In a sentence how evenly a commitment was used; where hours differ, a square for each, from the least used to the most."""
    used = {(each.day, each.hour): each.use.used for each in slots}
    hours = 24 * period.length
    st.markdown(fmt.plain(_in_words(list(used.values()), hours, currency)))
    least = min(used.values()) if len(used) == hours else Decimal(0)
    if least < max(used.values()) * ALIKE:
        _squares(used, least, period, currency)
    _table(slots, currency)


def _squares(
    used: Mapping[tuple[date, int | None], Decimal], least: Decimal, period: Period, currency: str | None
) -> None:
    most, symbol = max(used.values()), fmt.SYMBOLS.get(currency or "", "")
    pale = (
        f"{fmt.money(least, currency, 2)}, the least in an hour"
        if least
        else "Nothing used, or not on the bill"
    )
    charts.legend([(pale, PALE_TEXT), (f"{fmt.money(most, currency, 2)}, the most in an hour", theme.CALM)])
    states.note("A column is a day, a square one of its hours, UTC.")
    days = list(period.days())
    said = ("by-hour", tuple(used.items()), period, symbol)

    def drawing() -> go.Figure:
        chart = charts.figure(charts.TALL + 60, legend=False)
        chart.add_trace(
            go.Heatmap(
                x=[day.isoformat() for day in days],
                y=list(HOURS),
                z=[[fmt.pixel(used.get((day, hour))) for day in days] for hour in HOURS],
                colorscale=[[0, PALE], [1, theme.CALM]],
                zmin=float(least),
                zmax=float(most),
                xgap=1,
                ygap=1,
                showscale=False,
                hovertemplate=f"%{{x|%-d %b}}, %{{y}}:00 UTC: {symbol}%{{z:,.2f}} used<extra></extra>",
            )
        )
        chart.update_layout(hovermode="closest")
        chart.update_xaxes(type="date", tickformat="%-d %b", tickangle=0, tickfont={"size": 10})
        ticks = list(HOURS)[::6]
        chart.update_yaxes(
            rangemode="normal",
            range=[23.5, -0.5],
            tickvals=ticks,
            ticktext=[f"{hour:02d}:00" for hour in ticks],
        )
        return chart

    charts.drawn(
        charts.built(said, drawing), "commitment-hours", "Use of the commitment by day and hour, UTC"
    )


def _table(slots: Sequence[Slot], currency: str | None) -> None:
    with tables.folded("commitment-hours-folded", "The hours as a table") as opened:
        if opened:
            hour, name, unused = "Hour, UTC", f"Used, {currency}", f"Not used, {currency}"
            columns: dict[str, list[object]] = {
                hour: [_at(each) for each in slots],
                name: [fmt.pixel(each.use.used) for each in slots],
                unused: [fmt.pixel(each.use.unused) for each in slots],
            }
            tables.show(
                columns,
                {
                    hour: tables.time_column(hour),
                    name: tables.money_column(name, places=4),
                    unused: tables.money_column(unused, places=4),
                },
                alt="Use of the commitment by hour",
                key="commitment-hours-table",
            )
            exact = columns | {
                name: [each.use.used for each in slots],
                unused: [each.use.unused for each in slots],
            }
            tables.export(exact, "commitment-hours.csv", key="commitment-hours-csv")


def _in_words(used: Sequence[Decimal], hours: int, currency: str | None) -> str:
    """How evenly a commitment was used, in a sentence."""
    some = [amount for amount in used if amount > 0]
    if not some:
        return f"None of it was used in any of the {hours:,} hours."
    least, most = (fmt.money(amount, currency, 2) for amount in (min(some), max(some)))
    how = f"{most} an hour" if least == most else f"{least} to {most} an hour"
    when = (
        f"all {hours:,} hours"
        if len(some) == hours
        else f"{len(some):,} of {hours:,} hours, and none in the others"
    )
    return f"{how} was used in {when}."


def uncovered(slots: Sequence[Slot], currency: str | None) -> None:
    """Hour by hour, what ran at on-demand prices though a commitment could have covered it."""
    charts.lines(
        {
            "On demand": (
                [_at(each) for each in slots],
                [fmt.pixel(each.cover.on_demand) for each in slots],
            )
        },
        unit=currency or "",
        key="uncovered",
        alt="On-demand use that no commitment covered, by hour",
        exact={"On demand": [each.cover.on_demand for each in slots]},
    )


def _at(slot: Slot) -> datetime:
    return datetime.combine(slot.day, datetime.min.time(), UTC) + timedelta(hours=slot.hour or 0)
