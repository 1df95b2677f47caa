"""What rules may know besides the resource itself: prices, the bill, how it was used, since when it is as it is, the time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from core import dates
from core.inventory import Kind, Resource
from core.money import ZERO, total
from core.prices import InstanceType, PriceBook
from core.recommendations import list_prices
from core.recommendations.finding import UnknownFact
from core.recommendations.fleet import NO_FLEET, Fleet
from core.recommendations.profiles import NO_PROFILES, Profile, Profiles
from core.recommendations.usage import NO_USAGE, Series, Usage
from core.savings import Cost, MoneyFrom

ALL_PROMISED = "What was done to it promises all of its cost; the bill does not show it yet."
_ENOUGH = 0.9
"""Share of the hours that must have samples for a metric that is always reported."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Facts for one evaluation, the same for every resource. Lookups of what is not known raise `UnknownFact`."""

    now: datetime
    prices: PriceBook
    bill: Mapping[str, Decimal] = field(default_factory=dict)
    """Effective cost by resource id, US dollars a month; absent: the bill does not know the resource (yet)."""
    parts: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    """The same cut by SKU meter (`BoxUsage:m5.large`, `RDS:GP2-Storage`): resource id -> meter -> US dollars a month."""
    fleet: Fleet = NO_FLEET
    """Everything else that was collected, to look up what belongs together."""
    whole: frozenset[tuple[str, str, Kind]] = frozenset()
    """Account, region and kind of what the last collection saw whole."""
    types: Mapping[str, InstanceType] = field(default_factory=dict)
    """Instance types by name."""
    usage: Usage = NO_USAGE
    profiles: Profiles = NO_PROFILES
    changed_at: Mapping[str, datetime] = field(default_factory=dict)
    """When we saw a resource come into its present state; absent: it has been in it since we first saw it."""
    first_seen: Mapping[str, datetime] = field(default_factory=dict)
    """When we first saw a resource."""
    changed: Mapping[str, datetime] = field(default_factory=dict)
    """When something was last done to a resource that the bill does not show yet: its money in `bill` is scaled to that."""
    unpriced: frozenset[str] = frozenset()
    """Of those, the ones of which we cannot tell by how much."""
    scheduled: frozenset[str] = frozenset()
    """Resources that a schedule already switches."""
    options: Mapping[str, float] = field(default_factory=dict)
    """The options of the rule that asks."""

    def with_options(self, options: Mapping[str, float], days: int | None = None) -> "Facts":
        """The same facts for another rule, which is shown the last so many days of samples (None: all)."""
        usage = self.usage if days is None else self.usage.last(days)
        return replace(self, options=options, usage=usage)

    def option(self, name: str) -> float:
        """The value of one of the rule's options."""
        return self.options[name]

    def cost(self, resource: Resource) -> Cost:
        """What the resource costs a month: by its bill lines, else by list price."""
        billed = self.bill.get(resource.id)
        if billed is not None and billed > ZERO:
            return Cost(billed, MoneyFrom.BILL)
        if resource.id in self.changed:
            raise UnknownFact(ALL_PROMISED)
        return Cost(self.list_price(resource), MoneyFrom.LIST)

    def list_price(self, resource: Resource) -> Decimal:
        """US dollars a month by list price."""
        return list_prices.monthly(resource, self.prices)

    def price(self, region: str, item: str) -> Decimal:
        """The list price of one item, in US dollars."""
        return list_prices.price(self.prices, region, item)

    def part(self, resource: Resource, *words: str) -> Decimal:
        """US dollars a month of the resource's lines whose SKU meter holds one of the words; zero where it has none."""
        meters = self.parts.get(resource.id, {})
        return total(cost for meter, cost in meters.items() if any(word in meter for word in words))

    def series(self, resource: Resource, metric: str) -> Series:
        """A metric of the resource, hour by hour. Raises `UnknownFact` where no hour was sampled."""
        found = self.usage.find(resource.id, metric)
        if found is None:
            message = f"No samples of its {metric.replace('_', ' ')} were collected."
            raise UnknownFact(message)
        return found

    def watched(self, resource: Resource, metric: str, days: float) -> Series:
        """The same, with samples in at least nine of ten hours of the last `days`, else `UnknownFact`.

        Metrics that are silent when nothing happens need `quiet` instead.
        """
        series = self.series(resource, metric)
        needed = int(days * 24 * _ENOUGH)
        if series.hours < needed:
            message = f"Fewer than {needed} hourly samples of its {metric.replace('_', ' ')}."
            raise UnknownFact(message)
        return series

    def quiet(self, resource: Resource, metric: str, days: float) -> float:
        """The sum over the days looked at of a metric that CloudWatch leaves out where nothing happened: no sample is zero.

        Raises `UnknownFact` where the resource was not there for `days`, or its metrics were not collected for so long.
        """
        if self.usage.days < days:
            message = f"Metrics were collected for {self.usage.days} days; {days:g} are needed."
            raise UnknownFact(message)
        self.there_for(resource, days)
        if not self.usage.asked(resource.id, metric):
            message = f"No samples of its {metric.replace('_', ' ')} were collected."
            raise UnknownFact(message)
        found = self.usage.find(resource.id, metric)
        return found.total if found is not None else 0.0

    def there_for(self, resource: Resource, days: float) -> timedelta:
        """How long the resource has existed, as AWS or our own watching tells. Raises `UnknownFact` where it may be younger than `days`."""
        began = resource.created_at or self.first_seen.get(resource.id)
        if began is None:
            raise UnknownFact("AWS does not say when it was made, and we have not watched it.")
        age = self.now - began
        if age < timedelta(days=days):
            message = f"Known for fewer than {days:g} days."
            raise UnknownFact(message)
        return age

    def seen_whole(self, resource: Resource, kind: Kind) -> None:
        """Raise `UnknownFact` unless everything of a kind was seen in the resource's account and region: only then is missing gone."""
        if (resource.account_id, resource.region, kind) not in self.whole:
            message = f"Not every {kind.noun} of its account and region could be seen."
            raise UnknownFact(message)

    def profile(self, resource: Resource) -> Profile:
        """How the resource was used."""
        profile = self.profiles.find(resource.id)
        if profile is None:
            raise UnknownFact("No metrics were collected for it.")
        return profile

    def settled_for(self, resource: Resource, days: float) -> timedelta:
        """How long the resource has been in its present state, as far as we watched it ourselves: AWS does not tell.

        Raises `UnknownFact` where it may have been in it for `days`, but we have not watched it for so long.
        """
        changed = self.changed_at.get(resource.id)
        if changed is not None:
            return self.now - changed
        made, seen = resource.created_at, self.first_seen.get(resource.id)
        if made is not None and self.now - made < timedelta(days=days):
            return self.now - made
        if seen is None:
            raise UnknownFact("AWS does not say since when it is in this state, and we have not watched it.")
        watched = self.now - (seen if made is None else max(seen, made))
        if watched < timedelta(days=days):
            raise UnknownFact(
                f"Seen {resource.state} only since {dates.day(seen)}, and AWS does not say since when it is: "
                f"judged once we have watched it for {days:g} days."
            )
        return watched
