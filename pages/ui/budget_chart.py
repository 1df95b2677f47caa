"""Budgets drawn: burn against plan, each on the same scale of per cent, with a mark for today and for the expected end. Floats only here."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import plotly.graph_objects as go

from core.costs.budgets import Standing, State
from pages.ui import charts, filters, tables, theme
from pages.ui import format as fmt
from services.usecases.budgets import BudgetView

PAINT = {
    State.WITHIN: theme.CALM,
    State.AT_RISK: theme.WARN,
    State.BREACHED: theme.BAD,
    State.UNKNOWN: theme.OTHER,
}
BADGES = {State.WITHIN: "green", State.AT_RISK: "orange", State.BREACHED: "red", State.UNKNOWN: "gray"}
EXPECTED = theme.PALETTE[5]
PACE, END = "An even pace up to today", "Expected at the end"
LANE, FAR, FULL = 74, 200, 100
"""Pixels of a lane; per cent at which a bar is cut off, so that one runaway does not flatten the others; the plan."""


def verdict(now: Standing, today: date) -> str:
    """How a budget stands, in words: `breach expected on 24 Nov`, or `today`."""
    if now.state is State.BREACHED and now.breached_on:
        return f"breached {_on(now.breached_on, today)}"
    if now.state is State.AT_RISK and now.breach_expected:
        return f"breach expected {_on(now.breach_expected, today)}"
    if now.state is State.UNKNOWN:
        return "unknown" if now.missing_before is None else "unknown: the bill lacks days of it"
    return "within plan"


def _on(day: date, today: date) -> str:
    return "today" if day == today else f"on {fmt.short_day(day)}"


def in_short(view: BudgetView | None, currency: str | None, today: date) -> str:
    """A budget beside a figure in its currency: `of a budget of $42,000, within plan; `.

    Empty where there is none, and for who sees only part of what it is for.
    """
    if view is None or view.limited or view.plan.currency != currency or view.standing.planned is None:
        return ""
    return f"of a budget of {fmt.money(view.standing.planned, currency)}, {verdict(view.standing, today)}; "


def of_plan(amount: Decimal | None, planned: Decimal | None) -> Decimal | None:
    """An amount in per cent of the plan."""
    return None if amount is None or not planned else amount / planned * FULL


def passed(view: BudgetView) -> Decimal | None:
    """How much of the period is over, by its full days in the bill, in per cent: an even pace would have spent as much of the plan."""
    now = view.standing
    if now.through is None:
        return None
    return Decimal((now.through - now.period.start).days + 1) / now.period.length * FULL


def drawn(views: Sequence[BudgetView], key: str, today: date) -> None:
    """A lane for each budget."""
    states = dict.fromkeys(view.standing.state for view in views)
    charts.legend(
        [*((f"Spent, {state}", PAINT[state]) for state in states), (PACE, theme.ink()), (END, EXPECTED)],
        {PACE: "┃", END: "◆"},
    )
    said = ("budgets", today, [(view.plan, view.standing) for view in views])
    alt = "Budgets: " + "; ".join(
        f"{fmt.clean(view.plan.name)} {verdict(view.standing, today)}" for view in views
    )
    charts.drawn(charts.built(said, lambda: _drawing(views, today)), key, alt)


def _drawing(views: Sequence[BudgetView], today: date) -> go.Figure:
    chart = charts.figure(LANE * len(views) + 58, legend=False)
    chart.update_layout(hovermode="closest", margin={"l": 0, "r": 12, "t": 20, "b": 8})
    for place, view in enumerate(views):
        _lane(chart, place, view, today)
    words = {"size": 11, "color": theme.ink()}
    chart.add_annotation(
        x=FULL, y=1, yref="paper", yanchor="bottom", text="plan", showarrow=False, font=words
    )
    chart.update_yaxes(visible=False, range=[len(views) - 0.5, -0.75], rangemode="normal")
    chart.update_xaxes(range=[0, _end(views)], ticksuffix="%", nticks=6, showgrid=True)
    return chart


def _end(views: Sequence[BudgetView]) -> int:
    shares = [
        float(share)
        for view in views
        for amount in (view.standing.burn, view.standing.expected)
        if (share := of_plan(amount, view.standing.planned)) is not None
    ]
    return int(min(FAR, max([FULL, *shares]))) + 8


def _lane(chart: go.Figure, place: int, view: BudgetView, today: date) -> None:
    now, name = view.standing, fmt.chart_text(fmt.short(view.plan.name, 40))
    spent, end, even = of_plan(now.burn, now.planned), of_plan(now.expected, now.planned), passed(view)
    money = f"{fmt.money(now.burn, view.plan.currency)} of {fmt.money(now.planned, view.plan.currency)}"
    chart.add_bar(
        x=[FULL],
        y=[place],
        width=0.34,
        orientation="h",
        marker={"color": theme.shade()},
        hoverinfo="skip",
    )
    chart.add_bar(
        x=[0 if spent is None else min(float(spent), FAR)],
        y=[place],
        width=0.34,
        orientation="h",
        marker={"color": PAINT[now.state]},
        hovertemplate=f"{name}: {fmt.chart_text(money)} spent<extra></extra>",
    )
    marks = (
        (even, theme.ink(), "line-ns", "An even pace would be at"),
        (end, EXPECTED, "diamond", "Expected at the end:"),
    )
    for share, colour, symbol, words in marks:
        if share is not None:
            chart.add_scatter(
                x=[min(float(share), FAR)],
                y=[place],
                mode="markers",
                marker={"symbol": symbol, "size": 13, "color": colour, "line": {"width": 2, "color": colour}},
                hovertemplate=f"{name}: {words} {share:,.0f}% of the plan<extra></extra>",
            )
    chart.update_layout(barmode="overlay")
    chart.add_shape(  # across its own bar only: the words above it stay clear
        type="line",
        x0=FULL,
        x1=FULL,
        y0=place - 0.2,
        y1=place + 0.24,
        line={"color": theme.ink(), "width": 2},
    )
    chart.add_annotation(
        x=0,
        xref="paper",
        xanchor="left",
        y=place - 0.2,
        yanchor="bottom",
        align="left",
        text=f"<b>{name}</b>  {fmt.chart_text(money)}<br>{fmt.chart_text(fmt.sentence(verdict(now, today)))}",
        showarrow=False,
        font={"size": 12, "color": theme.ink()},
    )


def table(views: Sequence[BudgetView], of: Sequence[str], key: str, today: date) -> int | None:
    """Every budget as a row; answers the place of the one that was clicked."""
    currencies = {view.plan.currency for view in views}
    one = currencies.pop() if len(currencies) == 1 else None
    spent, plan, end = (f"{name}, {one}" if one else name for name in ("Spent", "Plan", "Expected"))
    columns: dict[str, list[object]] = {
        "Budget": [fmt.clean(view.plan.name) for view in views],
        spent: [_money(view, view.standing.burn, one) for view in views],
        "Stands": [fmt.sentence(verdict(view.standing, today)) for view in views],
        plan: [_money(view, view.standing.planned, one) for view in views],
        "Spent, %": [fmt.pixel(of_plan(view.standing.burn, view.standing.planned)) for view in views],
        end: [_money(view, view.standing.expected, one) for view in views],
        "Period": [filters.called(view.standing.period) for view in views],
        "Of": list(of),
    }
    amounts = (
        {
            spent: tables.money_column(spent, places=0),
            plan: tables.money_column(plan, places=0),
            end: tables.money_column(end, places=0, hint="At the end of the period: an estimate"),
        }
        if one
        else {}
    )
    picked = tables.show(
        columns,
        {
            "Budget": tables.thing_column("Budget"),
            "Stands": tables.text_column("Stands", width=190),
            "Period": tables.text_column("Period", width=90),
            "Of": tables.text_column("Of", width=150),
            "Spent, %": tables.percent_column("Spent, %"),
            **amounts,
        },
        alt="Budgets, what is spent of each and how it stands",
        key=key,
        select="single-row",
        rows=[str(view.budget.id) for view in views],
    )
    exact = columns | {
        spent: [view.standing.burn for view in views],
        plan: [view.standing.planned for view in views],
        "Spent, %": [of_plan(view.standing.burn, view.standing.planned) for view in views],
        end: [view.standing.expected for view in views],
        "Currency": [view.plan.currency for view in views],
    }
    tables.export(exact, "budgets.csv", key=f"{key}-csv")
    return picked[0] if picked else None


def _money(view: BudgetView, amount: Decimal | None, one: str | None) -> object:
    """An amount in a cell: a number where all budgets are in one currency, which the column then names."""
    return fmt.pixel(amount) if one else fmt.money(amount, view.plan.currency)
