"""The columns of our two tables: the lines as bills have them, and their daily rollup."""

import hashlib
from dataclasses import dataclass

from core.costs.focus import COLUMNS, COSTS, PROMOTED_TAGS, Kind, tag_column
from services.warehouse.values import DECIMAL

_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.NUMBER: DECIMAL,
    Kind.TIME: "TIMESTAMP WITH TIME ZONE",
    Kind.TAGS: "MAP(VARCHAR, VARCHAR)",
}
_IBIS = {
    "VARCHAR": "string",
    DECIMAL: "decimal(38, 20)",
    "TIMESTAMP WITH TIME ZONE": "timestamp('UTC')",
    "MAP(VARCHAR, VARCHAR)": "map<string, string>",
    "DATE": "date",
    "BIGINT": "int64",
}


@dataclass(frozen=True)
class TableColumn:
    """A column with DuckDB's word for its type."""

    name: str
    type: str

    @property
    def ibis(self) -> str:
        """Ibis's word for the type."""
        return _IBIS[self.type]


PARTITION = ("organisation_id", "source", "billing_month", "load_id")
"""What each data file has one value of. `billing_month` is text such as 2024-09."""

OTHER = "x_Other"
"""What a file had in columns that nobody expected: column name to text; null where it had none."""
TAG_COLUMNS = tuple(tag_column(key) for key in PROMOTED_TAGS)
LINES: tuple[TableColumn, ...] = (
    *(TableColumn(name, "VARCHAR") for name in PARTITION),
    TableColumn("charge_day", "DATE"),
    *(TableColumn(name, "VARCHAR") for name in TAG_COLUMNS),
    *(TableColumn(column.name, _TYPES[column.kind]) for column in COLUMNS),
    TableColumn(OTHER, _TYPES[Kind.TAGS]),
)

ROLLUP_KEYS = (
    "source",
    "billing_month",
    "charge_day",
    "ProviderName",
    "PublisherName",
    "InvoiceId",
    "ServiceName",
    "ServiceCategory",
    "RegionId",
    "BillingAccountId",
    "SubAccountId",
    "SubAccountName",
    "ChargeCategory",
    "ChargeClass",
    "PricingCategory",
    "BillingCurrency",
    *TAG_COLUMNS,
)
MISSING = {cost: f"{cost}_missing" for cost in COSTS}
"""Rollup columns that count the lines without this amount."""
ROLLUP: tuple[TableColumn, ...] = (
    *(TableColumn(name, "DATE" if name == "charge_day" else "VARCHAR") for name in ROLLUP_KEYS),
    *(TableColumn(name, DECIMAL) for name in COSTS),
    *(TableColumn(name, "BIGINT") for name in MISSING.values()),
    TableColumn("lines", "BIGINT"),
)

ROLLUP_SHAPE = hashlib.sha256(repr(ROLLUP).encode()).hexdigest()[:8]
"""Names the rollup's columns: rollups of another shape are made again, never read."""


def rollup_select(relation: str) -> str:
    """SQL that rolls lines up. Days come in order, so that others are skipped; in each, what has the same tags stands together."""
    keys = ", ".join(ROLLUP_KEYS)
    sums = ", ".join(f"sum({cost})::{DECIMAL} as {cost}" for cost in COSTS)
    order = ", ".join(("charge_day", *TAG_COLUMNS, "ServiceName"))
    missing = ", ".join(f"count(*) - count({cost}) as {name}" for cost, name in MISSING.items())
    return f"select {keys}, {sums}, {missing}, count(*) as lines from {relation} group by {keys} order by {order}"


def lines_select(relation: str, present: frozenset[str]) -> str:
    """SQL for our lines from files that hold the columns `present`: those that came later are null."""
    columns = (
        column.name if column.name in present else f"null::{column.type} as {column.name}" for column in LINES
    )
    return f"select {', '.join(columns)} from {relation}"


def nothing(columns: tuple[TableColumn, ...]) -> str:
    """SQL with these columns and no row."""
    return (
        "select " + ", ".join(f"null::{column.type} as {column.name}" for column in columns) + " where false"
    )
