"""Our columns in Iceberg's words. Importing this imports pyiceberg."""

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
        kind = _TYPES.get(column.type)
        if kind is None:
            kind = MapType(spare + 1, StringType(), spare + 2, StringType(), value_required=False)
            spare += 2
        fields.append(NestedField(place, column.name, kind, required=False))
    return Schema(*fields)
