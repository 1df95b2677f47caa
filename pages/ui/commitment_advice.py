"""What to commit to: the figure, what it rests on, and cost against commitment. Amounts become floats only here."""

from collections.abc import Sequence
from decimal import Decimal

import plotly.graph_objects as go

from core.costs.scope import CostType, Dimension, Filter, Match
from core.money import HOURS_PER_MONTH, ZERO
from core.recommendations.advice import Advice, DiscountFrom, Point, Spread
from core.recommendations.commitment import Sizing
from pages.ui import cards, charts, filter_field, kept, page, states, tables, theme
from pages.ui import format as fmt
from pages.ui.bill import Bill
from services.usecases import commitment_advice

HUNDRED = Decimal(100)
FOUND = "found"
STANDARD = Filter(Dimension("pricing category"), Match.IS, "Standard")
DISCOUNTS = (FOUND, *(str(each) for each in range(15, 75, 5)))
FAR = Decimal("1.3")
"""Commitments that cost more than this many times what none costs are left out of the chart: they say nothing more."""
WHERE = {
    DiscountFrom.BILL: "as your own Compute Savings Plans have it",
    DiscountFrom.ASKED: "as you chose",
    DiscountFrom.ASSUMED: "an assumption: a one-year plan without upfront payment",
}
BAND = "rgba(0,114,178,0.16)"


def section(ours: Bill, currency: str | None) -> None:
    """What to commit to, for who sees every account."""
    cards.heading(
        "What to commit to",
        "A Compute Savings Plan for one year, sized on the on-demand compute of the last eight weeks that remains once the chosen "
        "recommendations are carried out.",
    )
    if ours.screen.user.accounts is not None:
        states.note(
            "A Savings Plan serves every account: what to commit to is told to those who see all of them."
        )
        return
    chosen = kept.select("Discount", list(DISCOUNTS), "discount", format_func=_called, width=280)
    discount = None if chosen == FOUND else Decimal(chosen) / HUNDRED
    found = page.lately(
        ours.screen, commitment_advice.advise, discount=discount, currency=currency, at=ours.at
    )
    if found is None:
        return
    if found.sizing is None:
        states.note(found.missing or "Nothing is advised.")
        return
    _told(found, found.sizing)


def _called(chosen: str) -> str:
    assumed = fmt.percent(commitment_advice.ASSUMED * HUNDRED, 0)
    return f"As your plans have it, else {assumed}" if chosen == FOUND else f"{chosen}%"


def _told(found: Advice, sizing: Sizing) -> None:
    discount = f"{fmt.percent(found.discount * HUNDRED)} off, {WHERE[found.discount_from]}"
    if not sizing.commitment:
        states.empty(
            "No commitment pays",
            f"At {discount}, one pays for what runs in more than {_share(sizing.break_even_use)} of all hours, and nothing does.",
        )
    else:
        _figures(found, sizing, discount)
    _drawn(found, sizing)
    filter_field.to_costs(
        "All that was priced on demand in these weeks",
        (STANDARD,),
        CostType.LIST,
        found.period,
        currency=found.currency,
    )
    for line in (*_because(found, sizing), *found.remarks):
        states.note(line)


def _figures(found: Advice, sizing: Sizing, discount: str) -> None:
    saving, before = sizing.a_month(sizing.saving), sizing.a_month(sizing.on_demand)
    months = None if sizing.break_even_hours is None else sizing.break_even_hours / HOURS_PER_MONTH
    regret = None if found.advised is None else found.advised.regret
    cards.figures(
        [
            cards.Figure("Commit an hour", fmt.money(sizing.commitment, found.currency, 3), because=discount),
            cards.Figure(
                "Saves a month",
                fmt.money(saving, found.currency),
                because=f"of {fmt.money(before, found.currency)} on demand; covers {_share(sizing.coverage)} of it",
            ),
            cards.Figure(
                "Utilisation",
                _share(sizing.utilisation),
                because=f"It pays as long as more than {_share(sizing.break_even_use)} is used",
            ),
            cards.Figure(
                "Months to break even",
                fmt.UNKNOWN if months is None else f"{months:.1f}",
                because="of twelve: were all use to end then, nothing would be lost",
            ),
            cards.Figure(
                "Regret a month",
                fmt.UNKNOWN if regret is None else fmt.money(regret.p90, found.currency),
                because=_regretted(found, regret),
            ),
        ]
    )


def _regretted(found: Advice, regret: Spread | None) -> str:
    none = found.at(ZERO)
    if regret is None or none is None:
        return "Unknown"
    return (
        f"at most, in nine of ten futures drawn from your weeks; in the middle one {fmt.money(regret.p50, found.currency)}, "
        f"and {fmt.money(none.regret.p50, found.currency)} without a commitment"
    )


def _because(found: Advice, sizing: Sizing) -> list[str]:
    """What it rests on, in sentences."""
    days = fmt.span_of(found.period.start, found.period.end)
    counted = (
        f"Hours of {days}: instances and Fargate, at on-demand list prices. Lambda and databases are left out; what running plans "
        "cover is theirs until they end."
    )
    said = [counted]
    if found.freed:
        said.append(
            f"What {fmt.count(len(found.freed), 'commitment')} covered that ended lately or ends within 30 days counts as on demand: "
            "what is advised takes their place."
        )
    if found.resources and found.unplanned is not None:
        said.append(
            f"The chosen recommendations take {fmt.money(found.taken, found.currency)} of "
            f"{fmt.money(found.on_demand, found.currency)} a month away, on {fmt.count(found.resources, 'instance')}. Carry them out "
            f"first: without them it would be {fmt.money(found.unplanned.commitment, found.currency, 3)} an hour instead of "
            f"{fmt.money(sizing.commitment, found.currency, 3)}, paid for a year for what you are about to remove."
        )
    if found.discount_from is DiscountFrom.ASSUMED:
        said.append(
            "The discount is an assumption. It differs by instance type, region, term and payment: AWS shows yours under "
            "Billing, Savings Plans, Pricing."
        )
    return said


def _share(ratio: Decimal | None) -> str:
    return fmt.percent(None if ratio is None else ratio * HUNDRED, 0)


def _drawn(found: Advice, sizing: Sizing) -> None:
    none = found.at(ZERO)
    if none is None or len(found.curve) < 2:  # noqa: PLR2004  two points make a line
        return
    shown = [each for each in found.curve if each.cost <= none.cost * FAR]
    charts.legend(
        [
            ("A month's cost with the commitment", theme.CALM),
            ("Regret in eight of ten futures", theme.PALETTE[4]),
            ("No commitment", theme.OTHER),
        ]
    )
    said = ("commitment-advice", shown, sizing.commitment, found.currency)
    chart = charts.built(said, lambda: _drawing(shown, none.cost, sizing.commitment, found.currency))
    alt = f"A month's cost against the commitment: least at {fmt.money(sizing.commitment, found.currency, 3)} an hour"
    charts.drawn(chart, "commitment-advice", alt)
    with tables.folded("commitment-advice-folded") as opened:
        if opened:
            _table(shown, found.currency, alt)


def _drawing(shown: Sequence[Point], none: Decimal, advised: Decimal, currency: str | None) -> go.Figure:
    symbol = fmt.SYMBOLS.get(currency or "", "")
    least = min(each.cost for each in shown)
    at = [fmt.pixel(each.commitment) for each in shown]
    chart = charts.figure(charts.TALL, legend=False)
    chart.update_layout(margin={"t": 26})
    for name, amounts, fill in (
        ("from", [least + each.regret.p10 for each in shown], None),
        ("Regret to", [least + each.regret.p90 for each in shown], "tonexty"),
    ):
        chart.add_scatter(
            x=at,
            y=[fmt.pixel(amount) for amount in amounts],
            name=name,
            mode="lines",
            line={"width": 0},
            fill=fill,
            fillcolor=BAND,
            hovertemplate=f"{name} {symbol}%{{y:,.0f}}<extra></extra>",
        )
    chart.add_scatter(
        x=at,
        y=[fmt.pixel(each.cost) for each in shown],
        name="Cost",
        mode="lines",
        line={"color": theme.CALM, "width": 2.2},
        hovertemplate=f"{symbol}%{{y:,.0f}} a month<extra></extra>",
    )
    chart.add_hline(y=fmt.pixel(none), line={"color": theme.OTHER, "width": 1.5, "dash": "dash"})
    chart.add_vline(
        x=fmt.pixel(advised),
        line={"color": theme.GOOD, "width": 1.5},
        annotation={
            "text": fmt.chart_text(f"{fmt.money(advised, currency, 3)} an hour"),
            "font": {"size": 11, "color": theme.ink()},
        },
        annotation_position="top",
    )
    chart.update_xaxes(tickprefix=symbol, ticksuffix=" an hour", nticks=6, rangemode="tozero")
    chart.update_yaxes(tickprefix=symbol, rangemode="normal")
    return chart


def _table(shown: Sequence[Point], currency: str | None, alt: str) -> None:
    names = [f"{name}, {currency}" for name in ("An hour", "Cost a month")]
    names += [f"Regret p{each}, {currency}" for each in (10, 50, 90)]
    amounts = (
        [each.commitment for each in shown],
        [each.cost for each in shown],
        [each.regret.p10 for each in shown],
        [each.regret.p50 for each in shown],
        [each.regret.p90 for each in shown],
    )
    columns = {
        name: [fmt.pixel(amount) for amount in each] for name, each in zip(names, amounts, strict=True)
    }
    config = {name: tables.money_column(name, places=3 if name == names[0] else 2) for name in names}
    tables.show(columns, config, alt=alt, key="commitment-advice-table")
    exact = dict(zip(names, amounts, strict=True))
    tables.export(exact, "commitment-advice.csv", key="commitment-advice-csv")
