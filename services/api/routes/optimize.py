"""One plan over all recommendations, and putting it into effect."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from core.access.roles import User
from core.actions.model import Action
from core.errors import Conflict, Invalid, NotFound, Refused
from core.money import total
from core.recommendations.finding import Effort, Risk, StoredFinding
from core.recommendations.selection import FindingFilter
from services.api.deps import Ctx, FindingViewer
from services.api.routes.resources import FindingOut, Usd
from services.api.shape import Answer, Body
from services.context import Context
from services.usecases import recommendations

router = APIRouter(prefix="/resources", tags=["resources"])
AT_ONCE = 100
"""Findings applied by one request at most."""


class OptimizeIn(Body):
    """Without `apply` only a plan. With it, the plan's fixes are queued for the worker; a reason is needed then."""

    resource_ids: Annotated[list[str], Field(max_length=1000, default_factory=list)]
    finding_ids: Annotated[
        list[Annotated[UUID, Field(strict=False)]], Field(max_length=1000, default_factory=list)
    ]
    rules: Annotated[list[str], Field(max_length=100, default_factory=list)]
    accounts: Annotated[list[str], Field(max_length=1000, default_factory=list)]
    regions: Annotated[list[str], Field(max_length=100, default_factory=list)]
    most_risk: Annotated[Risk | None, Field(strict=False)] = None
    most_effort: Annotated[Effort | None, Field(strict=False)] = None
    apply: bool = False
    reason: Annotated[str, Field(max_length=500)] = ""


class ChoiceOut(Answer):
    """A finding in the plan and what it counts for, in US dollars a month."""

    finding: FindingOut
    counts: Usd


class AppliedOut(Answer):
    """What became of one fix: `queued` as an action, `attached` as a schedule, or `refused` with the reason."""

    finding_id: UUID
    resource_id: str
    outcome: Literal["queued", "attached", "refused"]
    detail: str
    action_id: UUID | None = None
    attachment_id: UUID | None = None


class PlanOut(Answer):
    """One finding a resource, so that no dollar is counted twice. US dollars a month."""

    total_saving: Usd
    currency: str = "USD"
    chosen: list[ChoiceOut]
    alternatives: list[FindingOut]
    applied: list[AppliedOut]


@router.post(
    "/optimize",
    responses={202: {"model": PlanOut, "description": "Fixes were queued; the worker carries them out."}},
)
def optimize(body: OptimizeIn, ctx: Ctx, user: FindingViewer, response: Response) -> PlanOut:
    """What to do first, and what that saves; with `apply`, accepted (202) and not yet done."""
    wanted = FindingFilter(
        rules=tuple(body.rules),
        accounts=tuple(body.accounts),
        regions=tuple(body.regions),
        resource_ids=tuple(body.resource_ids),
        most_risk=body.most_risk,
        most_effort=body.most_effort,
    )
    plan = recommendations.plan(ctx, user, wanted)
    only = frozenset(body.finding_ids)
    chosen = [choice for choice in plan.chosen if not only or choice.finding.id in only]
    applied: list[AppliedOut] = []
    if body.apply:
        if len(chosen) > AT_ONCE:
            raise Invalid(
                f"This plan has {len(chosen)} fixes; one request applies {AT_ONCE} at most.",
                mend="Narrow it.",
            )
        if not body.reason.strip():
            raise Invalid("Give a reason: it is kept with each action.")
        applied = [_apply(ctx, user, choice.finding, body.reason) for choice in chosen]
        response.status_code = 202
    return PlanOut(
        total_saving=total(choice.counts for choice in chosen),
        chosen=[ChoiceOut(finding=FindingOut.of(choice.finding), counts=choice.counts) for choice in chosen],
        alternatives=[FindingOut.of(finding) for finding in plan.alternatives],
        applied=applied,
    )


def _apply(ctx: Context, user: User, finding: StoredFinding, reason: str) -> AppliedOut:
    """One fix; what is refused does not stop the others, a missing permission does."""
    try:
        done = recommendations.apply(ctx, user, finding.id, reason)
    except (Refused, Conflict, NotFound, Invalid) as error:
        return AppliedOut(
            finding_id=finding.id, resource_id=finding.resource_id, outcome="refused", detail=error.message
        )
    if isinstance(done, Action):
        return AppliedOut(
            finding_id=finding.id,
            resource_id=finding.resource_id,
            outcome="queued",
            detail="The worker carries it out.",
            action_id=done.id,
        )
    return AppliedOut(
        finding_id=finding.id,
        resource_id=finding.resource_id,
        outcome="attached",
        detail="The schedule is attached.",
        attachment_id=done.id,
    )
