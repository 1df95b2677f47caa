"""The company's bill: FOCUS 1.2 lines of one billing month, daily, and hourly for machines since sixty days before its birth.

Every usage line is quantity times price, exactly. Days before `today` are closed: a later `today` adds days and changes
none (an open month's lines only get their InvoiceId later).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.periods import midnight, month_back, month_of, next_month
from services.demo.changes import Change, lives_after
from services.demo.company import ACCOUNTS, NAME, PAYER, digest
from services.demo.life import World
from services.demo.surcharges import Surcharge, surcharges
from services.demo.templates import PRICE_SCALE, Template, templates
from services.demo.usage import DAY, HOUR, Ints, Used, days_between, epoch, metered, running, together

HOURLY_DAYS = 60
MONTHS = 13
FINAL_AFTER_DAYS = 5
"""A closed month gets its invoice on the sixth of the next."""
TIME = pa.timestamp("us", tz="UTC")
QUANTITY = pa.decimal128(18, 6)
PRICE = pa.decimal128(18, PRICE_SCALE)
COST = pa.decimal128(38, 16)

_WORDS = [
    "AvailabilityZone",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "CommitmentDiscountCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountName",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "PricingCategory",
    "PricingUnit",
    "RegionId",
    "RegionName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "ServiceSubcategory",
    "SkuId",
    "SkuMeter",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
    "Tags",
    "x_Operation",
    "x_ServiceCode",
]
_NUMBERS = {
    "ConsumedQuantity": QUANTITY,
    "PricingQuantity": QUANTITY,
    "ListUnitPrice": PRICE,
    "ContractedUnitPrice": PRICE,
    "ListCost": COST,
    "ContractedCost": COST,
    "EffectiveCost": COST,
    "BilledCost": COST,
}
WORD = pa.dictionary(pa.int32(), pa.string())
"""Text that repeats on thousands of lines is kept once: a month takes a tenth of the memory. Parquet has plain text."""
_CORE = pa.schema(
    [(name, WORD) for name in _WORDS]
    + [("ChargePeriodStart", TIME), ("ChargePeriodEnd", TIME)]
    + list(_NUMBERS.items())
)
_ACCOUNT_NAMES = {account.id: account.title for account in ACCOUNTS}


@dataclass(frozen=True)
class Span:
    """The days of a month that are billed: its first, and the first that is not yet closed."""

    month: date
    end: date

    @property
    def month_seconds(self) -> int:
        """How long the calendar month is: what a GB-month is divided by."""
        return month_of(self.month).length * DAY


def months(world: World, today: date) -> tuple[date, ...]:
    """First days of the billing months that have closed days, oldest first: thirteen at birth, then one more each month."""
    first, found = month_back(world.born, MONTHS - 1), []
    while first < today:
        found.append(first)
        first = next_month(first)
    return tuple(found)


def month(world: World, month: date, today: date, changes: Sequence[Change] = ()) -> pa.Table:
    """All lines of the billing month that starts on `month`, for the days before `today`, after what was done to the cloud."""
    span = Span(month, min(next_month(month), today))
    every = templates(lives_after(world, changes), world.commitments)
    used = _used(world, every, span)
    usage = _usage_lines(every, used)
    rest = _surcharge_lines(surcharges(world, span.month, span.end, every, used, usage))
    return _framed(pa.concat_tables([usage, rest]), month, today)


def _used(world: World, every: Sequence[Template], span: Span) -> Used:
    hourly_from = epoch(midnight(world.born - timedelta(days=HOURLY_DAYS)))
    days = days_between(span.month, max(span.end, span.month))
    coarse, fine = days[days < hourly_from], days[days >= hourly_from]
    hours = (fine[:, None] + np.arange(0, DAY, HOUR, dtype=np.int64)).ravel()
    machines = _runs([(n, t) for n, t in enumerate(every) if t.item.startswith("ec2:")], span)
    others = _runs([(n, t) for n, t in enumerate(every) if not t.item.startswith("ec2:")], span)
    parts = [running(*machines, coarse, DAY), running(*machines, hours, HOUR), running(*others, days, DAY)]
    parts += [
        metered(world.seed, n, t.resource.id, t.flow, days) for n, t in enumerate(every) if t.flow is not None
    ]
    return together(parts)


def _runs(numbered: Sequence[tuple[int, Template]], span: Span) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    first, last = epoch(midnight(span.month)), epoch(midnight(span.end))
    rows = [
        (
            number,
            epoch(template.charge.start),
            epoch(template.charge.end),
            template.charge.amount,
            HOUR if template.price.unit == "Hrs" else span.month_seconds,
        )
        for number, template in numbered
        if template.charge is not None
        and epoch(template.charge.start) < last
        and epoch(template.charge.end) > first
    ]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    return columns[0], columns[1], columns[2], columns[3], columns[4]


def _decimals(units: Ints, kind: pa.Decimal128Type) -> pa.Array:
    """Whole scaled numbers as exact decimals, without a loop: a decimal128 is the number in 128 bits, low half first."""
    halves = np.stack([units, units >> 63], axis=1).astype(np.int64)
    return pa.Array.from_buffers(kind, len(units), [None, pa.py_buffer(np.ascontiguousarray(halves))])


def _usage_lines(every: Sequence[Template], used: Used) -> pa.Table:
    present, position = np.unique(used.template, return_inverse=True)
    chosen = [every[number] for number in present]
    words = [
        template.words() | {"SubAccountName": _ACCOUNT_NAMES[template.resource.account_id]}
        for template in chosen
    ]
    index = pa.array(position)
    fixed = {"ChargeCategory": "Usage", "ChargeFrequency": "Usage-Based", "ChargeClass": None}
    columns: dict[str, pa.Array] = {}
    for name in _WORDS:
        values: list[str | None] = [fixed[name] if name in fixed else word[name] for word in words]
        columns[name] = pa.array(values, pa.string()).dictionary_encode().take(index)
    columns["ChargePeriodStart"] = pa.array(used.start * 1_000_000, pa.int64()).cast(TIME)
    columns["ChargePeriodEnd"] = pa.array((used.start + used.length) * 1_000_000, pa.int64()).cast(TIME)
    quantity = _decimals(used.micro, QUANTITY)
    listed = np.array([template.list_units for template in chosen], np.int64)[position]
    effective = np.array([template.effective_units for template in chosen], np.int64)[position]
    paid = np.array([0 if template.plan else template.list_units for template in chosen], np.int64)[position]
    columns["ConsumedQuantity"] = columns["PricingQuantity"] = quantity
    columns["ListUnitPrice"] = columns["ContractedUnitPrice"] = _decimals(listed, PRICE)
    for name, units in (("ListCost", listed), ("EffectiveCost", effective), ("BilledCost", paid)):
        columns[name] = pc.multiply(quantity, _decimals(units, PRICE)).cast(COST)
    columns["ContractedCost"] = columns["ListCost"]
    return pa.table([columns[name] for name in _CORE.names], schema=_CORE)


def _surcharge_lines(charges: Sequence[Surcharge]) -> pa.Table:
    rows = [charge.row() | {"SubAccountName": _ACCOUNT_NAMES[charge.account_id]} for charge in charges]
    plain = pa.schema([(field.name, pa.string() if field.type == WORD else field.type) for field in _CORE])
    return pa.Table.from_pylist(rows, schema=plain).cast(_CORE)


def _framed(lines: pa.Table, month: date, today: date) -> pa.Table:
    """Add what all lines of a month share: the payer, the period, the provider, the invoice once there is one."""
    size = lines.num_rows
    closed = today >= next_month(month) + timedelta(days=FINAL_AFTER_DAYS)
    invoice = f"EUINIS{month:%y}-{digest('invoice', month)[:8].upper()}" if closed else None
    words = {
        "BillingAccountId": PAYER.id,
        "BillingAccountName": NAME,
        "BillingAccountType": "Account",
        "BillingCurrency": "USD",
        "InvoiceId": invoice,
        "InvoiceIssuerName": "Amazon Web Services EMEA SARL",
        "PricingCurrency": "USD",
        "ProviderName": "AWS",
        "PublisherName": "Amazon Web Services, Inc.",
        "SubAccountType": "Account",
    }
    for name, value in words.items():
        lines = lines.append_column(name, _repeated(value, size))
    for name, at in (
        ("BillingPeriodStart", midnight(month)),
        ("BillingPeriodEnd", midnight(next_month(month))),
    ):
        lines = lines.append_column(name, pa.repeat(pa.scalar(at, TIME), size))
    lines = lines.append_column("ConsumedUnit", lines["PricingUnit"])
    return lines.select(sorted(lines.column_names))


def _repeated(value: str | None, size: int) -> pa.Array:
    if value is None:
        return pa.nulls(size, WORD)
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(size, np.int32)), [value])
