"""What if a schedule had been at work in the last 30 days."""

from datetime import datetime
from decimal import Decimal

from fastapi import APIRouter

from core.schedules.model import ScheduleDefinition
from core.schedules.what_if import WhatIf
from services.api.deps import Ctx, ScheduleViewer
from services.api.routes.schedule import SelectIn
from services.api.shape import Answer
from services.usecases import schedules
from services.usecases import what_if as replays

router = APIRouter(prefix="/schedules", tags=["schedules"])


class ReplayOut(Answer):
    """One resource (of an Aurora cluster, an instance of it; of what is in a group, that group). `hours_spared` it ran and would have been off, `hours_in_use` of them it was in use; null: not known."""

    resource_id: str
    hours_on: Decimal
    hours_off: Decimal
    hours_seen: Decimal
    hours_spared: Decimal
    hours_in_use: Decimal | None
    cost: Decimal | None
    saved: Decimal | None
    currency: str | None


class WhatIfOut(Answer):
    """All of them together. Money is effective cost of hours that no commitment had paid; `unpriced` ones are not in it, nor `unmeasured` ones in `hours_in_use`."""

    start: datetime
    end: datetime
    hours_seen: Decimal
    hours_spared: Decimal
    hours_in_use: Decimal
    cost: Decimal | None
    saved: Decimal | None
    currency: str | None
    unpriced: int
    unmeasured: int
    resources: list[ReplayOut]


@router.post("/what-if")
def what_if(body: SelectIn, ctx: Ctx, user: ScheduleViewer) -> WhatIfOut:
    """Replay the last 30 days against observed use: hours off, money saved, hours in use while off. Nothing is written.

    Instances, databases, warehouses, Auto Scaling groups, node groups and ECS services; the latter three by what all their members
    cost in each hour.
    """
    body.demand_one_schedule()
    definition = (
        schedules.one(ctx, user, body.schedule_id).schedule.definition
        if body.schedule_id
        else ScheduleDefinition.from_json(body.schedule.model_dump() if body.schedule else {})
    )
    return _out(replays.what_if(ctx, user, definition, body.selector(user)))


def _out(found: WhatIf) -> WhatIfOut:
    return WhatIfOut(
        start=found.start,
        end=found.end,
        hours_seen=found.seen,
        hours_spared=found.spared,
        hours_in_use=found.in_use,
        cost=found.cost,
        saved=found.saved,
        currency=found.currency,
        unpriced=found.unpriced,
        unmeasured=found.unmeasured,
        resources=[
            ReplayOut(
                resource_id=each.resource_id,
                hours_on=each.on,
                hours_off=each.off,
                hours_seen=each.seen,
                hours_spared=each.spared,
                hours_in_use=each.in_use,
                cost=each.cost,
                saved=each.saved,
                currency=each.currency,
            )
            for each in found.replays
        ],
    )
