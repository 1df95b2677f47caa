"""What costs can be cut and filtered by, and which values there are."""

from core.access.roles import Permission, User
from core.costs.scope import COLUMNS, COST_CATEGORY, MAPS, TAG, VIRTUAL, Dimension
from services.context import Context
from services.usecases import allocation_rules
from services.warehouse.questions import choices

MOST_VALUES = 100


def dimensions(ctx: Context, user: User, *, at: str | None = None) -> tuple[Dimension, ...]:
    """Every dimension, with one for each tag key and cost category that the user's lines have, and for each virtual tag.

    Reads the lines once a state of the bill.
    """
    user.require(Permission.VIEW_COSTS)
    pinned = ctx.warehouse.pin(user.organisation_id, at)
    named = [Dimension(name) for name in COLUMNS]
    for prefix in (TAG, COST_CATEGORY):
        named += [
            Dimension(f"{prefix}{key}")
            for (key,) in pinned.ask(choices.keys, MAPS[prefix], _seen(user))
            if key
        ]
    named += [Dimension(f"{VIRTUAL}{name}") for name in allocation_rules.listing(ctx, user).names]
    return tuple(named)


def values(
    ctx: Context,
    user: User,
    dimension: Dimension,
    *,
    containing: str = "",
    most: int = MOST_VALUES,
    at: str | None = None,
) -> tuple[str, ...]:
    """The values of a dimension as filters take them, in order: those that contain a text, heedless of case, and at most so many."""
    user.require(Permission.VIEW_COSTS)
    pinned = ctx.warehouse.pin(user.organisation_id, at)
    return tuple(value for (value,) in pinned.ask(choices.values, dimension, _seen(user), containing, most))


def _seen(user: User) -> tuple[str, ...] | None:
    return None if user.accounts is None else tuple(sorted(user.accounts))
