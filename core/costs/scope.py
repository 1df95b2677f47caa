"""Which part of the bill is asked for, and cut by what."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from core.costs.focus import PROMOTED_TAGS, tag_column
from core.errors import Invalid
from core.nearest import did_you_mean
from core.periods import Period

EVER = Period(date.min, date.max)
"""All days there are: for questions about billing months, or about the whole bill."""
OWNER_TAGS = ("owner", "Owner", "team")
"""The tags that say whose a thing is: the first one with a value counts."""


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


def _refuse_no_text(text: str) -> None:
    """Refuse what no bill, database or link can hold: NUL, and halves of characters, which a terminal makes of bytes it cannot read."""
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
        raise Invalid("A dimension or filter holds a character that is no text.")


@dataclass(frozen=True, order=True)
class Dimension:
    """Something costs can be cut by: a name such as `service`, `tag:<key>`, `cost category:<name>` or `virtual:<name>`.

    Of a virtual tag, `made` are its rules once they are known, and `over` what these look at.
    """

    name: str
    made: tuple[Hashable, ...] = field(default=(), repr=False)
    over: "tuple[Dimension, ...]" = field(default=(), repr=False)

    def __post_init__(self) -> None:
        """Refuse a name that is none."""
        _refuse_no_text(self.name)
        if self.name not in COLUMNS and not any(
            self.name.startswith(prefix) and len(self.name) > len(prefix) for prefix in PREFIXES
        ):
            message = f"Costs cannot be cut by {self.name!r}."
            known = f"Use one of {', '.join(COLUMNS)}, tag:<key>, cost category:<name> or virtual:<name>."
            raise Invalid(message, mend=f"{did_you_mean(self.name, COLUMNS)} {known}".lstrip())

    @property
    def tag(self) -> str | None:
        """The tag key, where it is a tag."""
        return self.name.removeprefix(TAG) if self.name.startswith(TAG) else None

    @property
    def virtual(self) -> str | None:
        """The virtual tag's name, where it is one."""
        return self.name.removeprefix(VIRTUAL) if self.name.startswith(VIRTUAL) else None

    @property
    def absent(self) -> str:
        """How lines without a value are called."""
        if self.virtual is not None:
            return f"no {self.virtual}"
        return "untagged" if self.tag else f"no {self.name}"

    @property
    def kept_in(self) -> tuple[str, str] | None:
        """The map column that holds it, and its key there; None where it has columns of its own."""
        for prefix, column in MAPS.items():
            key = self.name.removeprefix(prefix)
            if self.name.startswith(prefix) and not (prefix == TAG and key in PROMOTED_TAGS):
                return column, key
        return None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is read from, the first one with a value counting: what has them all can be asked for it."""
        if self.virtual is not None:
            return (_DAY, *dict.fromkeys(column for each in self.over for column in each.columns))
        if self.kept_in is not None:
            return (self.kept_in[0],)
        return (tag_column(self.tag),) if self.tag else COLUMNS[self.name]


TAG = "tag:"
COST_CATEGORY = "cost category:"
VIRTUAL = "virtual:"
MAPS = {TAG: "Tags", COST_CATEGORY: "x_CostCategories"}
"""What a dimension of many keys begins with, and the column that maps each line's keys to values."""
PREFIXES = (*MAPS, VIRTUAL)
_DAY = "charge_day"
COLUMNS = {
    "day": (_DAY,),
    "week": (_DAY,),
    "month": ("billing_month",),
    "service": ("ServiceName",),
    "service category": ("ServiceCategory",),
    "account": ("SubAccountId",),
    "region": ("RegionId",),
    "zone": ("AvailabilityZone",),
    "resource": ("ResourceId",),
    "resource type": ("ResourceType",),
    "sku": ("SkuMeter", "SkuId"),
    "charge category": ("ChargeCategory",),
    "pricing category": ("PricingCategory",),
    "commitment": ("CommitmentDiscountId",),
    "provider": ("ProviderName",),
    "publisher": ("PublisherName",),
    "invoice": ("InvoiceId",),
    "owner": ("Tags",),
    "cluster": ("x_Cluster",),
    "namespace": ("x_Namespace",),
    "workload": ("x_Workload",),
    "source": ("source",),
}
"""Dimensions with a fixed name -> the columns they are read from."""

DAY = Dimension("day")
WEEK = Dimension("week")
MONTH = Dimension("month")
STEPS = (DAY, WEEK, MONTH)
"""Dimensions of time. A week is named by its Monday, a month is the billing month."""
SERVICE = Dimension("service")
ACCOUNT = Dimension("account")
REGION = Dimension("region")
CHARGE_CATEGORY = Dimension("charge category")
RESOURCE = Dimension("resource")
SKU = Dimension("sku")
COMMITMENT = Dimension("commitment")
OWNER = Dimension("owner")
SOURCE = Dimension("source")
SPLIT = (Dimension("cluster"), Dimension("namespace"), Dimension("workload"))
"""What shares the cost of an instance: the bill has the instance's line, and beside it each share's."""
CHOOSABLE = (SERVICE, ACCOUNT, REGION, CHARGE_CATEGORY, *(Dimension(f"tag:{key}") for key in PROMOTED_TAGS))
"""What a screen offers to group by without the lines being read."""


class Match(StrEnum):
    """How a filter looks at a line's value; each as it is written in a filter's text."""

    IS = "="
    IS_NOT = "!="
    CONTAINS = "~"


@dataclass(frozen=True, order=True)
class Filter:
    """Lines by their value of one dimension. `value` None is its absence: IS None are lines without, IS_NOT None lines with one.

    IS_NOT a value holds for lines without any, so that a filter and its opposite part the bill in two. CONTAINS heeds no case.
    """

    dimension: Dimension
    match: Match
    value: str | None

    def __post_init__(self) -> None:
        """Refuse what can match nothing; an empty value is the absence of one."""
        object.__setattr__(self, "value", self.value or None)
        if self.value is None and self.match is Match.CONTAINS:
            message = f"Say which text the {self.dimension.name} has to contain."
            raise Invalid(message)
        _refuse_no_text(self.value or "")
        if self.dimension in {DAY, WEEK} and self.match is not Match.CONTAINS:
            self.day  # noqa: B018  refuses what is no day

    @property
    def day(self) -> date | None:
        """The value of a day or week, the latter its Monday. Raises `Invalid` for other text."""
        try:
            return None if self.value is None else date.fromisoformat(self.value)
        except ValueError as error:
            message = f"{self.value!r} is no day."
            raise Invalid(message, mend="Write it as 2024-09-30.") from error


@dataclass(frozen=True)
class Scope:
    """Days, filters and cost type. `accounts` None means all that the user sees.

    Of `filters`, those that say IS of the same dimension allow several values; all others must hold together.
    `currency` None means the one with the largest total: amounts in different currencies are never added.
    """

    period: Period
    accounts: tuple[str, ...] | None = None
    cost: CostType = CostType.EFFECTIVE
    credits: bool = True
    refunds: bool = True
    tax: bool = True
    currency: str | None = None
    filters: tuple[Filter, ...] = ()

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

    def where(self, *filters: Filter) -> "Scope":
        """The same, with more filters."""
        return replace(self, filters=(*self.filters, *filters))

    def at(self, dimension: Dimension, value: str | None) -> "Scope":
        """The same at one of its values: the lines behind that value's number."""
        others = (
            each for each in self.filters if not (each.dimension == dimension and each.match is Match.IS)
        )
        return replace(self, filters=(*others, Filter(dimension, Match.IS, value)))

    @property
    def dimensions(self) -> frozenset[Dimension]:
        """What its filters look at."""
        return frozenset(each.dimension for each in self.filters)

    def looks_at(self, by: Iterable[Dimension] = ()) -> frozenset[Dimension]:
        """What its filters and `by` look at, and what the rules of virtual tags among them do."""
        named = self.dimensions.union(by)
        return named.union(each for dimension in named for each in dimension.over)
