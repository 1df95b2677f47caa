"""Cost over time: bars stacked by service, account or tag, their legend, and their numbers as a table. Amounts become floats only here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import plotly.graph_objects as go

from core.costs.scope import DAY, MONTH, WEEK, Dimension
from core.costs.spend import Series, Spend
from core.money import total
from pages.ui import charts, tables, theme
from pages.ui import format as fmt

YEAR = 13
LENGTH = {DAY: 1, WEEK: 7, MONTH: 30}
HOVER = {DAY: "%A %-d %b %Y", WEEK: "Week from %-d %b %Y", MONTH: "%b %Y"}
THOUSANDS = 10_000
"""From here on an axis counts in thousands, so that its labels leave the bars their room."""


@dataclass(frozen=True)
class Bar:
    """A bar that was clicked: which series, as `place_of` says, and the day or month it stands on."""

    place: str
    step: date


def stacked(
    spend: Spend,
    label: Mapping[str | None, str],
    *,
    key: str,
    open_from: date | None = None,
    step: Dimension = DAY,
    height: int = charts.TALL,
    alt: str,
    clickable: bool = False,
) -> Bar | None:
    """Bars by day, week or month, stacked by series, those from `open_from` on shaded; answers the bar that was clicked."""
    said = ("stacked", spend, sorted(label.items(), key=str), open_from, step, height)
    chart = charts.built(said, lambda: _stacked(spend, label, open_from, height, step))
    paint = colours_of(spend)
    charts.legend([(name_of(each, label), paint[place_of(each)]) for each in spend.series])
    clicked = charts.drawn(chart, key, alt, clickable=clickable)
    if clicked is None:
        return None
    place, _, moment = clicked.rpartition("@")
    return Bar(place, date.fromisoformat(moment))


def _stacked(
    spend: Spend, label: Mapping[str | None, str], open_from: date | None, height: int, step: Dimension
) -> go.Figure:
    symbol, monthly = fmt.SYMBOLS.get(spend.currency or "", ""), step == MONTH
    chart = charts.figure(height, legend=False)
    paint = colours_of(spend)
    steps = [each.isoformat() for each in spend.steps]
    for each in spend.series:
        chart.add_bar(
            x=steps,
            y=[fmt.pixel(value) for value in each.values],
            name=fmt.chart_text(fmt.short(name_of(each, label), 34)),
            marker={"color": paint[place_of(each)], "line": {"width": 0}},
            customdata=[f"{place_of(each)}@{moment}" for moment in steps],
            hovertemplate=f"{symbol}%{{y:,.2f}}",
        )
    chart.update_layout(barmode="relative", bargap=0.35 if monthly else 0.12)
    chart.update_yaxes(tickprefix=symbol, tickformat="~s" if _highest(spend) >= THOUSANDS else ",~f")
    chart.update_xaxes(
        type="date",
        tickangle=0,
        tickfont={"size": 10},
        tickformat="%b\n%Y" if monthly else "%-d %b",
        hoverformat=HOVER[step],
    )
    if monthly:
        chart.update_xaxes(dtick="M1" if len(steps) <= YEAR else "M3", ticklabelmode="instant")
    if open_from is not None and spend.steps and spend.steps[0] <= open_from <= spend.steps[-1]:
        half = timedelta(days=LENGTH[step]) / 2
        start = datetime.combine(open_from, datetime.min.time()) - half
        end = datetime.combine(spend.steps[-1], datetime.min.time()) + half
        chart.update_layout(margin_t=24)
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


def _highest(spend: Spend) -> Decimal:
    columns = zip(*(each.values for each in spend.series), strict=True)
    return max((sum(column, Decimal(0)) for column in columns), default=Decimal(0))


def colours_of(spend: Spend) -> Mapping[str, str]:
    """The colour of each series by its place, for the bars, the legend and the table's marks alike."""
    paint = theme.colours([each.key for each in spend.series if not each.other])
    return {place_of(each): theme.OTHER if each.other else paint[each.key] for each in spend.series}


def marks(spend: Spend, label: Mapping[str | None, str], keys: Sequence[str | None]) -> list[tuple[str, str]]:
    """For each value, the series it is drawn in and its colour: its own, or that of all others."""
    paint = colours_of(spend)
    own = {each.key: each for each in spend.series if not each.other}
    rest = next((name_of(each, label) for each in spend.series if each.other), "Not drawn")
    return [
        (fmt.clean(name_of(own[key], label)), paint[place_of(own[key])])
        if key in own
        else (rest, theme.OTHER)
        for key in keys
    ]


def name_of(each: Series, label: Mapping[str | None, str]) -> str:
    """What a series is called on a screen."""
    if each.other:
        return f"Other ({each.folded:,})"
    return label.get(each.key, each.label)


def place_of(each: Series) -> str:
    """How a bar says which series it is of: `=key`, `untagged` for none, `other` for the rest."""
    if each.other:
        return "other"
    return "untagged" if each.key is None else f"={each.key}"


def numbers(spend: Spend, label: Mapping[str | None, str], *, key: str, step: Dimension = DAY) -> None:
    """The chart's numbers as a table, folded away."""
    with tables.folded(f"{key}-folded") as opened:
        if opened:
            columns: dict[str, Sequence[object]] = {
                "When": [fmt.month(each) if step == MONTH else each for each in spend.steps]
            }
            columns["Total"] = [
                fmt.pixel(sum(column, Decimal(0)))
                for column in zip(*(each.values for each in spend.series), strict=True)
            ]
            for each in spend.series:
                columns[fmt.clean(name_of(each, label))] = [fmt.pixel(value) for value in each.values]
            tables.show(
                columns,
                {name: tables.money_column(name, width=None) for name in columns if name != "When"}
                | ({} if step == MONTH else {"When": tables.day_column("When")}),
                alt="The chart's numbers",
                key=key,
            )
            exact: dict[str, Sequence[object]] = {
                "When": [each.isoformat() for each in spend.steps],
                "Total": [
                    total(column) for column in zip(*(each.values for each in spend.series), strict=True)
                ],
                **{fmt.clean(name_of(each, label)): each.values for each in spend.series},
                "Currency": [spend.currency for _ in spend.steps],
            }
            tables.export(exact, "costs-over-time.csv", key=f"{key}-csv")
