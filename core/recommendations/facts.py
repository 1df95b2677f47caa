"""What rules may know besides the resource itself: prices, the bill, how it was used, since when it is as it is, the time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from core.inventory import Resource
from core.money import ZERO
from core.prices import PriceBook
from core.recommendations import list_prices
from core.recommendations.finding import UnknownFact
from core.recommendations.profiles import NO_PROFILES, Profile, Profiles
from core.savings import Cost, MoneyFrom


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Facts for one evaluation, the same for every resource. Lookups of what is not known raise `UnknownFact`."""

    now: datetime
    prices: PriceBook
    bill: Mapping[str, Decimal] = field(default_factory=dict)
    """Effective cost by resource id, US dollars a month; absent: the bill does not know the resource (yet)."""
    profiles: Profiles = NO_PROFILES
    changed_at: Mapping[str, datetime] = field(default_factory=dict)
    """When we saw a resource come into its present state; absent: it has been in it since we first saw it."""
    first_seen: Mapping[str, datetime] = field(default_factory=dict)
    """When we first saw a resource."""
    scheduled: frozenset[str] = frozenset()
    """Resources that a schedule already switches."""
    options: Mapping[str, float] = field(default_factory=dict)
    """The options of the rule that asks."""

    def with_options(self, options: Mapping[str, float]) -> "Facts":
        """The same facts for another rule."""
        return replace(self, options=options)

    def option(self, name: str) -> float:
        """The value of one of the rule's options."""
        return self.options[name]

    def cost(self, resource: Resource) -> Cost:
        """What the resource costs a month: by its bill lines, else by list price."""
        billed = self.bill.get(resource.id)
        if billed is not None and billed > ZERO:
            return Cost(billed, MoneyFrom.BILL)
        return Cost(self.list_price(resource), MoneyFrom.LIST)

    def list_price(self, resource: Resource) -> Decimal:
        """US dollars a month by list price."""
        return list_prices.monthly(resource, self.prices)

    def price(self, region: str, item: str) -> Decimal:
        """The list price of one item, in US dollars."""
        return list_prices.price(self.prices, region, item)

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
                f"Seen {resource.state} only since {seen:%Y-%m-%d}, and AWS does not say since when it is: "
                f"judged once we have watched it for {days:g} days."
            )
        return watched
