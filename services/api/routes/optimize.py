"""One plan over all recommendations, and putting it into effect."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from core.access.roles import Permission
from core.errors import Invalid
from core.inventory import Kind
from core.money import total
from core.recommendations.finding import Effort, Risk, StoredFinding, Undo
from core.recommendations.selection import FindingFilter
from services.api.deps import Ctx, FindingViewer
from services.api.routes.resources import FindingOut, Usd, tagged
from services.api.shape import Answer, Body
from services.usecases import bulk, recommendations

router = APIRouter(prefix="/resources", tags=["resources"])
AT_ONCE = 1000
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
    kinds: Annotated[list[Annotated[Kind, Field(strict=False)]], Field(max_length=100, default_factory=list)]
    tag: Annotated[str, Field(pattern="^([^=]+=.*)?$", max_length=400)] = ""
    most_risk: Annotated[Risk | None, Field(strict=False)] = None
    most_effort: Annotated[Effort | None, Field(strict=False)] = None
    hardest_undo: Annotated[Undo | None, Field(strict=False)] = None
    apply: bool = False
    reason: Annotated[str, Field(max_length=500)] = ""


class ChoiceOut(Answer):
    """A finding in the plan and what it counts for, in US dollars a month; `because` where that is less than it saves alone."""

    finding: FindingOut
    counts: Usd
    because: str


class AlternativeOut(Answer):
    """A finding left out, why, and the id of the one that is chosen in its place."""

    finding: FindingOut
    because: str
    rather: UUID | None


class AppliedOut(Answer):
    """What became of one fix: `queued` as an action (`waiting`: for approval), `attached` as a schedule, or `refused` with the reason.

    After a failure of the database, `unknown` for the fix it failed in, and `not_tried` for those after it.
    """

    finding_id: UUID
    resource_id: str
    outcome: Literal["queued", "waiting", "attached", "refused", "unknown", "not_tried"]
    detail: str
    action_id: UUID | None = None
    attachment_id: UUID | None = None


class PlanOut(Answer):
    """The set that saves most: findings that exclude each other are alternatives, no dollar is counted twice. US dollars a month."""

    total_saving: Usd
    currency: str = "USD"
    chosen: list[ChoiceOut]
    alternatives: list[AlternativeOut]
    applied: list[AppliedOut]
    batch_id: UUID | None
    """The batch that the fixes belong to, whose rest can be stopped; null without `apply`."""


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
        kinds=tuple(body.kinds),
        tag=tagged(body.tag),
        resource_ids=tuple(body.resource_ids),
        most_risk=body.most_risk,
        most_effort=body.most_effort,
        hardest_undo=body.hardest_undo,
    )
    plan = recommendations.plan(ctx, user, wanted)
    only = frozenset(body.finding_ids)
    chosen = [choice for choice in plan.chosen if not only or choice.finding.id in only]
    applied: list[AppliedOut] = []
    batch_id: UUID | None = None
    if body.apply:
        by_click = [choice.finding for choice in chosen if choice.finding.fix is not None]
        if len(by_click) > AT_ONCE:
            raise Invalid(
                f"This plan has {len(by_click)} fixes; one request applies {AT_ONCE} at most.",
                mend="Narrow it.",
            )
        if not body.reason.strip():
            raise Invalid("Give a reason: it is kept with each action.")
        user.require(Permission.ACT)
        found = by_click
        if found:
            done = recommendations.apply_all(ctx, user, [finding.id for finding in found], body.reason)
            applied, batch_id = _applied(done, found), done.id
        response.status_code = 202
    return PlanOut(
        total_saving=total(choice.counts for choice in chosen),
        chosen=[
            ChoiceOut(finding=FindingOut.of(choice.finding), counts=choice.counts, because=choice.because)
            for choice in chosen
        ],
        alternatives=[
            AlternativeOut(
                finding=FindingOut.of(each.finding),
                because=each.because,
                rather=None if each.rather is None else each.rather.id,
            )
            for each in plan.alternatives
        ],
        applied=applied,
        batch_id=batch_id,
    )


def _applied(done: bulk.Done, findings: Sequence[StoredFinding]) -> list[AppliedOut]:
    """What became of each, in the order of the plan."""
    of = {finding.id: finding.resource_id for finding in findings}
    return [
        AppliedOut(
            finding_id=each.finding_id,
            resource_id=of[each.finding_id],
            outcome=each.outcome,
            detail=each.detail,
            action_id=each.action_id,
            attachment_id=each.attachment_id,
        )
        for each in done.applied
    ]
