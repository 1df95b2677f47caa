"""When a second person must agree before something is done."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from core.actions.kind import Declaration
from core.actions.model import Origin
from core.figures import usd
from core.money import ZERO

WAITS = "The approval of a second person: "
"""What somebody reads of what waits begins so; why follows."""
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
    return None if why is None else f"{WAITS}{why}"


def beforehand(whys: Sequence[str], asked: int, limit: Decimal) -> str:
    """What is said before so many actions are asked for, `whys` of which must wait (as `why_needed` has it); empty where none must.

    `limit` is in US dollars a month.
    """
    if not whys:
        return ""
    if asked == 1:
        return f"This waits until an approver agrees: {whys[0].removeprefix(WAITS)}"
    which = f"All {asked:,}" if len(whys) == asked else f"{len(whys):,} of these {asked:,}"
    return (
        f"{which} {'waits' if len(whys) == 1 else 'wait'} until an approver agrees: what costs, saves or would cost more than "
        f"{usd(limit)} a month, what costs nobody knows how much, and what no click takes back."
    )


def _why(
    declared: Declaration, saving: Decimal | None, cost: Decimal | None, limit: Decimal, rise: Decimal | None
) -> str | None:
    if declared.final:
        return "no click takes it back."
    if saving is None and cost is None:
        return "what it costs is not known."
    if rise is None:
        return "what it would cost then is not known."
    if rise > limit:
        return f"it would cost {usd(rise)} a month more, above the limit of {usd(limit)}."
    return _above(saving, cost, limit)


def _above(saving: Decimal | None, cost: Decimal | None, limit: Decimal) -> str | None:
    if cost is not None and cost > limit:
        return f"it acts on a resource that costs {usd(cost)} a month, more than {usd(limit)}."
    if saving is not None and saving > limit:
        return f"it promises to save {usd(saving)} a month, more than {usd(limit)}."
    return None
