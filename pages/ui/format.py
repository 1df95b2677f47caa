"""The only place that turns a number, a time or somebody else's text into text for a screen."""

import re
import unicodedata
from decimal import Decimal

from core.dates import UNKNOWN, ago, count, day, moment, month, short_day, span, span_of, when
from core.figures import MINUS, SAME, SYMBOLS, change, money, percent, signed_percent, unrounded

__all__ = (
    "JOINER",
    "MINUS",
    "SAME",
    "SYMBOLS",
    "UNKNOWN",
    "ago",
    "ahead",
    "change",
    "chart_text",
    "clean",
    "count",
    "day",
    "moment",
    "money",
    "month",
    "percent",
    "pixel",
    "plain",
    "sentence",
    "short",
    "short_day",
    "signed_percent",
    "size",
    "span",
    "span_of",
    "suffix",
    "unrounded",
    "when",
    "with_code",
    "words",
)
JOINER = "\N{WORD JOINER}"
_THOUSAND = 1000
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$&:=^\"'/@])")
_SHORTCODE = re.compile(r":(?=[\w+/-]+:)")
_LINK = re.compile(r"(?i)\b(https?|ftp|javascript|data|www)(?=[:.])|@(?=\w)")


def clean(text: object) -> str:
    """One line of visible text: control and direction-changing characters become a visible mark."""
    flat = str(text)
    if flat.isprintable():  # none of those: nearly every text, and cells are many
        return flat
    flat = flat.replace("\r\n", " ").replace("\n", " ").replace("\t", " ")
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) in {"Cc", "Cf", "Cs"} else char
        for char in flat
    )


def plain(text: object) -> str:
    """Somebody else's text (a tag, a name, an error) or a figure, safe in Markdown: shown letter by letter, nothing interpreted."""
    broken = _LINK.sub(lambda match: match.group(0) + JOINER, _SHORTCODE.sub(":" + JOINER, clean(text)))
    return _MARKDOWN.sub(r"\\\1", broken)


def with_code(text: str) -> str:
    """As `plain`, but for our own sentences: what stands between backticks is shown as the code it is."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return plain(text)
    return "".join(f"`{clean(part)}`" if place % 2 else plain(part) for place, part in enumerate(parts))


def chart_text(text: object) -> str:
    """The same for Plotly, which reads a little HTML and TeX between dollar signs."""
    safe = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.replace("$", "&#36;")


def short(text: object, length: int = 42) -> str:
    """At most `length` characters, the middle left out: both ends of an ARN say something."""
    whole = clean(text)
    if len(whole) <= length:
        return whole
    head = (length - 1) // 2
    return f"{whole[:head]}…{whole[-(length - 1 - head) :]}"


def ahead(text: str, length: int) -> str:
    """The first words, at most `length` characters of them."""
    whole = clean(text)
    return whole if len(whole) <= length else whole[:length].rsplit(" ", 1)[0] + "…"


def pixel(amount: Decimal | None) -> float | None:
    """Money as a chart or table cell draws it, to a hundredth of a cent: the last step before a pixel."""
    return None if amount is None else float(round(amount, 4))


def suffix(unit: str) -> str:
    """A unit as it stands behind a number: `%` at once, others after a space."""
    return unit if unit in {"", "%"} else f" {unit}"


def size(number: float) -> str:
    """Bytes, as `1.2 MB`."""
    value = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if abs(value) < _THOUSAND:
            return f"{value:,.0f} {unit}" if unit == "B" else f"{value:,.1f} {unit}"
        value /= _THOUSAND
    return f"{value:,.1f} TB"


def words(name: str) -> str:
    """An identifier as a person reads it: `load_balancer` is `load balancer`."""
    return name.replace("_", " ").replace("-", " ")


def sentence(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]
