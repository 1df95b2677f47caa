"""The answer of a cost level: its total, how that changed and what a day costs; or why there is none."""

from collections.abc import Mapping, Sequence
from datetime import date

from core.costs.compare import Comparison
from core.costs.spend import Spend
from core.periods import Period, month_of
from pages.ui import cards, filters, states
from pages.ui import format as fmt


def show(spend: Spend, against: Comparison | None, label: Mapping[str | None, str] | None) -> None:
    """The answer: the total, how it changed, and what a day costs. With `label`, the names of values, also which changed most."""
    days = max(1, spend.period.length)
    row = [
        cards.Figure(
            "Total",
            fmt.money(spend.total, spend.currency),
            because=f"{fmt.span_of(spend.period.start, spend.period.end)}, {spend.cost} cost",
        )
    ]
    if against is not None:
        whole, earlier = against.whole, against.against
        before = filters.called(earlier)
        if earlier == spend.period.previous() != month_of(earlier.start):
            days_before = f"the {fmt.count(earlier.length, 'day')} before"
            before = "the day before" if earlier.length == 1 else days_before
        row.append(
            cards.Figure(
                "Change",
                fmt.change(whole.difference, spend.currency),
                fmt.signed_percent(whole.percent) if whole.difference else None,
                bad=True,
                because=f"against {before}{driver(against, label)}",
            )
        )
    if days > 1:
        row.append(cards.Figure("A day on average", fmt.money(spend.total / days, spend.currency)))
    cards.figures(row)
    if len(spend.currencies) > 1:
        others = ", ".join(
            fmt.money(amount, currency) for currency, amount in spend.currencies if currency != spend.currency
        )
        states.note(f"Other currencies are kept apart and not in the total: {others}.")
    if spend.unknown_lines:
        states.note(
            f"{fmt.count(spend.unknown_lines, 'bill line')} carry no {spend.cost} amount and are missing from the total."
        )


def driver(against: Comparison, label: Mapping[str | None, str] | None) -> str:
    """What changed most, in words."""
    most = next((each for each in against.changes if each.difference), None)
    if most is None:
        words = "; nothing changed"
    elif label is not None:
        name = label.get(most.key, most.key or "")
        words = f"; most: {fmt.short(name, 40)} {fmt.change(most.difference, against.currency)}"
    else:
        words = ""
    return words if against.complete else f"{words}. The bill does not hold every day of both periods yet"


def nothing(
    period: Period, last_day: date | None, filtered: Sequence[str], nowhere: Sequence[str] = ()
) -> None:
    """Why there is nothing: a period that the bill does not hold is unknown, not free. `nowhere`: filters that match nothing even alone."""
    if last_day is not None and period.start > last_day:
        states.empty(
            "The bill does not reach this period",
            f"Its newest day is {fmt.day(last_day)}, so what these days cost is unknown.",
        )
        return
    if nowhere:
        states.empty(
            "A filter matches nothing",
            f"No line of these days has: {'; '.join(nowhere)}. Take it away, or look how it is written.",
        )
        return
    states.empty(
        "The bill holds no such cost",
        f"In force: {'; '.join(filtered)}. Choose another period, or take one away."
        if filtered
        else "Choose another period.",
    )
