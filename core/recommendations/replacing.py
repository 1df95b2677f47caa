"""Other types an instance could run as: what their names tell, what they cost, and what changing to one saves."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import takewhile

from core.inventory import Instance
from core.money import ZERO
from core.prices import InstanceType, OnSale
from core.recommendations import list_prices
from core.recommendations.facts import Facts
from core.recommendations.finding import UnknownFact
from core.savings import Cost, MoneyFrom, changing

_NAME = re.compile(r"(?P<series>[a-z]+)(?P<generation>\d+)(?P<extra>[a-z0-9-]*)\.(?P<size>.+)")
_ACCELERATED = frozenset({"g", "gr", "p", "inf", "trn", "dl", "f", "vt", "u", "hpc", "mac"})
_ON_DISKS = frozenset({"i", "is", "im", "d", "h"})
_ON_DISKS_ONCE = frozenset({"m1", "m2", "m3", "c1", "c3", "r3", "x1"})
_RUNNERS_UP = 3


@dataclass(frozen=True)
class Offer:
    """A type that would do, and its list price in US dollars an hour."""

    type: InstanceType
    usd: Decimal


def family(type_name: str) -> str:
    """What stands before the size: `m5a` of `m5a.large`."""
    return type_name.partition(".")[0]


def plain(type_name: str) -> bool:
    """Whether a type is no more than vCPUs and memory: no accelerator, no disks of its own, no bare metal, full speed at all times."""
    named = _NAME.fullmatch(type_name)
    if named is None:
        return False
    series, extra = named["series"], named["extra"]
    on_disks = "d" in extra or series in _ON_DISKS or series + named["generation"] in _ON_DISKS_ONCE
    virtual = "flex" not in extra and not named["size"].startswith("metal")
    return series not in _ACCELERATED and not on_disks and virtual


def amd_variant(type_name: str) -> str | None:
    """The AMD type of the same generation and size (`m6a.large` of `m6i.large`); None where it is AMD's or Graviton already."""
    named = _NAME.fullmatch(type_name)
    if named is None or {"a", "g"} & set(named["extra"].replace("flex", "")):
        return None
    return f"{named['series']}{named['generation']}a{named['extra'].replace('i', '')}.{named['size']}"


def resizable(instance: Instance) -> bool:
    """Whether it runs, may be stopped without losing its disks, and no group would start another in its place."""
    on_demand = instance.lifecycle == "on-demand" and instance.autoscaling_group is None
    return instance.state == "running" and instance.root_device == "ebs" and on_demand


def specification(facts: Facts, instance: Instance) -> InstanceType:
    """What the instance's type has. Raises `UnknownFact` where its type is not in the table."""
    found = facts.types.get(instance.type)
    if found is None:
        raise UnknownFact("What its instance type has is not known.")
    return found


@lru_cache(maxsize=64)
def _table(known: OnSale, region: str, architecture: str) -> Sequence[Offer]:
    """Plain types of the current generation that have a price in the region, the cheapest first."""
    found = [
        Offer(each, price.usd)
        for each in known.types.values()
        if each.architecture == architecture
        and each.current_generation
        and plain(each.name)
        and (price := known.book.find(region, f"ec2:{each.name}")) is not None
    ]
    return tuple(sorted(found, key=lambda offer: (offer.usd, offer.type.vcpu, offer.type.name)))


def offers(
    facts: Facts,
    instance: Instance,
    suits: Callable[[InstanceType], bool],
    architecture: str | None = None,
    *,
    dearer: bool = False,
) -> Sequence[Offer]:
    """Current-generation types that suit, the cheapest first; unless `dearer` only those that list for less than the present one.

    Only plain ones; burstable ones only for what is burstable now, because how much CPU they earn is not in the table.
    """
    now = list_prices.hourly(facts.prices, instance, instance.type).usd
    burstable = specification(facts, instance).burstable
    table = _table(OnSale(facts.types, facts.prices), instance.region, architecture or instance.architecture)
    below = table if dearer else takewhile(lambda offer: offer.usd < now, table)
    return [each for each in below if (burstable or not each.type.burstable) and suits(each.type)]


def cheaper(facts: Facts, instance: Instance, than: Offer) -> Sequence[Offer]:
    """All types that were looked at and list for less than one that was chosen, the cheapest first, burstable ones too."""
    table = _table(OnSale(facts.types, facts.prices), instance.region, instance.architecture)
    return list(takewhile(lambda offer: offer.usd < than.usd, table))


def running(facts: Facts, instance: Instance) -> Cost:
    """USD a month for its running alone: data transfer and credits stand on its bill lines, too."""
    hours = facts.part(instance, "BoxUsage")
    return Cost(hours, MoneyFrom.BILL) if hours > ZERO else facts.cost(instance)


def saving(facts: Facts, instance: Instance, offer: Offer) -> Decimal:
    """USD a month saved by running as the offered type: the list price's share, of what is really paid."""
    now = list_prices.hourly(facts.prices, instance, instance.type).usd
    return changing(running(facts, instance), now, offer.usd)


def evidence(facts: Facts, instance: Instance, found: Sequence[Offer]) -> Mapping[str, object]:
    """The prices compared: the present type, the one chosen, and those that come next."""
    now = Offer(specification(facts, instance), list_prices.hourly(facts.prices, instance, instance.type).usd)
    told = [
        {
            "type": each.type.name,
            "vcpu": each.type.vcpu,
            "memory_mib": each.type.memory_mib,
            "usd_per_hour": str(each.usd),
        }
        for each in (now, *found[: _RUNNERS_UP + 1])
    ]
    return {"prices": {"now": told[0], "then": told[1]}, "runners_up": told[2:]}
