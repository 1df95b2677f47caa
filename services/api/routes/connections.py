"""The connected AWS accounts, and how well each is seen."""

from datetime import datetime

from fastapi import APIRouter

from core.connections import Connection, Freshness, Outcome, What
from services.api.deps import ConnectionViewer, Ctx
from services.api.routes.resources import Usd
from services.api.shape import Answer
from services.usecases import connections

router = APIRouter(prefix="/connections", tags=["connections"])


class GapOut(Answer):
    """What could not be seen, and the permission that would mend it (null: none would)."""

    service: str
    region: str
    permission: str | None
    reason: str


class FreshnessOut(Answer):
    """One kind of data: `at` is when its oldest part came, null where a part never did."""

    what: What
    outcome: Outcome
    at: datetime | None
    tried_at: datetime | None
    stale: bool
    detail: str
    gaps: list[GapOut]


class ConnectionOut(Answer):
    """An account. `bills` null: its bills come with another account's export. `asking_usd`: what asking AWS for metrics cost this month."""

    account_id: str
    name: str
    regions: list[str]
    status: str
    inventory: FreshnessOut
    metrics: FreshnessOut
    bills: FreshnessOut | None
    metrics_asked: int
    asking_usd: Usd


class ConnectionsOut(Answer):
    """Those that one sees, by name."""

    connections: list[ConnectionOut]


@router.get("")
def listing(ctx: Ctx, user: ConnectionViewer) -> ConnectionsOut:
    """Each connected account, how fresh its data is and what of it is missing."""
    return ConnectionsOut(connections=[_out(each) for each in connections.accounts(ctx, user)])


def _out(each: Connection) -> ConnectionOut:
    return ConnectionOut(
        account_id=each.account.id,
        name=each.account.name,
        regions=list(each.account.regions),
        status=each.status,
        inventory=_fresh(each.inventory),
        metrics=_fresh(each.metrics),
        bills=None if each.bills is None else _fresh(each.bills),
        metrics_asked=each.metrics_asked,
        asking_usd=each.asking_usd,
    )


def _fresh(kind: Freshness) -> FreshnessOut:
    return FreshnessOut.model_validate(kind)
