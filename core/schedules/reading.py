"""What is read from JSON that people write: texts, flags, days, numbers and lists of expressions, or what is wrong with them."""

from collections.abc import Mapping
from datetime import date

from core.errors import Invalid


def an_object(given: object, what: str) -> Mapping[str, object]:
    """A JSON object. Raises `Invalid` naming what must be one."""
    if isinstance(given, Mapping):
        return given
    message = f"{what} must be a JSON object."
    raise Invalid(message)


def a_text(given: object, name: str) -> str | None:
    """A text without spaces around it, None where it is empty. Raises `Invalid`."""
    if given is None or isinstance(given, str):
        return given.strip() or None if given is not None else None
    message = f"“{name}” must be text or null."
    raise Invalid(message)


def a_flag(given: object, name: str) -> bool:
    """True or false; null is false. Raises `Invalid`."""
    if given is None or isinstance(given, bool):
        return bool(given)
    message = f"“{name}” is true or false."
    raise Invalid(message)


def a_day(given: object, name: str) -> date | None:
    """A day as 2027-03-01, None where there is none. Raises `Invalid`."""
    text = a_text(given, name)
    try:
        day = None if text is None else date.fromisoformat(text)
        if day is None or day.isoformat() == text:
            return day
    except ValueError:
        pass
    message = f"In “{name}”, “{text}” is no day: write it as 2027-03-01."
    raise Invalid(message)


def a_number(given: object, name: str) -> int | None:
    """A whole number or null. Raises `Invalid`."""
    if given is None or (isinstance(given, int) and not isinstance(given, bool)):
        return given
    message = f"“{name}” must be a whole number or null."
    raise Invalid(message)


def a_list(given: object, name: str) -> tuple[str, ...] | None:
    """A list of expressions; a number stands for its own text, and a single text for a list of one. Raises `Invalid`."""
    if given is None:
        return None
    items = [given] if isinstance(given, str) else given
    if not isinstance(items, list | tuple) or not all(
        isinstance(item, str | int) and not isinstance(item, bool) for item in items
    ):
        message = f"“{name}” must be a list of expressions, or null for all."
        raise Invalid(message)
    return tuple(str(item) for item in items)
