"""FOCUS 1.0 and later, of any provider."""

from collections.abc import Mapping, Sequence

from core.costs import focus
from core.costs.focus import Kind
from services.warehouse import values
from services.warehouse.readers import Reading


def recognises(columns: Sequence[str]) -> bool:
    """Whether the columns are FOCUS's."""
    return focus.is_focus(columns)


def reading(columns: Mapping[str, str]) -> Reading:
    """Each column by its kind; names of other versions of the specification are known."""
    header = focus.match_header(list(columns))
    found, raw, rounded = {}, {}, []
    for column in focus.COLUMNS:
        name = header.found.get(column.name)
        if name is None:
            continue
        identifier = values.identifier(name)
        kind = columns[name]
        raw[column.name] = name
        found[column.name] = values.parsed(identifier, kind, column.kind)
        if column.kind is Kind.NUMBER and values.is_binary(kind):
            rounded.append(f"decimals({identifier}::varchar) > {focus.SCALE}")
    filled = tuple(column.name for column in focus.COLUMNS if column.filled)
    return Reading(found, raw, filled, unknown=header.unknown, doubles=tuple(rounded))
