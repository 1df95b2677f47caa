"""A resource names its schedule itself, by a tag such as `pioneer:schedule=office-hours`."""

import re

SCHEDULE_TAG = "pioneer:schedule"

_APART = re.compile(r"[\W_]+")


def slug(name: str) -> str:
    """How a tag names a schedule: its name in lower case, with dashes between its words."""
    return _APART.sub("-", name.lower()).strip("-")
