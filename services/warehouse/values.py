"""SQL that turns what a file holds into exact values, and never a wrong one: what does not fit becomes NULL and is refused by the caller."""

from core.costs.focus import PRECISION, SCALE, Kind

DECIMAL = f"DECIMAL({PRECISION},{SCALE})"
SHORT = SCALE + 1
"""A text this long, with its point, cannot carry more digits behind the point than we keep."""
FINE = f"DECIMAL({PRECISION},{PRECISION - 1})"
"""Holds all digits of a binary floating-point number too small for `DECIMAL`'s scale."""

MACROS = (
    # Digits behind the point once exponent and trailing zeros are accounted for; zero for zero.
    """create macro decimals(x) as case when regexp_full_match(x, '\\s*[+-]?[0.]*([eE].*)?') then 0 else
         length(rtrim(regexp_extract(x, '\\.([0-9]*)', 1), '0')) - coalesce(try_cast(regexp_extract(x, '[eE]([+-]?[0-9]+)', 1) as integer), 0) end""",
    "create macro plain(x) as regexp_full_match(x, '\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,4})?\\s*')",
    f"""create macro exact(x) as case
         when length(x) <= {SHORT} and not regexp_matches(x, '[eE_]') then try_cast(x as {DECIMAL})
         when plain(x) and decimals(x) <= {SCALE} then try_cast(x as {DECIMAL}) end""",
    # DuckDB rounds halves away from zero; a tie goes to the even digit instead.
    f"""create macro half_even(t, q) as case
         when abs(t - q::{FINE}) = '5e-{SCALE + 1}'::{FINE} and right(q::varchar, 1)::integer % 2 = 1
         then q - sign(t)::integer * '1e-{SCALE}'::{DECIMAL} else q end""",
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


def parsed(column: str, kind: str, wanted: Kind) -> str:
    """SQL for the value of `wanted` kind in `column` of DuckDB type `kind`."""
    if wanted is Kind.NUMBER:
        return _number(column, kind)
    if wanted is Kind.TIME:
        return _time(column, kind)
    if wanted is Kind.TAGS:
        return _tags(column, kind)
    return f"nullif({column}::varchar, '')"


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
        return f"try_cast(nullif({column}, '') as timestamptz)"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return column
    return f"(try_cast({column} as timestamp) at time zone 'UTC')"


def _tags(column: str, kind: str) -> str:
    if kind == "VARCHAR":
        return f"try_cast(try_cast(nullif(nullif({column}, ''), 'null') as json) as map(varchar, varchar))"
    if kind.startswith("MAP"):
        return f"try_cast({column} as map(varchar, varchar))"
    if kind.endswith("[]"):
        return f"map_from_entries({column})"
    return f"try_cast(to_json({column}) as map(varchar, varchar))"
