"""AWS's cost and usage report 2.0 (Data Exports): snake_case columns, with maps `product`, `resource_tags`, `cost_category`, `discount`."""

from collections.abc import Mapping, Sequence

from services.warehouse.cur import reading as cur
from services.warehouse.cur.columns import Columns
from services.warehouse.readers import Reading, cur_legacy


def recognises(columns: Sequence[str]) -> bool:
    """Whether the file has CUR 2.0's cost, and no column that only legacy reports have."""
    return "line_item_unblended_cost" in columns and not cur_legacy.recognises(columns)


def reading(columns: Mapping[str, str]) -> Reading:
    """Any subset of the columns will do that has what every line needs."""
    return cur.reading(Columns({name: name for name in columns}, columns), "CUR 2.0")
