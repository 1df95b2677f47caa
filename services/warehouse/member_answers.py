"""What groups and services cost by all that belongs to them, as core's values."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from core.costs.members import Members
from core.costs.month import full_until
from core.costs.scope import Scope
from core.costs.spend import ResourceCost
from core.money import EXACT, ZERO
from core.periods import Period
from core.schedules.spent import Span
from services.warehouse import answers
from services.warehouse.questions import member_costs as questions
from services.warehouse.warehouse import Pin


def costs(
    pinned: Pin, today: date, days: int, accounts: tuple[str, ...] | None, members: Members
) -> dict[str, ResourceCost]:
    """Effective cost of each over the last full `days`; of two currencies, the larger. Hours are not counted here."""
    until = full_until(today, answers.span(pinned, accounts)[1])
    if until is None:
        return {}
    scope = Scope(Period(until - timedelta(days=days), until), accounts=accounts)
    found: dict[str, ResourceCost] = {}
    for whole, currency, cost in pinned.ask(questions.member_costs, scope, members):
        if whole not in found or found[whole].cost < cost:
            found[whole] = ResourceCost(whole, cost, currency, days, until, None, None)
    return found


def spans(
    pinned: Pin, period: Period, accounts: tuple[str, ...] | None, members: Members
) -> Mapping[str, tuple[str, list[Span]]]:
    """By whose they are, the currency and the spans of the lines that count hours; of two currencies, those of the larger cost."""
    by_currency: dict[tuple[str, str], list[Span]] = {}
    costs: dict[tuple[str, str], Decimal] = {}
    for whole, currency, begin, end, cost in pinned.ask(
        questions.member_hours, Scope(period, accounts=accounts), members
    ):
        span = Span(_utc(begin), None if end is None else _utc(end), cost)
        by_currency.setdefault((whole, currency), []).append(span)
        costs[whole, currency] = EXACT.add(costs.get((whole, currency), ZERO), cost)
    chosen: dict[str, str] = {}
    for whole, currency in sorted(costs):
        if whole not in chosen or costs[whole, chosen[whole]] < costs[whole, currency]:
            chosen[whole] = currency
    return {whole: (currency, by_currency[whole, currency]) for whole, currency in chosen.items()}


def _utc(naive: datetime) -> datetime:
    return naive.replace(tzinfo=UTC)
