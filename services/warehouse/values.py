"""SQL that turns what a file holds into exact values, and never a wrong one: what does not fit becomes NULL and is refused by the caller."""

from collections.abc import Mapping

from core.costs.focus import PRECISION, SCALE, Kind

DECIMAL = f"DECIMAL({PRECISION},{SCALE})"
SHORT = SCALE + 1
"""A text this long, with its point, cannot carry more digits behind the point than we keep."""
FINE = f"DECIMAL({PRECISION},{PRECISION - 1})"
"""Holds all digits of a binary floating-point number too small for `DECIMAL`'s scale."""

WRITTEN = "format parquet, compression zstd, row_group_size 40960"
"""How our files are written. Each thread holds the lines of one group at a time; smaller ones than DuckDB's own keep all cores busy when they are read."""

MACROS = (
    # Digits behind the point once exponent and trailing zeros are accounted for; zero for zero.
    """create macro decimals(x) as case when regexp_full_match(x, '\\s*[+-]?[0.]*([eE].*)?') then 0 else
         length(rtrim(regexp_extract(x, '\\.([0-9]*)', 1), '0')) - coalesce(try_cast(regexp_extract(x, '[eE]([+-]?[0-9]+)', 1) as integer), 0) end""",
    "create macro plain(x) as regexp_full_match(x, '\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,4})?\\s*')",
    f"""create macro exact(x) as case
         when length(x) <= {SHORT} and not (contains(x, 'e') or contains(x, 'E') or contains(x, '_')) then try_cast(x as {DECIMAL})
         when plain(x) and decimals(x) <= {SCALE} then try_cast(x as {DECIMAL}) end""",
    # DuckDB rounds halves away from zero; a tie goes to the even digit instead.
    f"""create macro half_even(t, q) as case
         when abs(t - q::{FINE}) = '5e-{SCALE + 1}'::{FINE} and right(q::varchar, 1)::integer % 2 = 1
         then q - sign(t)::integer * '1e-{SCALE}'::{DECIMAL} else q end""",
    # Without an offset, or with Z, a text is UTC and needs no calendar: a third of the time that `timestamptz` takes.
    """create macro instant(x) as case
         when ends_with(x, 'Z') or length(x) = 10 or (length(x) = 19 and x[17] = ':')
         then make_timestamptz(epoch_us(try_cast(x as timestamp))) else try_cast(x as timestamptz) end""",
    "create macro utc(x) as make_timestamp(epoch_us(x))",
    # Neither Python nor Iceberg's readers know days beyond these.
    "create macro of_our_time(x) as case when x >= timestamptz '0001-01-01 00:00:00+00' and x < timestamptz '10000-01-01 00:00:00+00' then x end",
    f"""create macro of_double(x) as case
         when decimals(x) <= {SCALE} then try_cast(x as {DECIMAL})
         else half_even(try_cast(x as {FINE}), try_cast(x as {FINE})::{DECIMAL}) end""",
)
"""Helpers that the expressions below lean on; created once on each connection that reads files."""


def identifier(name: str) -> str:
    """A column name, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text, quoted."""
    return "'" + text.replace("'", "''") + "'"


def is_binary(kind: str) -> bool:
    """Whether a DuckDB type is binary floating point."""
    return kind in {"DOUBLE", "FLOAT"}


def rounds(name: str) -> str:
    """SQL: the binary number in the column of this name has digits beyond those we keep."""
    return f"coalesce(decimals({identifier(name)}::varchar) > {SCALE}, false)"


def is_nested(kind: str) -> bool:
    """Whether a DuckDB type holds several values."""
    return kind.startswith(("MAP", "STRUCT")) or kind.endswith("]")


def text(column: str, kind: str) -> str:
    """SQL for the text in `column` of DuckDB type `kind`: JSON where it holds several values, null where it is empty."""
    return f"to_json({column})::varchar" if is_nested(kind) else f"nullif({column}::varchar, '')"


def json(column: str, kind: str) -> str:
    """SQL for the JSON in `column` of DuckDB type `kind`; null where its text is none."""
    return (
        f"try_cast(nullif(nullif({column}, ''), 'null') as json)"
        if kind == "VARCHAR"
        else f"to_json({column})"
    )


def kept(entries: Mapping[str, str]) -> str:
    """SQL for the map of those texts (key -> SQL) that are not null; null where all are."""
    if not entries:
        return "null::map(varchar, varchar)"
    listed = ", ".join(f"{{'k': {literal(key)}, 'v': {value}}}" for key, value in entries.items())
    given = f"list_filter([{listed}], lambda e: e.v is not null)"
    return f"case when coalesce({', '.join(entries.values())}) is not null then map_from_entries({given}) end"


def parsed(column: str, kind: str, wanted: Kind) -> str:
    """SQL for the value of `wanted` kind in `column` of DuckDB type `kind`."""
    if wanted is Kind.NUMBER:
        return _number(column, kind)
    if wanted is Kind.TIME:
        return f"of_our_time({_time(column, kind)})"
    if wanted is Kind.TAGS:
        return _tags(column, kind)
    return text(column, kind)


def _number(column: str, kind: str) -> str:
    if kind == "VARCHAR":
        return f"exact(nullif({column}, ''))"
    if is_binary(kind):
        return f"of_double({column}::varchar)"
    if kind.startswith("DECIMAL") and int(kind.rstrip(")").split(",")[1]) > SCALE:
        return f"case when decimals({column}::varchar) <= {SCALE} then try_cast({column} as {DECIMAL}) end"
    return f"try_cast({column} as {DECIMAL})"


def _time(column: str, kind: str) -> str:
    if kind == "VARCHAR":
        return f"instant(nullif({column}, ''))"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return column
    return f"(try_cast({column} as timestamp) at time zone 'UTC')"


def _tags(column: str, kind: str) -> str:
    if kind == "VARCHAR":
        return f"try_cast({json(column, kind)} as map(varchar, varchar))"
    if kind.startswith("MAP"):
        return f"try_cast({column} as map(varchar, varchar))"
    if kind.endswith("[]"):
        return f"map_from_entries({column})"
    return f"try_cast(to_json({column}) as map(varchar, varchar))"
