"""Our columns in Iceberg's words, and what of a commit we do otherwise than pyiceberg. Importing this imports pyiceberg."""

from collections.abc import Mapping, Sequence
from typing import Any

from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Transaction
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.transforms import IdentityTransform
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


class Steady(Transaction):  # type: ignore[misc]  # not typed
    """A transaction that works out its metadata once for each of its updates.

    pyiceberg 0.12 does so at each of some twenty looks that a commit takes at it, and copies every snapshot kept each time.
    """

    _seen: tuple[object, object, TableMetadata] | None = None

    @property
    def table_metadata(self) -> TableMetadata:
        """As it will be once what was staged so far is committed. Nobody may change it."""
        seen = self._seen
        if seen is None or seen[0] is not self._table.metadata or seen[1] is not self._updates:
            # those that it was worked out of are held on to, so that no others can be mistaken for them
            seen = self._seen = self._table.metadata, self._updates, super().table_metadata
        return seen[2]


def cost_table(
    catalog: Any,  # noqa: ANN401  pyiceberg is not typed here
    name: str,
    columns: tuple[TableColumn, ...],
    partition: Sequence[str],
    properties: Mapping[str, str],
) -> Any:  # noqa: ANN401  likewise
    """The table of these columns, made if need be, each file of one value of the columns of `partition`.

    It is looked for first: to be told that it is there already, pyiceberg would write another first state, which nobody deletes.
    """
    try:
        table = catalog.load_table(name)
    except NoSuchTableError:
        made = schema(columns)
        fields = (
            PartitionField(made.find_field(each).field_id, 1000 + place, IdentityTransform(), each)
            for place, each in enumerate(partition)
        )
        named = {**properties, "schema.name-mapping.default": made.name_mapping.model_dump_json()}
        return catalog.create_table(name, made, partition_spec=PartitionSpec(*fields), properties=named)
    evolve(table, columns)
    return table


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
