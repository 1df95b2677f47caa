"""A fleet in the database, as collections would have left it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert

from core.access.roles import User
from core.inventory import Resource
from core.metrics import DayOfSamples
from core.recommendations.finding import FindingState, StoredFinding
from core.recommendations.selection import FindingFilter
from services.context import Context
from services.db.stores import resources, samples
from services.db.tables.cloud import accounts
from services.usecases import recommendations
from tests.builders import ACCOUNT, a_volume, an_address, an_instance
from tests.known import hours as constant
from tests.known import office

SMALL = "r7a.medium"


def connected(ctx: Context, organisation_id: UUID, account_id: str, status: str = "connected") -> None:
    """An account we may read."""
    with ctx.begin() as db:
        db.execute(
            insert(accounts).values(
                organisation_id=organisation_id,
                id=account_id,
                name="Test",
                external_id="x",
                regions=["us-east-1"],
                status=status,
                created_at=datetime.now(UTC),
            )
        )


def seen(ctx: Context, organisation_id: UUID, *fleet: Resource, days_ago: int = 0) -> None:
    """The last collection saw these, or one of some days ago."""
    with ctx.begin() as db:
        resources.publish(db, organisation_id, fleet, datetime.now(UTC) - timedelta(days=days_ago))


def sampled(
    ctx: Context, organisation_id: UUID, resource_id: str, metric: str, hours: NDArray[np.float32]
) -> None:
    """Hourly samples of the last full days, oldest first; a multiple of 24 values."""
    days = hours.reshape(-1, 24)
    first = date.fromordinal(datetime.now(UTC).date().toordinal() - len(days))
    rows = [
        DayOfSamples(resource_id, metric, first + timedelta(days=number), values, complete=True)
        for number, values in enumerate(days)
    ]
    with ctx.begin() as db:
        samples.make_partitions(db, first, first + timedelta(days=len(days)))
        samples.write(db, organisation_id, rows, 3600)


def a_wasteful_fleet(ctx: Context, organisation_id: UUID, other: str) -> None:
    """One of each waste in one account, and an address in the `other`; `i-unseen` has no metrics.

    The instances are as small and as new as can be: nothing is to be said of their type.
    """
    for account in (ACCOUNT, other):
        connected(ctx, organisation_id, account)
    seen(
        ctx,
        organisation_id,
        an_instance("i-idle", type=SMALL, tags={"environment": "dev"}),
        an_instance("i-office", type=SMALL, tags={"environment": "dev"}),
        an_instance("i-unseen", type=SMALL),
        a_volume("vol-gp2", type="gp2", size_gb=1000),
        an_address("eipalloc-other", account_id=other),
    )
    loose = a_volume("vol-loose", state="available", attached_to=None)
    seen(ctx, organisation_id, loose, days_ago=30)
    seen(ctx, organisation_id, loose)
    weekday = datetime.now(UTC).date().weekday()
    working = office(40, 1).reshape(14, 24)
    pattern = {
        "i-idle": constant(1),
        "i-office": working[[(weekday + day) % 7 for day in range(14)]].reshape(-1),
    }
    for resource_id, cpu in pattern.items():
        sampled(ctx, organisation_id, resource_id, "cpu", cpu)
        for metric in ("network_in", "network_out"):
            sampled(ctx, organisation_id, resource_id, metric, constant(1000))


def of_rule(ctx: Context, user: User, rule: str) -> StoredFinding:
    """The one finding of a rule, in whatever state."""
    every = FindingFilter(rules=(rule,), states=tuple(FindingState))
    (finding,) = recommendations.listing(ctx, user, every).findings
    return finding
