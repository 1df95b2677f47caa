"""What a change would cost more, by list price: the amount at stake where something is made larger."""

from dataclasses import dataclass
from decimal import Decimal

from core.actions.kind import Parameters
from core.actions.model import ActionKind
from core.inventory import Database, Instance, Resource, Volume
from core.money import ZERO, monthly
from core.prices import PriceBook
from core.recommendations import list_prices
from core.recommendations.finding import UnknownFact


@dataclass(frozen=True)
class PriceChange:
    """USD a month by list price, as it is and as it is to be."""

    now: Decimal
    then: Decimal

    @property
    def change(self) -> Decimal:
        """Negative where it would cost less."""
        return self.then - self.now


def monthly_rise(kind: ActionKind, resource: Resource, given: Parameters, book: PriceBook) -> Decimal | None:
    """USD a month that it would cost more; zero where it would cost less or the same, None where we know no price."""
    try:
        prices = list_prices_of(kind, resource, given, book)
    except UnknownFact:
        return None
    return max(ZERO, prices.change) if prices else ZERO


def list_prices_of(
    kind: ActionKind, resource: Resource, given: Parameters, book: PriceBook
) -> PriceChange | None:
    """What it costs by list price before and after; None for what does not change a price. Raises `UnknownFact` where none is known."""
    if kind is ActionKind.RESIZE_INSTANCE and isinstance(resource, Instance):
        now, then = (
            list_prices.hourly(book, resource, name) for name in (resource.type, str(given["instance_type"]))
        )
        return PriceChange(monthly(now.usd), monthly(then.usd))
    if kind is ActionKind.MODIFY_VOLUME and isinstance(resource, Volume):
        return PriceChange(list_prices.monthly(resource, book), _volume(resource, given, book))
    if kind is ActionKind.MODIFY_DATABASE and isinstance(resource, Database):
        family = "rds-multi-az" if resource.multi_az else "rds"
        names = (resource.instance_class, given["instance_class"])
        before, after = (list_prices.price(book, resource.region, f"{family}:{name}") for name in names)
        return PriceChange(monthly(before), monthly(after))
    if kind is ActionKind.MODIFY_DATABASE_STORAGE:
        message = "What its storage would cost is not in the price table."
        raise UnknownFact(message)
    return None


def _volume(volume: Volume, given: Parameters, book: PriceBook) -> Decimal:
    """USD a month of the volume as it is to be; what is not asked for stays, or is what its new type has for free."""
    kept = (volume.iops, volume.throughput) if given["type"] == volume.type else (None, None)
    iops, throughput = (
        int(str(given[name])) if name in given else before
        for name, before in zip(("iops", "throughput"), kept, strict=True)
    )
    return list_prices.volume(book, volume.region, str(given["type"]), volume.size_gb, iops, throughput)
