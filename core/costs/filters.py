"""Filters as text, one form for links, the API, the terminal and what is saved.

`service=Amazon S3`, `service!=Amazon S3`, `service~storage` (contains), `tag:team=` (no such tag), `tag:team!=` (any). In a tag's or cost
category's name the characters `%`, `=`, `!` and `~` are written `%25`, `%3D`, `%21` and `%7E`; a value is written as it is.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from core.costs.scope import COLUMNS, Dimension, Filter, Match
from core.errors import Invalid

_FORM = re.compile("(?P<name>[^=!~]*)(?P<match>!=|=|~)(?P<value>.*)", re.DOTALL)
_ESCAPED = {character: f"%{ord(character):02X}" for character in "%=!~"}
FORMS = "Write it as dimension=value, dimension!=value, dimension~text, dimension= (without) or dimension!= (with any)."


def dimension(text: str) -> Dimension:
    """The dimension a person names: `service-category` and `service_category` are `service category`. Raises `Invalid`."""
    plain = text.strip().lower().replace("-", " ").replace("_", " ")
    if plain in COLUMNS:
        return Dimension(plain)
    prefix, colon, key = text.partition(":")
    return Dimension(f"{prefix.strip().lower().replace('-', ' ').replace('_', ' ')}{colon}{key}")


def parse(text: str) -> Filter:
    """The filter that a text says. Raises `Invalid` with the forms there are."""
    found = _FORM.fullmatch(text)
    if found is None:
        message = f"{text!r} is no filter."
        raise Invalid(message, mend=FORMS)
    return Filter(dimension(unquote(found["name"])), Match(found["match"]), found["value"])


def parse_all(texts: Iterable[str]) -> tuple[Filter, ...]:
    """All of them, each once."""
    return tuple(dict.fromkeys(parse(text) for text in texts))


def written(wanted: Filter) -> str:
    """The text that `parse` reads as this filter."""
    name = "".join(_ESCAPED.get(character, character) for character in wanted.dimension.name)
    return f"{name}{wanted.match}{wanted.value or ''}"


def said(wanted: Filter) -> str:
    """The filter in words: `service is Amazon S3`, `no tag team`."""
    tag = wanted.dimension.tag
    name = f"tag {tag}" if tag else wanted.dimension.virtual or wanted.dimension.name
    if wanted.value is None:
        return f"no {name}" if wanted.match is Match.IS else f"any {name}"
    verb = {Match.IS: "is", Match.IS_NOT: "is not", Match.CONTAINS: "contains"}[wanted.match]
    return f"{name} {verb} {wanted.value}"
