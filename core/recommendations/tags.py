"""What tags tell about a resource, as companies really write them."""

from collections.abc import Mapping

_KEYS = frozenset({"environment", "env", "stage"})
_PRODUCTION = ("prod", "prd", "live")


def environment(tags: Mapping[str, str]) -> str | None:
    """The environment that the tags name, or None where they name none."""
    return next(
        (value.strip() for key, value in sorted(tags.items()) if key.lower() in _KEYS and value.strip()), None
    )


def is_production(named: str) -> bool:
    """Whether an environment's name means production: `prod`, `Production`, `prd-eu`, `live`."""
    return named.lower().startswith(_PRODUCTION)
