"""When a second person must agree before something is done."""

from datetime import timedelta
from decimal import Decimal

from core.actions.kind import Declaration
from core.actions.model import Origin
from core.figures import usd
from core.money import ZERO

PATIENCE = timedelta(days=7)
"""How long an action waits for approval before it is withdrawn."""


def why_needed(
    declared: Declaration,
    origin: Origin,
    saving: Decimal | None,
    cost: Decimal | None,
    limit: Decimal | None,
    rise: Decimal | None = ZERO,
) -> str | None:
    """Why somebody else must agree, in words; None when nobody must. Money in US dollars a month; `cost` None: unknown.

    `rise` is what it would cost more where it makes something larger; None: that is not known.

    What a schedule does was agreed on with the schedule, and taking something back must not wait.
    """
    if limit is None or origin in {Origin.SCHEDULE, Origin.UNDO}:
        return None
    why = _why(declared, saving, cost, limit, rise)
    return None if why is None else f"The approval of a second person: {why}"


def _why(
    declared: Declaration, saving: Decimal | None, cost: Decimal | None, limit: Decimal, rise: Decimal | None
) -> str | None:
    if declared.final:
        return "it cannot be taken back."
    known = [amount for amount in (saving, cost) if amount is not None]
    if not known:
        return "what it costs is not known."
    if rise is None:
        return "what it would cost then is not known."
    if rise > limit:
        return f"it would cost {usd(rise)} a month more, above the limit of {usd(limit)}."
    if max(known) > limit:
        return f"{usd(max(known))} a month is above the limit of {usd(limit)}."
    return None
