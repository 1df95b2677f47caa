"""What schedules decided for a resource and what came of it, and when they want something else."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from core.actions.model import ActionState
from core.schedules.attachment import Mode
from core.schedules.model import State
from services.api.deps import Ctx, ScheduleViewer
from services.api.routes.resources import Usd
from services.api.shape import Answer, Asked
from services.usecases import schedule_history, schedule_savings, transitions
from services.usecases.schedule_history import Line

router = APIRouter(prefix="/schedules", tags=["schedules"])
Named = Annotated[str, Field(min_length=1, max_length=2048)]


class HistoryAsked(Asked):
    """Of which resource, and how many decisions at most."""

    resource_id: Annotated[
        str,
        Field(
            min_length=1,
            max_length=2048,
            description="Which resource, as `GET /resources` calls it, such as i-0abc12345 or an ARN. Needed: history is one resource's.",
        ),
    ]
    limit: Annotated[
        int, Field(ge=1, le=schedule_history.MOST, description="Decisions at most, newest first.")
    ] = 50


class PresentOut(Answer):
    """What is wanted now, why and until when (null: no end in sight); mode null: an override decides."""

    wants: State
    reason: str
    since: datetime
    until: datetime | None
    mode: Mode | None


class SeenOut(Answer):
    """A state that AWS showed, in its word, and when it was first seen."""

    at: datetime
    state: str


class LineOut(Answer):
    """A decision: why, what was done (`action_id`, `action_state`, `outcome`) and what was seen until the next one.

    `failures` counts tries that failed, the last for `why_failed`; `next_try_at` null: it is not tried again.
    """

    segment_start: datetime
    decided_at: datetime
    wants: State
    reason: str
    outcome: str
    action_id: UUID | None
    action_state: ActionState | None
    failures: int
    why_failed: str | None
    next_try_at: datetime | None
    observed: list[SeenOut]


class HistoryOut(Answer):
    """Newest first; `now` null: nothing switches it."""

    resource_id: str
    now: PresentOut | None
    history: list[LineOut]


@router.get("/history")
def history(asked: Annotated[HistoryAsked, Query()], ctx: Ctx, user: ScheduleViewer) -> HistoryOut:
    """What schedules decide for a resource now, and each decision before: why, what was done, what was observed."""
    found = schedule_history.history(ctx, user, asked.resource_id, limit=asked.limit)
    present = (
        None
        if found.now is None
        else PresentOut(
            wants=found.now.decision.desired,
            reason=found.now.decision.reason,
            since=found.now.decision.segment_start,
            until=found.now.decision.until,
            mode=found.now.mode,
        )
    )
    return HistoryOut(resource_id=asked.resource_id, now=present, history=[_line(one) for one in found.lines])


class SparedOut(Answer):
    """One schedule (null: overrides): hours off in windows that it stopped, and what those would have cost; `unpriced` are not in it."""

    schedule_id: UUID | None
    name: str
    resources: int
    hours: float
    saved: Usd
    unpriced: int


class SavingsOut(Answer):
    """Largest first; hours that a commitment had paid cost nothing. `judged` resources are in `GET /savings` already: do not add both."""

    start: datetime
    end: datetime
    currency: str = "USD"
    saved: Usd
    hours: float
    judged: int
    schedules: list[SparedOut]


@router.get("/savings")
def savings(ctx: Ctx, user: ScheduleViewer) -> SavingsOut:
    """What schedules saved in the last 30 days, as observed: hours off at what an hour cost, of groups and services all members' together."""
    seen = schedule_savings.observed(ctx, user)
    rows = [
        SparedOut(
            schedule_id=row.schedule_id,
            name=seen.name(row),
            resources=len(row.resources),
            hours=float(row.hours),
            saved=row.saved,
            unpriced=len(row.unpriced),
        )
        for row in seen.rows
    ]
    return SavingsOut(
        start=seen.start,
        end=seen.end,
        saved=seen.saved,
        hours=float(seen.hours),
        judged=len(seen.judged),
        schedules=rows,
    )


class NextAsked(Asked):
    """Of which resources (none: all that one sees), and how far ahead."""

    resource_id: Annotated[tuple[Named, ...], Field(max_length=500)] = ()
    days: Annotated[int, Field(ge=1, le=60)] = 14
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class TransitionOut(Answer):
    """When a resource is next started or stopped, and by what: names of schedules, or who made the override."""

    resource_id: str
    name: str
    account_id: str
    at: datetime
    to: State
    schedules: list[str]
    dry_run: bool


class NextOut(Answer):
    """Soonest first."""

    transitions: list[TransitionOut]


@router.get("/next")
def coming(asked: Annotated[NextAsked, Query()], ctx: Ctx, user: ScheduleViewer) -> NextOut:
    """The next time that each resource is to be started or stopped."""
    found = transitions.next_transitions(ctx, user, asked.resource_id or None, asked.limit, days=asked.days)
    shown = [TransitionOut(**{**vars(one), "schedules": list(one.schedules)}) for one in found]
    return NextOut(transitions=shown)


def _line(line: Line) -> LineOut:
    acted, action = line.acted, line.action
    return LineOut(
        segment_start=acted.segment_start,
        decided_at=acted.decided_at,
        wants=acted.desired,
        reason=acted.reason,
        outcome=action.outcome if action and action.outcome else acted.outcome,
        action_id=acted.action_id,
        action_state=action.state if action else None,
        failures=line.trial.failures if line.trial else 0,
        why_failed=line.trial.why if line.trial else None,
        next_try_at=line.next_try_at,
        observed=[SeenOut(at=each.at, state=each.state) for each in line.seen],
    )
