"""Lines as the bill has them, and one thing seen through its lines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from core.costs.spend import Spend


class Order(StrEnum):
    """Which lines come first."""

    NEWEST = "newest"
    LARGEST = "largest"


@dataclass(frozen=True)
class Line:
    """One bill line as the bill has it, with the columns a person reads.

    Where clusters, namespaces or workloads are asked about, a share's amount stands in it, and what it took from the whole is a line below zero.
    """

    start: datetime
    end: datetime | None
    description: str | None
    charge_category: str
    charge_class: str | None
    sku: str | None
    quantity: Decimal | None
    unit: str | None
    billed: Decimal
    effective: Decimal
    list: Decimal | None
    contracted: Decimal | None
    currency: str
    commitment: str | None
    tags: Mapping[str, str] | None
    resource: str | None = None
    service: str | None = None
    account: str | None = None
    region: str | None = None
    source: str | None = None
    month: str | None = None


@dataclass(frozen=True)
class Sum:
    """All the lines behind a number, in one currency: their count, their exact sum, and how many have no amount of the cost type."""

    currency: str
    count: int
    cost: Decimal
    unknown: int


@dataclass(frozen=True)
class Lines:
    """A page of lines, and of all of them how many there are (`count`) and what they add up to, a currency."""

    lines: tuple[Line, ...]
    count: int
    sums: tuple[Sum, ...] = ()


@dataclass(frozen=True)
class Tagged:
    """The tags a resource carried on the bill, from the day `first` to the day `last`; None where its lines had no tags."""

    first: date
    last: date
    tags: Mapping[str, str] | None


@dataclass(frozen=True)
class Covering:
    """A commitment that paid for a resource: what it covered costs `effective`, over `lines` lines and `hours` hours (None: not counted)."""

    id: str
    name: str | None
    type: str | None
    effective: Decimal
    hours: Decimal | None
    lines: int
    first: date
    last: date


@dataclass(frozen=True)
class ResourceProfile:
    """One resource through its lines, in one currency.

    `hours` are billed hours of use a day of `by_sku.steps` (None: the bill counts none that day); `uncovered` is what no commitment paid for.
    """

    resource_id: str
    by_sku: Spend
    hours: tuple[Decimal | None, ...]
    tags: tuple[Tagged, ...]
    commitments: tuple[Covering, ...]
    uncovered: Decimal


def _said(tags: Mapping[str, str] | None) -> tuple[int, list[tuple[str, str]]]:
    """How much tags say; among equals by their text, so that the answer does not depend on the order of lines."""
    return len(tags or {}), sorted((tags or {}).items())


def spans(days: Iterable[tuple[date, Mapping[str, str] | None]]) -> tuple[Tagged, ...]:
    """Days with their tags, in order, as spans in which the tags stayed the same, newest first.

    A day may come several times, when lines that begin together differ: of those, the tags with the most to say count.
    """
    known: dict[date, Mapping[str, str] | None] = {}
    for day, tags in days:
        known[day] = max(known.get(day), tags, key=_said)
    found: list[Tagged] = []
    for day, tags in known.items():
        if found and found[-1].tags == tags:
            found[-1] = Tagged(found[-1].first, day, tags)
        else:
            found.append(Tagged(day, day, tags))
    return tuple(reversed(found))
