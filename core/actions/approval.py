"""When a second person must agree before something is done."""

from datetime import timedelta
from decimal import Decimal

from core.actions.kind import Declaration
from core.actions.model import Origin

PATIENCE = timedelta(days=7)
"""How long an action waits for approval before it is withdrawn."""


def why_needed(
    declared: Declaration,
    origin: Origin,
    saving: Decimal | None,
    cost: Decimal | None,
    limit: Decimal | None,
) -> str | None:
    """Why somebody else must agree, in words; None when nobody must. Money in US dollars a month; `cost` None: unknown.

    What a schedule does was agreed on with the schedule, and taking something back must not wait.
    """
    if limit is None or origin in {Origin.SCHEDULE, Origin.UNDO}:
        return None
    if declared.final:
        return "The approval of a second person: it cannot be taken back."
    known = [amount for amount in (saving, cost) if amount is not None]
    if not known:
        return "The approval of a second person: what it costs is not known."
    if max(known) > limit:
        return f"The approval of a second person: {max(known):,.2f} USD a month are above the limit of {limit:,.2f}."
    return None
