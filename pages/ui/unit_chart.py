"""Cost per unit over time with the metric under it, and its numbers as a table. Amounts become floats only here."""

from decimal import Decimal

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.costs.scope import ACCOUNT, DAY, MONTH, WEEK, Dimension, Filter, Match
from core.costs.spend import Choices
from core.costs.units import Point, UnitCost, UnitMetric
from core.periods import month_of
from pages.ui import charts, filter_field, states, tables, theme
from pages.ui import format as fmt

_CENT = Decimal("0.01")
TICKS, MILLISECONDS = 7, 86_400_000
PALE = 0.45
MOST_LEFT_OUT = 14
"""Up to so many days between are left out by a link; more would make it too long to send."""
FEW = 45
"""Up to so many steps each is drawn with its dot, so that one between unknown neighbours is seen."""


def places(amount: Decimal | None) -> int:
    """How many places of a cost per unit say something: two from a dollar on, more for small ones."""
    if not amount or abs(amount) >= 1:
        return 2
    return 4 if abs(amount) >= _CENT else 8


def money(amount: Decimal | None, currency: str | None) -> str:
    """A cost per unit as text."""
    return fmt.money(amount, currency, places(amount))


def named(point: Point, found: UnitCost) -> str:
    """What a step is called."""
    if found.step == MONTH:
        return fmt.month(point.step)
    return fmt.day(point.step) if found.step == DAY else f"Week of {fmt.day(point.step)}"


def days_of(point: Point, step: Dimension) -> int:
    """How many days the calendar's day, week or month has."""
    return {DAY: 1, WEEK: 7, MONTH: month_of(point.step).length}[step]


def in_part(point: Point, step: Dimension) -> bool:
    """Whether a week or month is known in part only: its count is smaller for that alone."""
    return 0 < point.known < days_of(point, step)


def narrowed(metric: UnitMetric, choices: Choices) -> str | None:
    """The caveat of a cost that filters make smaller than what is counted; None where there is no filter.

    That a count is of just what the cost is of, nobody can see from here; that it is read in an account whose cost is left out, one can.
    """
    if not metric.filters:
        return None
    of = filter_field.in_words(metric.filters, choices)
    words = f"Only this cost is shared by all {metric.name}: {of}. What else they use is not in it."
    names = dict(choices.accounts)
    counted = None if metric.source is None else metric.source.account_id
    asked = [each for each in metric.filters if each.dimension == ACCOUNT]
    wanted = {each.value for each in asked if each.match is Match.IS}
    unwanted = {each.value for each in asked if each.match is Match.IS_NOT}
    if counted in names and ((wanted and counted not in wanted) or counted in unwanted):
        words += f" They are counted in {names[counted] or counted}, whose cost is left out."
    return words


def drawn(found: UnitCost, key: str) -> None:
    """The cost per unit as a line, gaps where it is unknown, and what was counted as bars under it, on the same days."""
    name = found.metric.name
    charts.legend([(found.metric.called, theme.CALM), (fmt.sentence(name), theme.OTHER)])
    said = ("unit", found.points, found.currency, name, found.step)
    alt = f"{found.metric.called} by {found.step.name}, and {name} under it"
    charts.drawn(charts.built(said, lambda: _drawing(found)), key, alt)


def _drawing(found: UnitCost) -> go.Figure:
    symbol = fmt.SYMBOLS.get(found.currency or "", "")
    steps = [point.step.isoformat() for point in found.points]
    pale = [in_part(point, found.step) for point in found.points]
    chart = make_subplots(2, 1, shared_xaxes=True, row_heights=[0.68, 0.32], vertical_spacing=0.06)
    chart.update_layout(charts.figure(charts.TALL + 80, legend=False).layout)
    exact = [None if each.per_unit is None else float(each.per_unit) for each in found.points]
    chart.add_scatter(
        x=steps,
        y=exact,
        name=fmt.chart_text(found.metric.called),
        mode="lines+markers" if len(steps) <= FEW else "lines",
        connectgaps=False,
        line={"color": theme.CALM, "width": 2},
        marker={
            "size": 5,
            "symbol": ["circle-open" if each else "circle" for each in pale],
        },
        hovertemplate=f"{symbol}%{{y:,.{places(found.whole.per_unit) + 2}f}}<extra></extra>",
        row=1,
        col=1,
    )
    chart.add_bar(
        x=steps,
        y=[None if each.units is None else float(each.units) for each in found.points],
        name=fmt.chart_text(found.metric.name),
        marker={
            "color": theme.OTHER,
            "line": {"width": 0},
            "opacity": [PALE if each else 1.0 for each in pale],
        },
        hovertemplate=f"%{{y:,.6~g}} {fmt.chart_text(found.metric.name)}<extra></extra>",
        row=2,
        col=1,
    )
    ticks = {"color": theme.ink()}
    chart.update_yaxes(rangemode="tozero", fixedrange=True, automargin=True, nticks=5, tickfont=ticks)
    chart.update_yaxes(tickprefix=symbol, row=1, col=1)
    chart.update_yaxes(nticks=3, tickformat="~s", row=2, col=1)
    chart.update_xaxes(
        type="date",
        showgrid=False,
        fixedrange=True,
        tickangle=0,
        tickfont=ticks | {"size": 10},
        tickformat="%b\n%Y" if found.step == MONTH else "%-d %b",
        hoverformat="%b %Y" if found.step == MONTH else "%A %-d %b %Y",
    )
    if found.step == WEEK and steps:  # a week is named by its Monday, and so are the ticks
        apart = max(1, -(-len(steps) // TICKS))
        chart.update_xaxes(tick0=steps[0], dtick=apart * 7 * MILLISECONDS)
    return chart


def lines(found: UnitCost, point: Point, words: str) -> None:
    """The way to the cost that a point counts, and which days that are."""
    if point.counted is None:
        states.note("No day of it is counted, so there is no cost to see.")
        return
    wanted, whole = behind(found, point)
    filter_field.to_costs(words, wanted, found.metric.cost, point.counted, currency=found.currency)
    if point.between:
        days = fmt.span_of(point.counted.start, point.counted.end)
        missing = fmt.count(len(point.between), "day")
        shown = "the link leaves them out" if whole else "the link shows their cost, too"
        states.note(f"Counted: {days}, without {missing} on which {found.metric.name} is not known; {shown}.")


def behind(found: UnitCost, point: Point) -> tuple[tuple[Filter, ...], bool]:
    """Filters for the cost that a point counts, within `counted`, and whether they leave out each day that it does not count."""
    whole = len(point.between) <= MOST_LEFT_OUT
    left_out = point.between if whole else ()
    return (
        *found.metric.filters,
        *(Filter(DAY, Match.IS_NOT, day.isoformat()) for day in left_out),
    ), whole


def numbers(found: UnitCost, key: str) -> Point | None:
    """Each day, week or month: newest first; answers the one that was clicked."""
    rows = found.points[::-1]
    per_unit, cost, counted = (
        f"{found.metric.called}, {found.currency or ''}",
        f"Cost, {found.currency or ''}",
        fmt.sentence(found.metric.name),
    )
    title = fmt.sentence(found.step.name)
    columns: dict[str, list[object]] = {
        title: [named(each, found) for each in rows],
        per_unit: [None if each.per_unit is None else float(each.per_unit) for each in rows],
        counted: [None if each.units is None else float(each.units) for each in rows],
        cost: [fmt.pixel(each.cost) for each in rows],
        "Days known": [f"{each.known} of {each.days}" for each in rows],
    }
    if any(each.because for each in rows):
        columns["Why unknown"] = [each.because for each in rows]
    picked = tables.show(
        columns,
        {
            title: tables.text_column(title, width=156),
            per_unit: tables.money_column(per_unit, places=places(found.whole.per_unit)),
            counted: tables.number_column(counted, places=0, width=tables.AMOUNT),
            cost: tables.money_column(cost),
        },
        alt=f"{found.metric.called} by {found.step.name}",
        key=key,
        select="single-row",
        rows=[found.metric.name, *(each.step for each in rows)],
    )
    exact = columns | {
        title: [each.step.isoformat() for each in rows],
        per_unit: [each.per_unit for each in rows],
        counted: [each.units for each in rows],
        cost: [each.cost for each in rows],
    }
    tables.export(exact, f"{found.step.name}-unit-cost.csv", key=f"{key}-csv")
    return rows[picked[0]] if picked else None
