"""Two people who change the same thing at once: who saw an older version overwrites nothing."""

from core.errors import Stale


def demand_version(name: str, present: int, seen: int | None) -> None:
    """Raise `Stale` where somebody changed it after it was seen; None: whatever it is now."""
    if seen is not None and seen != present:
        message = f"“{name}” was changed meanwhile: it is version {present}, not {seen} any more. Nothing was overwritten."
        raise Stale(message, mend="Load it again and repeat your change.")
