"""How the whole service stands, from its records: what no process can tell a scraper of the others."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.access.roles import Permission, User
from core.connections import What
from core.recommendations.finding import FindingState
from core.recommendations.selection import FindingFilter
from services.context import Context
from services.db import database
from services.db.stores import actions, collections, findings, jobs
from services.usecases import unbilled


@dataclass(frozen=True)
class Figures:
    """As of `now`. What never happened is absent. `saving` is US dollars a month, none counted twice."""

    now: datetime
    collected: Mapping[tuple[str, str], datetime]
    """When inventory was last collected whole, by account id and region."""
    jobs: Mapping[str, jobs.JobRow]
    actions: Mapping[tuple[str, str], int]
    """How many actions there are, by kind and state."""
    open_findings: Mapping[str, int]
    """How many findings are open, by rule."""
    saving: Decimal


def figures(ctx: Context, user: User) -> Figures:
    """How the service stands for the user's organisation and accounts; the worker's jobs serve everybody."""
    user.require(Permission.VIEW_TELEMETRY)
    owner = user.organisation_id
    seen = None if user.accounts is None else sorted(user.accounts)
    with ctx.begin() as db:
        now = database.now(db)
        found = findings.matching(db, owner, seen, FindingFilter(states=(FindingState.OPEN,)), now)
        return Figures(
            now=now,
            collected=collections.last_whole(db, owner, What.INVENTORY, user.accounts),
            jobs=jobs.listing(db),
            actions=actions.counts(db, owner, user.accounts),
            open_findings=Counter(finding.rule for finding in found),
            saving=unbilled.plan(db, owner, found, now).total_saving,
        )
