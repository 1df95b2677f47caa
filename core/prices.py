"""List prices, and what an instance type is. Prices are looked up by region and item, never written in a rule."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Price:
    """US dollars for one `unit` of `item` in a region. `demo` prices are scaled by us for lack of a public source."""

    item: str
    """`ec2:m5.large`, `ebs:gp3`, `ebs:gp3-iops`, `rds:db.m5.large`, `eip:idle`, `nat:gb`, ..."""
    region: str
    unit: str
    """`Hrs`, `GB-Mo`, `IOPS-Mo`, `MiBps-Mo`, `GB`, `Requests`, ...: months as AWS bills them, by the hours a month has."""
    usd: Decimal
    source: str
    as_of: date
    demo: bool = False


@dataclass(frozen=True)
class InstanceType:
    """An EC2 instance type. Memory in MiB; `architecture` is x86_64 or arm64.

    Bandwidths, in Mbit/s, and operations a second are what it carries all day; for minutes smaller ones carry more. None: not known.
    """

    name: str
    vcpu: int
    memory_mib: int
    architecture: str
    current_generation: bool
    burstable: bool
    ebs_mbps: float | None = None
    """Between it and all its volumes."""
    ebs_iops: int | None = None
    network_mbps: float | None = None
    instance_store_gb: int = 0
    """Disks of its own, which are emptied when it stops."""


class PriceBook:
    """Prices in memory. An unknown price is None: say so, never take it for zero."""

    def __init__(self, prices: Iterable[Price]) -> None:
        """Keep the last price given for each region and item."""
        self._prices = {(price.region, price.item): price for price in prices}

    def find(self, region: str, item: str) -> Price | None:
        """The price of `item` in `region`, or None where we know of none."""
        return self._prices.get((region, item))

    def __iter__(self) -> Iterator[Price]:
        """All prices."""
        return iter(self._prices.values())

    def __len__(self) -> int:
        """How many prices there are."""
        return len(self._prices)


@dataclass(frozen=True, eq=False)
class OnSale:
    """Types and prices, told apart by being the very same objects: so that a table made of them is kept and found again."""

    types: Mapping[str, InstanceType]
    book: PriceBook

    def __hash__(self) -> int:
        """Of the objects themselves."""
        return hash((id(self.types), id(self.book)))

    def __eq__(self, other: object) -> bool:
        """Whether both are the same objects."""
        return isinstance(other, OnSale) and self.types is other.types and self.book is other.book
