"""FOCUS 1.0 and later, of any provider."""

from collections.abc import Mapping, Sequence

from core.costs import focus
from core.costs.focus import Kind
from services.warehouse import values
from services.warehouse.columns import OTHER
from services.warehouse.readers import Reading


def recognises(columns: Sequence[str]) -> bool:
    """Whether the columns are FOCUS's."""
    return focus.is_focus(columns)


def reading(columns: Mapping[str, str]) -> Reading:
    """Each column by its kind; names of other versions of the specification are known, and where two are there, the first with a value counts."""
    header = focus.match_header([name for name in columns if name != OTHER])
    found, raw, rounded = {}, {}, []
    for column in focus.COLUMNS:
        if column.name not in header.found:
            continue
        names = (header.found[column.name], *header.also[column.name])
        read = [values.parsed(values.identifier(name), columns[name], column.kind) for name in names]
        raw[column.name] = names[0]
        found[column.name] = read[0] if len(read) == 1 else f"coalesce({', '.join(read)})"
        if column.kind is Kind.NUMBER:
            rounded += [values.rounds(name) for name in names if values.is_binary(columns[name])]
    filled = tuple(column.name for column in focus.COLUMNS if column.filled)
    kept = {
        name: values.text(values.identifier(name), columns[name]) for name in (*header.aside, *header.unknown)
    }
    aside = values.kept(kept)
    if OTHER in columns:
        aside = f"map_concat({_set_aside_before(columns[OTHER])}, {aside})"
    tags = header.found.get("Tags")
    return Reading(
        found,
        raw,
        filled,
        unknown=header.unknown,
        doubles=tuple(rounded),
        aside=aside,
        tags_from=tags if tags is not None and columns[tags] == "VARCHAR" else None,
    )


def _set_aside_before(kind: str) -> str:
    """What an export of ours has in its column of what was kept aside; any other text there is kept as such."""
    column = values.identifier(OTHER)
    other = values.kept({OTHER: values.text(column, kind)})
    return f"coalesce({values.parsed(column, kind, Kind.TAGS)}, {other})"
