"""How far metrics are known that rules ask for, in what the user sees."""

from datetime import timedelta

from core.access.roles import Permission, User
from core.recommendations.data_health import WANTED, Measured, measured
from services.context import Context
from services.db import database
from services.db.stores import watched

LATELY = timedelta(days=1)
"""A metric is known where yesterday or today has a sample of it: today alone has just begun at midnight."""


def metrics(ctx: Context, user: User) -> tuple[Measured, ...]:
    """Of each metric how many resources have it, those that miss most first."""
    user.require(Permission.VIEW_RECOMMENDATIONS)
    accounts = None if user.accounts is None else sorted(user.accounts)
    with ctx.read() as db:
        since = (database.now(db) - LATELY).date()
        names = sorted({each.metric for each in WANTED})
        known = watched.sampled(db, user.organisation_id, names, since, accounts)
        return measured(known, watched.by_state(db, user.organisation_id, accounts))
