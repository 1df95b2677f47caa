"""What one may ask of the inventory, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.inventory import Kind, Resource

PAGE_LIMIT = 1000
"""The most rows that one page of resources has."""


class ResourceSort(StrEnum):
    """What resources can be ordered by. `cost` is what the bill's last 30 full days say; what is not on the bill comes last."""

    COST = "cost"
    NAME = "name"
    KIND = "kind"
    STATE = "state"
    ACCOUNT = "account"
    REGION = "region"
    CREATED = "created"
    LAST_SEEN = "last seen"


@dataclass(frozen=True)
class ResourceFilter:
    """Which resources; an empty tuple means any. `tag` is a key and a value, or a key alone (None)."""

    kinds: tuple[Kind, ...] = ()
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    tag: tuple[str, str | None] | None = None
    text: str = ""
    """Found in the name, the id or the tags, whatever its case."""
    has_finding: bool | None = None
    """With an open recommendation, or without."""
    gone: bool = False
    """Only those that are no longer there."""
    sort: ResourceSort = ResourceSort.NAME
    descending: bool = False
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True)
class ResourcePage:
    """A page of resources, how many there are in all, and when each on the page was last seen."""

    total: int
    rows: tuple[Resource, ...]
    last_seen: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class ResourceChoices:
    """What there is to filter by. Tag values: at most the 200 most used of a key."""

    accounts: tuple[tuple[str, str], ...]
    """(id, name)."""
    regions: tuple[str, ...]
    states: Mapping[Kind, tuple[str, ...]]
    tags: Mapping[str, tuple[str, ...]]
