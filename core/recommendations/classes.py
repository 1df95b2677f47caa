"""Instance classes of managed services (`db.m5.large`, `cache.r6g.xlarge`, `m5.large.search`): the EC2 type inside, and its kin."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from core.prices import InstanceType, OnSale
from core.recommendations.facts import Facts
from core.recommendations.finding import UnknownFact

_NAME = re.compile(r"(?P<before>(db|cache)\.)?(?P<family>[a-z]\w+)\.(?P<size>\w+)(?P<after>\.search)?")


@dataclass(frozen=True)
class ServiceClass:
    """A class taken apart: `before` and `after` say which service's it is."""

    family: str
    size: str
    before: str = ""
    after: str = ""

    @property
    def name(self) -> str:
        """As the service writes it."""
        return f"{self.before}{self.type}{self.after}"

    @property
    def type(self) -> str:
        """The EC2 type it is made of."""
        return f"{self.family}.{self.size}"

    def of_family(self, family: str) -> "ServiceClass":
        """The same size of another family."""
        return replace(self, family=family)


def parsed(name: str) -> ServiceClass:
    """A class by its name. Raises `UnknownFact` where the name is not made of a family and a size."""
    found = _NAME.fullmatch(name)
    if found is None:
        message = "Its instance class is none that is made of a family and a size."
        raise UnknownFact(message)
    return ServiceClass(found["family"], found["size"], found["before"] or "", found["after"] or "")


def specification(facts: Facts, one: ServiceClass) -> InstanceType:
    """VCPU and memory, as the EC2 type inside has them; the service keeps a little for itself. Raises `UnknownFact`."""
    found = facts.types.get(one.type)
    if found is None:
        message = f"What {one.name} has is not known."
        raise UnknownFact(message)
    return found


@dataclass(frozen=True)
class Sold:
    """A class that is sold in a region, and its list price an hour."""

    one: ServiceClass
    has: InstanceType
    usd: Decimal


def sold(facts: Facts, one: ServiceClass, region: str, items: str) -> Sequence[Sold]:
    """All classes of its service, the cheapest first. `items` is the price's family, as in `rds`.

    What has no price in the region is taken as not sold there: EC2 has sizes that the services do not offer.
    """
    return _table(OnSale(facts.types, facts.prices), one.before, one.after, region, items)


@lru_cache(maxsize=64)
def _table(known: OnSale, before: str, after: str, region: str, items: str) -> Sequence[Sold]:
    found = []
    for has in known.types.values():
        family, _, size = has.name.partition(".")
        one = ServiceClass(family, size, before, after)
        price = known.book.find(region, f"{items}:{one.name}")
        if price is not None:
            found.append(Sold(one, has, price.usd))
    return tuple(sorted(found, key=lambda each: (each.usd, each.has.memory_mib, each.one.name)))


def smaller(facts: Facts, one: ServiceClass, region: str, items: str) -> Iterator[Sold]:
    """Smaller classes of the same family, the smallest first."""
    now = specification(facts, one)
    kin = [
        each
        for each in sold(facts, one, region, items)
        if each.one.family == one.family and each.has.memory_mib < now.memory_mib
    ]
    yield from sorted(kin, key=lambda each: (each.has.memory_mib, each.has.vcpu))
