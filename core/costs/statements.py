"""What others say a month costs (an invoice, a console, a bill's own files), and our lines of it, as they are compared."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from core.costs.focus import PRECISION, SCALE
from core.costs.scope import MONTH, SERVICE, SOURCE, CostType, Filter, Match
from core.errors import Invalid
from core.money import EXACT, ZERO

_PLACES = dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "XAF", "XOF", "XPF"), 0) | dict.fromkeys(
    ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3
)  # fmt: skip
"""Places of a currency's smallest unit where they are not two (ISO 4217)."""
_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")


class Kind(StrEnum):
    """What kind of charge a line is, as invoices and consoles tell them apart."""

    USAGE = "usage"
    PURCHASE = "purchases"
    SUPPORT = "support"
    TAX = "tax"
    CREDIT = "credits"
    REFUND = "refunds"


@dataclass(frozen=True)
class Statement:
    """What they say a month costs. Without `source` and `payer` (such as AWS:111111111111) it is everything; `service` and `kind` narrow it.

    `typed_by` None: the sum that a load found in its own files, with their `rows` as its manifest (or else the files) had them.
    """

    month: date
    cost: CostType
    currency: str
    amount: Decimal
    source: str | None = None
    payer: str | None = None
    service: str | None = None
    kind: Kind | None = None
    note: str = ""
    typed_by: str | None = None
    typed_at: datetime | None = None
    id: UUID | None = None
    rows: int | None = None

    @property
    def whole(self) -> bool:
        """Whether it is of the whole bill, not of a service or kind."""
        return self.service is None and self.kind is None

    @property
    def whose(self) -> str:
        """Which bill it is of, in words."""
        return self.source or self.payer or "all bills"

    @property
    def of(self) -> str:
        """Which slice of the bill it is of, in words; empty for the whole."""
        return ", ".join(each for each in (self.service, self.kind) if each)

    def among(self, others: Iterable["Statement"]) -> tuple["Statement", ...]:
        """Those that are slices of this one."""
        return tuple(
            each for each in others
            if not each.whole and self.whole and _bill(each) == _bill(self)
        )  # fmt: skip

    @property
    def rounded(self) -> bool:
        """Whether it says no more than the currency's smallest unit, as invoices do. What a load found never is."""
        return self.typed_by is not None and self.amount == self.amount.quantize(
            unit_of(self.currency), context=EXACT
        )

    def bills(self, cell: "Cell") -> bool:
        """Whether the cell is of its bill, whatever slice of it."""
        return self.source in {None, cell.source} and self.payer in {None, cell.payer}

    def asks(self, cell: "Cell") -> bool:
        """Whether the cell is of its slice, whatever bill."""
        return self.service in {None, cell.service} and self.kind in {None, cell.kind}

    @property
    def filters(self) -> tuple[Filter, ...]:
        """What the lines of its bill and service have: a payer has no filter, and kinds have more than one (`statement_scope`)."""
        said = ((SOURCE, self.source), (SERVICE, self.service))
        found = [Filter(by, Match.IS, value) for by, value in said if value is not None]
        return (Filter(MONTH, Match.IS, f"{self.month:%Y-%m}"), *found)


@dataclass(frozen=True)
class Cell:
    """Our lines of one month, bill, service, kind and currency. `unknown` of the `lines` carry no such cost."""

    month: date
    source: str
    payer: str
    service: str | None
    kind: Kind
    currency: str
    cost: Decimal
    unknown: int
    lines: int


def kind_of(category: str, charge_class: str | None, service: str | None) -> Kind:
    """The kind of a line by its FOCUS charge category and class; support is a service that says so."""
    if category == "Adjustment" or charge_class == "Correction":
        return Kind.REFUND
    found = {"Tax": Kind.TAX, "Credit": Kind.CREDIT}.get(category)
    if found is not None:
        return found
    if is_support(service):
        return Kind.SUPPORT
    return Kind.PURCHASE if category == "Purchase" else Kind.USAGE


def is_support(service: str | None) -> bool:
    """Whether a service says that it is support."""
    return "support" in (service or "").lower().split()


def amount_of(text: str) -> Decimal:
    """The amount a person typed: `1234.56` or `1,234.56`, a minus in front for a credit. Raises `Invalid`."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    if not _NUMBER.fullmatch(plain) or not plain.isascii():
        message = f"{text[:40]!r} is no amount."
        raise Invalid(message, mend="Write it as 1234.56, without the currency.")
    return checked(Decimal(plain.replace(",", "")))


def checked(amount: Decimal) -> Decimal:
    """The amount, if we can keep each of its digits. Raises `Invalid`."""
    if amount.is_finite() and amount.adjusted() < PRECISION - SCALE:
        kept = amount.quantize(Decimal(1).scaleb(-SCALE), context=EXACT)
        if kept == amount:
            return amount
    raise Invalid("An amount has at most 18 digits before the point and 20 behind it.")


def unit_of(currency: str) -> Decimal:
    """A currency's smallest unit: 0.01 for US dollars."""
    return Decimal(1).scaleb(-_PLACES.get(currency, 2))


def _bill(statement: Statement) -> Statement:
    """What tells the bill it is of."""
    return replace(statement, amount=ZERO, service=None, kind=None, note="", typed_by=None, typed_at=None, id=None, rows=None)  # fmt: skip
