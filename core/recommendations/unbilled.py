"""What was done and is not on the bill yet: what resources cost since, so that no dollar is promised twice.

The bill's money is the mean of its last days. Of those on which a change was not at work yet (a share `f`), what the change promised
is taken off, or they are scaled by the list price of what the resource is now: so the change is counted once, in the ledger, and the
more days of the bill show it, the more the bill itself is believed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID

from core.inventory import Database, Resource
from core.money import ZERO, total
from core.prices import PriceBook
from core.recommendations import list_prices
from core.recommendations.finding import StoredFinding, UnknownFact
from core.recommendations.lever import Lever

_PLACES = Decimal("0.000001")
Promises = Mapping[tuple[str, Lever], Decimal]
"""By resource and lever, US dollars a month that something already promises to save of its cost."""


@dataclass(frozen=True)
class Done:
    """A change to a resource: what it promises to save (USD a month), else how its list price went, as a ratio (None: not known)."""

    resource_id: str
    at: datetime
    promised: Decimal | None = None
    ratio: Decimal | None = None


@dataclass(frozen=True)
class Since:
    """What resources cost a month once the bill shows what was done to them. `scaled`: the latest change, by resource."""

    bill: Mapping[str, Decimal]
    scaled: Mapping[str, datetime]
    unknown: frozenset[str] = frozenset()
    """Where it cannot be told how the cost changed: the bill's money is of what the resource was."""


def since(bill: Mapping[str, Decimal], days: Mapping[str, tuple[date, int]], done: Iterable[Done]) -> Since:
    """The bill (USD a month) after what was done. `days`: the day the bill ends at, excluded, and how many days each amount is of."""
    costs, scaled, unknown = dict(bill), dict[str, datetime](), set[str]()
    for each in sorted(done, key=lambda one: one.at):
        if each.resource_id not in costs:
            continue
        share = _before(each.at, *days[each.resource_id])
        if share == ZERO:
            continue
        cost = costs[each.resource_id]
        if each.promised is not None:
            costs[each.resource_id] = max(ZERO, cost - share * each.promised)
        elif each.ratio is not None and (mixed := share + (1 - share) * each.ratio) > ZERO:
            costs[each.resource_id] = cost * each.ratio / mixed
        else:
            unknown.add(each.resource_id)
        scaled[each.resource_id] = each.at
    return Since(costs, scaled, frozenset(unknown))


def _before(at: datetime, until: date, days: int) -> Decimal:
    """The share of the bill's days on which a change was not at work yet; its own day is one of them."""
    first = until - timedelta(days=days)
    old = (at.astimezone(UTC).date() - first).days + 1
    return Decimal(min(max(old, 0), days)) / days


def shared(promise: Decimal, costs: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What a group promises (USD) as parts of its members' costs: by these, or alike where they cost nothing."""
    whole = total(costs.values())
    if whole <= ZERO:
        return {name: promise / len(costs) for name in costs}
    return {name: promise * cost / whole for name, cost in costs.items()}


def ratio(
    resource: Resource, before: Mapping[str, object], after: Mapping[str, object], book: PriceBook
) -> Decimal | None:
    """The list price of a resource after a change, of that before; None where it is not known, or is not all that it costs."""
    if isinstance(resource, Database):  # its class has a price, its storage and backups are billed with it
        return None
    try:
        old, new = (list_prices.monthly(_as(resource, facts), book) for facts in (before, after))
    except UnknownFact:
        return None
    return new / old if old > ZERO else None


def _as(resource: Resource, facts: Mapping[str, object]) -> Resource:
    """The resource as it is with these facts, that a price is made of."""
    names = vars(resource).keys() & {"type", "size_gb", "iops", "throughput"}
    told: dict[str, Any] = {name: value for name, value in facts.items() if name in names}
    return replace(resource, **told)


def promised(
    findings: Iterable[StoredFinding], asked: Mapping[UUID, Decimal] = MappingProxyType({})
) -> dict[tuple[str, Lever], Decimal]:
    """What findings whose change is under way promise of each resource's cost.

    `asked`: USD a month that a change was asked for to save, by finding: where another was under way, it is less than it saves alone.
    """
    found: dict[tuple[str, Lever], Decimal] = defaultdict(lambda: ZERO)
    for each in findings:
        share = asked[each.id] / each.saving if each.id in asked and each.saving > ZERO else Decimal(1)
        own = max(ZERO, each.saving - total(each.claims.values()))
        for resource, usd in ((each.resource_id, own), *each.claims.items()):
            found[resource, each.lever] += usd * share
    return found


def left_of(finding: StoredFinding, promises: Promises) -> StoredFinding | None:
    """The finding on what is left of its resources' cost once what is promised has come; None where that is nothing.

    Its own saving falls as the cost of what it acts on does, and by all that the same lever promises: only one change of a sort is made, so that this one
    adds no more than it saves beyond that. What it claims of others is what the promises leave of that.
    """
    owed = {
        name: total(usd for (resource, _), usd in promises.items() if resource == name)
        for name in (finding.resource_id, *finding.claims)
    }
    if not any(owed.values()):
        return finding
    own = max(ZERO, finding.saving - total(finding.claims.values()))
    claims = {resource: max(ZERO, usd - owed[resource]) for resource, usd in finding.claims.items()}
    cost, part = finding.cost, finding.part
    alike = (
        ZERO if finding.lever is Lever.REMOVE else promises.get((finding.resource_id, finding.lever), ZERO)
    )
    if cost is None:
        own = max(ZERO, own - owed[finding.resource_id])
    elif cost > ZERO:
        base = cost if part is None else min(part, cost)
        left = max(ZERO, base - (_taken(finding, promises) - alike))
        share = min(own, base) * left / base if base > ZERO else ZERO
        cost = max(ZERO, cost - owed[finding.resource_id])
        own = min(cost, max(ZERO, share.quantize(_PLACES, ROUND_DOWN) - alike))
        part = None if part is None else min(cost, max(ZERO, left - alike))
    saving = own + total(claims.values())
    return replace(finding, saving=saving, cost=cost, part=part, claims=claims) if saving > ZERO else None


def _taken(finding: StoredFinding, promises: Promises) -> Decimal:
    """USD a month that promises take of what the finding acts on: of a part, all but those that act on another."""
    return total(
        usd
        for (resource, lever), usd in promises.items()
        if resource == finding.resource_id
        and (finding.part is None or lever.part in {None, finding.lever.part})
    )
