"""AWS's legacy cost and usage report: CSV columns such as `lineItem/UnblendedCost`, or the flattened names that its Parquet files for Athena have."""

from collections.abc import Mapping, Sequence

from services.warehouse.cur import reading as cur
from services.warehouse.cur import tags
from services.warehouse.cur.columns import Columns, snake
from services.warehouse.readers import Reading

_TAGS = ("resourceTags/", "resource_tags_")
_CATEGORIES = ("costCategory/", "cost_category_")


def recognises(columns: Sequence[str]) -> bool:
    """Whether the file has the report's cost, and one of the columns that CUR 2.0 keeps in maps."""
    if "lineItem/UnblendedCost" in columns:
        return True
    ours = any(
        name == "product_product_name" or name.startswith((_TAGS[1], _CATEGORIES[1])) for name in columns
    )
    return "line_item_unblended_cost" in columns and ours


def reading(columns: Mapping[str, str]) -> Reading:
    """Columns of tags and cost categories are those of the report's month; all others go by AWS's flattened names."""
    keys = {name: tags.key_of(key) for name, key in tags.columns_of(columns, _TAGS).items()}
    categories = tags.columns_of(columns, _CATEGORIES)
    found: dict[str, str] = {}
    for name in columns:
        if name not in keys and name not in categories:
            found.setdefault(snake(name), name)
    return cur.reading(Columns(found, columns, keys, categories), "cost and usage report's")
