"""What a change would cost more, by list price: the amount at stake where something is made larger."""

from decimal import Decimal

from core.actions.kind import Parameters
from core.actions.model import ActionKind
from core.inventory import Database, Instance, Resource, Volume
from core.money import ZERO, monthly
from core.prices import PriceBook
from core.recommendations import list_prices
from core.recommendations.finding import UnknownFact


def monthly_rise(kind: ActionKind, resource: Resource, given: Parameters, book: PriceBook) -> Decimal | None:
    """USD a month that it would cost more; zero where it would cost less or the same, None where we know no price."""
    try:
        return max(ZERO, _difference(kind, resource, given, book))
    except UnknownFact:
        return None


def _difference(kind: ActionKind, resource: Resource, given: Parameters, book: PriceBook) -> Decimal:
    if kind is ActionKind.RESIZE_INSTANCE and isinstance(resource, Instance):
        then = list_prices.hourly(book, resource, str(given["instance_type"]))
        return monthly(then.usd - list_prices.hourly(book, resource, resource.type).usd)
    if kind is ActionKind.MODIFY_VOLUME and isinstance(resource, Volume):
        return _volume(resource, given, book) - list_prices.monthly(resource, book)
    if kind is ActionKind.MODIFY_DATABASE and isinstance(resource, Database):
        family = "rds-multi-az" if resource.multi_az else "rds"
        now, then_usd = (
            list_prices.price(book, resource.region, f"{family}:{name}")
            for name in (resource.instance_class, given["instance_class"])
        )
        return monthly(then_usd - now)
    if kind is ActionKind.MODIFY_DATABASE_STORAGE:
        message = "What its storage would cost is not in the price table."
        raise UnknownFact(message)
    return ZERO


def _volume(volume: Volume, given: Parameters, book: PriceBook) -> Decimal:
    """USD a month of the volume as it is to be; what is not asked for stays, or is what its new type has for free."""
    kept = (volume.iops, volume.throughput) if given["type"] == volume.type else (None, None)
    iops, throughput = (
        int(str(given[name])) if name in given else before
        for name, before in zip(("iops", "throughput"), kept, strict=True)
    )
    return list_prices.volume(book, volume.region, str(given["type"]), volume.size_gb, iops, throughput)
