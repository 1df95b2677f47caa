"""The FOCUS columns we keep: names as the specification has them, with the kind of value each holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.errors import Invalid


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    TIME = "time"
    TAGS = "tags"


PRECISION = 38
SCALE = 20
"""Costs, prices and quantities are DECIMAL(38,20): eighteen digits before the point, twenty behind it."""


@dataclass(frozen=True)
class FocusColumn:
    """One column, and under which `aliases` other versions of the specification know it.

    A file must have it when it is `required`, and every row a value when `filled`.
    """

    name: str
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    required: bool = False
    filled: bool = False


COLUMNS: tuple[FocusColumn, ...] = (
    FocusColumn("BilledCost", Kind.NUMBER, required=True, filled=True),
    FocusColumn("EffectiveCost", Kind.NUMBER, required=True, filled=True),
    FocusColumn("ListCost", Kind.NUMBER),
    FocusColumn("ContractedCost", Kind.NUMBER),
    FocusColumn("ListUnitPrice", Kind.NUMBER),
    FocusColumn("ContractedUnitPrice", Kind.NUMBER),
    FocusColumn("PricingQuantity", Kind.NUMBER),
    FocusColumn("ConsumedQuantity", Kind.NUMBER),
    FocusColumn("CommitmentDiscountQuantity", Kind.NUMBER),
    FocusColumn("BillingPeriodStart", Kind.TIME, required=True, filled=True),
    FocusColumn("BillingPeriodEnd", Kind.TIME),
    FocusColumn("ChargePeriodStart", Kind.TIME, required=True, filled=True),
    FocusColumn("ChargePeriodEnd", Kind.TIME, required=True),
    FocusColumn("BillingAccountId", required=True, filled=True),
    FocusColumn("BillingCurrency", required=True, filled=True),
    FocusColumn("ServiceName", required=True),
    FocusColumn("ChargeCategory", required=True, filled=True),
    FocusColumn("ProviderName", aliases=("ServiceProviderName",), required=True),
    FocusColumn("BillingAccountName"),
    FocusColumn("SubAccountId"),
    FocusColumn("SubAccountName"),
    FocusColumn("ServiceCategory"),
    FocusColumn("ServiceSubcategory"),
    FocusColumn("PublisherName"),
    FocusColumn("InvoiceIssuerName"),
    FocusColumn("InvoiceId"),
    FocusColumn("RegionId"),
    FocusColumn("RegionName"),
    FocusColumn("AvailabilityZone"),
    FocusColumn("ResourceId"),
    FocusColumn("ResourceName"),
    FocusColumn("ResourceType"),
    FocusColumn("ChargeClass"),
    FocusColumn("ChargeDescription"),
    FocusColumn("ChargeFrequency"),
    FocusColumn("PricingCategory"),
    FocusColumn("PricingUnit"),
    FocusColumn("ConsumedUnit"),
    FocusColumn("SkuId"),
    FocusColumn("SkuPriceId"),
    FocusColumn("SkuMeter", aliases=("x_UsageType",)),
    FocusColumn("CommitmentDiscountCategory"),
    FocusColumn("CommitmentDiscountId"),
    FocusColumn("CommitmentDiscountName"),
    FocusColumn("CommitmentDiscountStatus"),
    FocusColumn("CommitmentDiscountType"),
    FocusColumn("CommitmentDiscountUnit"),
    FocusColumn("BillingAccountType"),
    FocusColumn("SubAccountType"),
    FocusColumn("CapacityReservationId"),
    FocusColumn("CapacityReservationStatus"),
    FocusColumn("PricingCurrency"),
    FocusColumn("PricingCurrencyContractedUnitPrice", Kind.NUMBER),
    FocusColumn("PricingCurrencyEffectiveCost", Kind.NUMBER),
    FocusColumn("PricingCurrencyListUnitPrice", Kind.NUMBER),
    FocusColumn("SkuPriceDetails"),
    FocusColumn("HostProviderName", aliases=("x_HostProviderName",)),
    FocusColumn("x_ServiceCode"),
    FocusColumn("x_Operation"),
    FocusColumn("x_CostCategories", Kind.TAGS),
    FocusColumn("x_Cluster"),
    FocusColumn("x_Namespace"),
    FocusColumn("x_Workload"),
    FocusColumn("x_SplitCost", Kind.NUMBER),
    FocusColumn("x_SplitListCost", Kind.NUMBER),
    FocusColumn("Tags", Kind.TAGS),
)

ASIDE = frozenset(
    {
        "AllocatedMethodDetails",
        "AllocatedMethodId",
        "AllocatedResourceId",
        "AllocatedResourceName",
        "AllocatedTags",
        "CommitmentProgramEligibilityDetails",
        "ContractApplied",
        "InvoiceDetailId",
        "x_Discounts",
    }
)
"""Columns of FOCUS 1.3 and 1.4, and of AWS's exports, that no question is asked of: kept aside as text, and no surprise."""

COSTS = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")
"""The four amounts a line carries, each answering another question about the same charge."""

HOURS = ("Hrs", "Hours", "Hour", "hours", "hour")
"""How bills write the unit of what is used by the hour."""

PROMOTED_TAGS = ("team", "environment", "application", "cost-center")
"""Tag keys kept as columns of their own, so that asking by them is as quick as asking by service."""


def tag_column(key: str) -> str:
    """The column that holds a promoted tag: `cost-center` is in `tag_cost_center`."""
    return "tag_" + key.replace("-", "_")


@dataclass(frozen=True)
class Header:
    """How a file's columns meet ours: `found` is our name -> the file's name; `also` the file's other names for it, where it has several.

    `aside` are the file's columns that are known and not among ours, `unknown` those that nobody expected.
    """

    found: Mapping[str, str]
    also: Mapping[str, tuple[str, ...]]
    aside: tuple[str, ...]
    unknown: tuple[str, ...]


def match_header(columns: Sequence[str]) -> Header:
    """Find our columns among a file's. Raises `Invalid` naming doubled columns and the required ones that are missing."""
    doubled = sorted({name for name in columns if columns.count(name) > 1})
    if doubled:
        message = f"the column {doubled[0]} is there twice"
        raise Invalid(message)
    present = set(columns)
    found, also = {}, {}
    for column in COLUMNS:
        names = tuple(name for name in (column.name, *column.aliases) if name in present)
        if names:
            found[column.name], also[column.name] = names[0], names[1:]
    missing = [column.name for column in COLUMNS if column.required and column.name not in found]
    if missing:
        message = f"the FOCUS columns {', '.join(missing)} are missing"
        raise Invalid(message)
    taken = {*found.values(), *(name for names in also.values() for name in names)}
    rest = [name for name in columns if name not in taken]
    aside = tuple(name for name in rest if name in ASIDE)
    return Header(found, also, aside, tuple(name for name in rest if name not in ASIDE))


def is_focus(columns: Sequence[str]) -> bool:
    """Whether a file with these columns means to be FOCUS: it has at least its cost and its charge period."""
    return {"BilledCost", "ChargePeriodStart"} <= set(columns) or {"BilledCost", "EffectiveCost"} <= set(
        columns
    )
