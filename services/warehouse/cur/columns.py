"""The columns of a cost and usage report by the names CUR 2.0 gives them, as SQL over the file at hand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.costs.focus import Kind
from services.warehouse import values

NUMBERS = frozenset(
    {
        "line_item_unblended_cost",
        "line_item_net_unblended_cost",
        "line_item_usage_amount",
        "line_item_unblended_rate",
        "line_item_net_unblended_rate",
        "pricing_public_on_demand_cost",
        "pricing_public_on_demand_rate",
        "reservation_effective_cost",
        "reservation_net_effective_cost",
        "reservation_unused_amortized_upfront_fee_for_billing_period",
        "reservation_net_unused_amortized_upfront_fee_for_billing_period",
        "reservation_unused_recurring_fee",
        "reservation_net_unused_recurring_fee",
        "reservation_unused_quantity",
        "savings_plan_savings_plan_effective_cost",
        "savings_plan_net_savings_plan_effective_cost",
        "savings_plan_total_commitment_to_date",
        "savings_plan_used_commitment",
        "savings_plan_amortized_upfront_commitment_for_billing_period",
        "savings_plan_recurring_commitment_for_billing_period",
        "savings_plan_net_amortized_upfront_commitment_for_billing_period",
        "savings_plan_net_recurring_commitment_for_billing_period",
        "split_line_item_split_cost",
        "split_line_item_unused_cost",
        "split_line_item_net_split_cost",
        "split_line_item_net_unused_cost",
        "split_line_item_public_on_demand_split_cost",
        "split_line_item_public_on_demand_unused_cost",
    }
)
TIMES = frozenset(
    {
        "bill_billing_period_start_date",
        "bill_billing_period_end_date",
        "line_item_usage_start_date",
        "line_item_usage_end_date",
    }
)
MAPS = frozenset({"product", "resource_tags", "cost_category", "tags"})
_FAMILIES = (
    "bill",
    "capacity_reservation",
    "cost_category",
    "discount",
    "identity",
    "line_item",
    "pricing",
    "product",
    "reservation",
    "resource_tags",
    "savings_plan",
    "split_line_item",
)
_PARTITIONS = frozenset({"billing_period", "year", "month"})
"""What Athena and Data Exports name folders by."""


def snake(name: str) -> str:
    """CUR 2.0's name of a legacy column: `savingsPlan/SavingsPlanARN` is savings_plan_savings_plan_a_r_n, as AWS spells it for Athena."""
    family, slash, rest = name.partition("/")
    if not slash:
        return name.lower()
    spread = "_".join(re.sub(r"(?<!^)(?=[A-Z])", "_", part) for part in (family, rest))
    return re.sub(r"[^a-z0-9_]", "_", spread.lower()).replace("__", "_")


@dataclass(frozen=True)
class Columns:
    """A file's columns: `found` is CUR 2.0's name -> the file's, `kinds` the file's -> DuckDB type.

    `tags` and `categories` are columns that hold one tag or one cost category each: the file's name -> its key.
    """

    found: Mapping[str, str]
    kinds: Mapping[str, str]
    tags: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the file has the column."""
        return name in self.found

    def text(self, name: str) -> str:
        """SQL for the column's text; null where the file has no such column."""
        return self._read(name, Kind.TEXT, "null::varchar")

    def number(self, name: str) -> str:
        """SQL for the column's exact number; null where the file has no such column."""
        return self._read(name, Kind.NUMBER, f"null::{values.DECIMAL}")

    def time(self, name: str) -> str:
        """SQL for the column's point in time; null where the file has no such column."""
        return self._read(name, Kind.TIME, "null::timestamptz")

    def _read(self, name: str, wanted: Kind, absent: str) -> str:
        column = self.found.get(name)
        return (
            absent if column is None else values.parsed(values.identifier(column), self.kinds[column], wanted)
        )

    def map(self, name: str) -> str:
        """SQL for a map column; null where the file has no such column."""
        return self._read(name, Kind.TAGS, "null::map(varchar, varchar)")

    def member(self, name: str, key: str) -> str:
        """SQL for the text under a key of a map column; null where the file has no such column."""
        column = self.found.get(name)
        if column is None:
            return "null::varchar"
        identifier, kind = values.identifier(column), self.kinds[column]
        if kind.startswith("MAP"):
            return f"nullif({identifier}[{values.literal(key)}]::varchar, '')"
        path = values.literal('$."' + key + '"')
        return f"nullif(json_extract_string({values.json(identifier, kind)}, {path}), '')"

    def product(self, name: str) -> str:
        """SQL for an attribute of the product: of its own column, else of CUR 2.0's map."""
        own, member = f"product_{name}", self.member("product", name)
        return f"coalesce({self.text(own)}, {member})" if self.has(own) else member

    @property
    def inputs(self) -> dict[str, Kind]:
        """The file's columns that are worked with, and what each must hold."""
        kinds = (
            dict.fromkeys(NUMBERS, Kind.NUMBER)
            | dict.fromkeys(TIMES, Kind.TIME)
            | dict.fromkeys(MAPS, Kind.TAGS)
        )
        return {self.found[name]: kind for name, kind in sorted(kinds.items()) if name in self.found}

    @property
    def doubles(self) -> tuple[str, ...]:
        """SQL tests for binary numbers with digits beyond those we keep."""
        numbers = [self.found[name] for name in sorted(NUMBERS) if name in self.found]
        return tuple(values.rounds(name) for name in numbers if values.is_binary(self.kinds[name]))

    @property
    def unknown(self) -> tuple[str, ...]:
        """The file's columns that no cost and usage report has."""
        known = {column for name, column in self.found.items() if _is_known(name)}
        return tuple(
            name for name in self.kinds if name not in known | self.tags.keys() | self.categories.keys()
        )


def _is_known(name: str) -> bool:
    return name in MAPS | _PARTITIONS or any(
        name == family or name.startswith(f"{family}_") for family in _FAMILIES
    )
