"""Our columns in Iceberg's words. Importing this imports pyiceberg."""

from typing import Any

from pyiceberg.schema import Schema
from pyiceberg.types import (
    DateType,
    DecimalType,
    IcebergType,
    MapType,
    NestedField,
    StringType,
    TimestamptzType,
)

from core.costs.focus import PRECISION, SCALE
from services.warehouse.columns import TableColumn
from services.warehouse.values import DECIMAL

_TYPES: dict[str, IcebergType] = {
    "VARCHAR": StringType(),
    DECIMAL: DecimalType(PRECISION, SCALE),
    "TIMESTAMP WITH TIME ZONE": TimestamptzType(),
    "DATE": DateType(),
}


def schema(columns: tuple[TableColumn, ...]) -> Schema:
    """All columns optional, as files written outside pyiceberg have them; ids count from 1, a map's own after all columns."""
    fields = []
    spare = len(columns)
    for place, column in enumerate(columns, start=1):
        kind = _kind(column, spare)
        if isinstance(kind, MapType):
            spare += 2
        fields.append(NestedField(place, column.name, kind, required=False))
    return Schema(*fields)


def evolve(table: Any, columns: tuple[TableColumn, ...]) -> None:  # noqa: ANN401  pyiceberg is not typed here
    """Add the columns that came after the table was made. What is there keeps its id, so older files are read as they were written."""
    present = {field.name for field in table.schema().fields}
    missing = [column for column in columns if column.name not in present]
    if missing:
        with table.update_schema() as change:
            for column in missing:
                change.add_column(column.name, _kind(column, 0))


def _kind(column: TableColumn, ids: int) -> IcebergType:
    """The column's type; a map's own ids follow `ids`."""
    simple = _TYPES.get(column.type)
    return simple or MapType(ids + 1, StringType(), ids + 2, StringType(), value_required=False)
