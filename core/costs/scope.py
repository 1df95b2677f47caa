"""Which part of the bill is asked for, and cut by what."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from core.costs.focus import PROMOTED_TAGS, tag_column
from core.errors import Invalid
from core.periods import Period


class CostType(StrEnum):
    """Which of a line's four amounts is meant."""

    BILLED = "billed"
    EFFECTIVE = "effective"
    LIST = "list"
    CONTRACTED = "contracted"

    @property
    def column(self) -> str:
        """Its FOCUS column."""
        return self.value.capitalize() + "Cost"


@dataclass(frozen=True, order=True)
class Dimension:
    """Something costs can be cut by: a name such as `service`, or `tag:<key>`."""

    name: str

    def __post_init__(self) -> None:
        """Refuse a name that is none."""
        if self.name not in _COLUMNS and not (self.name.startswith("tag:") and len(self.name) > len("tag:")):
            known = ", ".join(_COLUMNS)
            message = f"Costs cannot be cut by {self.name!r}."
            raise Invalid(message, mend=f"Use one of {known}, or tag:<key>.")

    @property
    def tag(self) -> str | None:
        """The tag key, where it is a tag."""
        return self.name.removeprefix("tag:") if self.name.startswith("tag:") else None

    @property
    def column(self) -> str | None:
        """The column that holds it; None for a tag that is kept only in the line's map of tags."""
        if self.tag is None:
            return _COLUMNS[self.name]
        return tag_column(self.tag) if self.tag in PROMOTED_TAGS else None

    @property
    def in_rollup(self) -> bool:
        """Whether the daily rollup can answer it; else the lines are asked."""
        return self.column not in {None, *_LINES_ONLY}


_COLUMNS = {
    "day": "charge_day",
    "month": "billing_month",
    "service": "ServiceName",
    "service category": "ServiceCategory",
    "account": "SubAccountId",
    "region": "RegionId",
    "charge category": "ChargeCategory",
    "pricing category": "PricingCategory",
    "provider": "ProviderName",
    "source": "source",
    "resource": "ResourceId",
    "resource type": "ResourceType",
    "sku": "SkuMeter",
}
_LINES_ONLY = frozenset({"ResourceId", "ResourceType", "SkuMeter"})

DAY = Dimension("day")
MONTH = Dimension("month")
SERVICE = Dimension("service")
ACCOUNT = Dimension("account")
REGION = Dimension("region")
CHARGE_CATEGORY = Dimension("charge category")
RESOURCE = Dimension("resource")
CHOOSABLE = (SERVICE, ACCOUNT, REGION, CHARGE_CATEGORY, *(Dimension(f"tag:{key}") for key in PROMOTED_TAGS))
"""What a screen offers to group by without the lines being read."""


@dataclass(frozen=True, order=True)
class TagFilter:
    """Lines whose tag `key` has one of `values`; None among them means lines without the tag."""

    key: str
    values: tuple[str | None, ...]


@dataclass(frozen=True)
class Scope:
    """Days, filters and cost type. An empty tuple of values filters nothing; `accounts` None means all that the user sees.

    `currency` None means the one with the largest total: amounts in different currencies are never added.
    """

    period: Period
    accounts: tuple[str, ...] | None = None
    services: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    tags: tuple[TagFilter, ...] = ()
    cost: CostType = CostType.EFFECTIVE
    credits: bool = True
    refunds: bool = True
    tax: bool = True
    currency: str | None = None

    def within(self, accounts: Iterable[str] | None) -> "Scope":
        """The same, narrowed to what a user may see (None: everything). Accounts asked for and not seen fall away."""
        if accounts is None:
            return self
        seen = frozenset(accounts)
        wanted = seen if self.accounts is None else seen & frozenset(self.accounts)
        return replace(self, accounts=tuple(sorted(wanted)))

    def during(self, period: Period) -> "Scope":
        """The same, of other days."""
        return replace(self, period=period)

    def in_currency(self, currency: str) -> "Scope":
        """The same, in one currency."""
        return replace(self, currency=currency)

    @property
    def in_rollup(self) -> bool:
        """Whether its filters can be applied to the daily rollup."""
        return all(wanted.key in PROMOTED_TAGS for wanted in self.tags)
