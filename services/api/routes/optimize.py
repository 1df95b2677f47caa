"""One plan over all recommendations, and putting it into effect."""

import logging
from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy.exc import SQLAlchemyError

from core.access.roles import Permission, User
from core.actions.model import Action
from core.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Unavailable
from core.money import total
from core.recommendations.finding import Effort, Risk, StoredFinding, Undo
from core.recommendations.selection import FindingFilter
from services.api.deps import Ctx, FindingViewer
from services.api.routes.resources import FindingOut, Usd
from services.api.shape import Answer, Body
from services.context import Context
from services.usecases import recommendations

router = APIRouter(prefix="/resources", tags=["resources"])
LOG = logging.getLogger(__name__)
AT_ONCE = 100
"""Findings applied by one request at most."""
UNKNOWN = "The database failed while this was written down. Look whether it is under actions or schedules, then try again."
NOT_TRIED = "The database failed before its turn; nothing was done for it. Try again."


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
    """What became of one fix: `queued` as an action, `attached` as a schedule, or `refused` with the reason.

    After a failure of the database, `unknown` for the fix it failed in, and `not_tried` for those after it.
    """

    finding_id: UUID
    resource_id: str
    outcome: Literal["queued", "attached", "refused", "unknown", "not_tried"]
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
        hardest_undo=body.hardest_undo,
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
        user.require(Permission.ACT)
        applied = _apply_all(ctx, user, [choice.finding for choice in chosen], body.reason)
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
    )


def _apply_all(ctx: Context, user: User, findings: Sequence[StoredFinding], reason: str) -> list[AppliedOut]:
    """One fix after the other. When the database fails none after it is tried, and the answer still tells of those before."""
    applied: list[AppliedOut] = []
    for number, finding in enumerate(findings):
        try:
            applied.append(_apply(ctx, user, finding, reason))
        except Unavailable:  # no transaction was begun
            if not applied:
                raise
            LOG.exception("database unavailable while applying fixes")
            return applied + [_told(left, "not_tried", NOT_TRIED) for left in findings[number:]]
        except SQLAlchemyError:
            LOG.exception("database error while applying fixes")
            left = findings[number + 1 :]
            return [
                *applied,
                _told(finding, "unknown", UNKNOWN),
                *(_told(one, "not_tried", NOT_TRIED) for one in left),
            ]
    return applied


def _told(
    finding: StoredFinding, outcome: Literal["refused", "unknown", "not_tried"], detail: str
) -> AppliedOut:
    return AppliedOut(finding_id=finding.id, resource_id=finding.resource_id, outcome=outcome, detail=detail)


def _apply(ctx: Context, user: User, finding: StoredFinding, reason: str) -> AppliedOut:
    """One fix, in a transaction of its own; what is refused does not stop the others."""
    try:
        done = recommendations.apply(ctx, user, finding.id, reason)
    except (Refused, Conflict, NotFound, Invalid, Forbidden) as error:
        return _told(finding, "refused", error.message)
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
