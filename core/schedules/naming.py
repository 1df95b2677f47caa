"""A resource names its schedule itself, by a tag such as `pioneer:schedule=office-hours`."""

import re

SCHEDULE_TAG = "pioneer:schedule"
ORDER_TAG = "pioneer:order"
"""A whole number: of what one schedule switches, lower ones are started before and stopped after higher ones."""

_APART = re.compile(r"[\W_]+")


TYPES_TAG = "pioneer:instance-types"
"""Instance types, with commas between them: the first is what a start by schedule makes of it, the others are tried in turn where
AWS has no capacity."""
MOST_TYPES = 10


def types(tag: str | None) -> tuple[str, ...]:
    """The instance types that the tag lists; what is none is left out."""
    named = (each.strip().lower() for each in (tag or "").split(","))
    return tuple(dict.fromkeys(each for each in named if "." in each))[:MOST_TYPES]


def order(tag: str | None) -> int | None:
    """What the tag says; None where it says no whole number of at most four digits."""
    words = (tag or "").strip()
    digits = words.removeprefix("-")
    return int(words) if digits.isascii() and digits.isdigit() and len(digits) <= 4 else None  # noqa: PLR2004  no number worth reading is longer


def slug(name: str) -> str:
    """How a tag names a schedule: its name in lower case, with dashes between its words."""
    return _APART.sub("-", name.lower()).strip("-")
