"""What a second person must agree to."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from moto import mock_aws

from core.access.roles import Role, User
from core.actions.model import Action, ActionKind, ActionState
from core.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from services.context import Beat, Context
from services.usecases import actions, approvals, audit
from tests.stand_in import Fleet, later

STOP = ActionKind.STOP_INSTANCE


@pytest.fixture
def ctx(ctx: Context) -> Context:
    """Where two must agree above 100 USD a month."""
    return replace(ctx, settings=ctx.settings.model_copy(update={"approval_above": Decimal(100)}))


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> Iterator[Fleet]:
    with mock_aws():
        yield Fleet(ctx, organisation_id)


@pytest.fixture
def approver(person: Callable[..., User]) -> User:
    return person(Role.APPROVER)


def asked(ctx: Context, user: User, fleet: Fleet, saving: str = "250") -> Action:
    instance = fleet.instance()
    return actions.request(ctx, user, STOP, instance.id, {}, "idle", expected_saving=Decimal(saving))


def work(ctx: Context) -> str:
    return actions.carry_out_queued(ctx, Beat())


def test_an_action_above_the_limit_waits_and_is_carried_out_once_approved(
    ctx: Context, operator: User, approver: User, admin: User, fleet: Fleet
) -> None:
    waiting = asked(ctx, operator, fleet)
    assert waiting.state is ActionState.WAITING
    assert "it promises to save $250.00 a month, more than $100.00." in waiting.waiting
    assert work(ctx) == "Nothing to do."

    approved = approvals.approve(ctx, approver, waiting.id, "agreed")
    assert (approved.state, approved.approved_by) == (ActionState.QUEUED, approver.email)
    work(ctx)
    assert actions.one(ctx, operator, waiting.id).state is ActionState.DONE
    told = [(row.action, row.actor, row.reason) for row in audit.newest(ctx, admin, 4)]
    assert ("ActionApproved", approver.email, "agreed") in told


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [(STOP, {}), (ActionKind.RESIZE_INSTANCE, {"instance_type": "m5.8xlarge"})],
    ids=("stop", "resize"),
)
def test_what_a_preview_says_of_waiting_is_what_then_waits(
    ctx: Context, operator: User, fleet: Fleet, kind: ActionKind, parameters: dict[str, object]
) -> None:
    instance = fleet.instance()
    said = actions.preview(ctx, operator, kind, instance.id, parameters, foretell=True).approval
    waiting = actions.request(ctx, operator, kind, instance.id, parameters, "idle")
    why = waiting.waiting.removeprefix("The approval of a second person: ")
    assert why
    assert said == f"This waits until an approver agrees: {why}"
    free = replace(ctx, settings=ctx.settings.model_copy(update={"approval_above": None}))
    assert actions.preview(free, operator, kind, instance.id, parameters, foretell=True).approval == ""


def test_what_a_guard_refuses_is_not_said_to_wait(ctx: Context, operator: User, fleet: Fleet) -> None:
    running = fleet.instance()
    shown = actions.preview(ctx, operator, ActionKind.TERMINATE_INSTANCE, running.id, {}, foretell=True)
    assert shown.refusal
    assert shown.approval == ""


def test_below_the_limit_nobody_is_asked(ctx: Context, operator: User, fleet: Fleet) -> None:
    assert asked(ctx, operator, fleet, "99").state is ActionState.QUEUED


def test_nobody_approves_their_own(ctx: Context, approver: User, admin: User, fleet: Fleet) -> None:
    waiting = asked(ctx, approver, fleet)
    for judge in (approvals.approve, approvals.reject):
        with pytest.raises(Refused, match="asked for themselves"):
            judge(ctx, approver, waiting.id, "me too")
    assert approvals.approve(ctx, admin, waiting.id, "agreed").state is ActionState.QUEUED


def test_who_may_not_approve_cannot_and_a_reason_is_needed(
    ctx: Context, person: Callable[..., User], operator: User, approver: User, fleet: Fleet
) -> None:
    waiting = asked(ctx, operator, fleet)
    with pytest.raises(Forbidden):
        approvals.approve(ctx, person(Role.OPERATOR), waiting.id, "agreed")
    with pytest.raises(Invalid, match="say why"):
        approvals.approve(ctx, approver, waiting.id, "  ")
    narrow = person(Role.APPROVER, accounts=frozenset({"999999999999"}))
    with pytest.raises(NotFound):
        approvals.approve(ctx, narrow, waiting.id, "agreed")


def test_a_rejected_action_is_refused_with_the_reason_and_frees_its_resource(
    ctx: Context, operator: User, approver: User, fleet: Fleet
) -> None:
    waiting = asked(ctx, operator, fleet)
    with pytest.raises(Conflict, match="still open"):
        actions.request(ctx, operator, STOP, waiting.resource_id, {}, "again")
    rejected = approvals.reject(ctx, approver, waiting.id, "month end")
    assert (rejected.state, rejected.outcome) == (
        ActionState.REFUSED,
        f"Rejected by {approver.email}: month end",
    )
    with pytest.raises(Conflict, match="waits for nobody"):
        approvals.approve(ctx, approver, waiting.id, "on second thoughts")
    assert actions.request(ctx, operator, STOP, waiting.resource_id, {}, "again").open


def test_who_asked_may_withdraw_what_waits(ctx: Context, operator: User, fleet: Fleet) -> None:
    waiting = asked(ctx, operator, fleet)
    assert actions.cancel(ctx, operator, waiting.id, "not needed").state is ActionState.CANCELLED


def test_what_nobody_approves_within_a_week_is_withdrawn(
    ctx: Context, operator: User, approver: User, fleet: Fleet
) -> None:
    waiting = asked(ctx, operator, fleet)
    later(ctx, timedelta(days=6, hours=23))
    assert approvals.expire(ctx, Beat()) == "Nothing to do."
    later(ctx, timedelta(hours=2))
    with pytest.raises(Conflict, match="too long"):
        approvals.approve(ctx, approver, waiting.id, "agreed")
    assert approvals.expire(ctx, Beat()) == "1 withdrawn."
    ended = actions.one(ctx, operator, waiting.id)
    assert (ended.state, ended.outcome) == (ActionState.CANCELLED, "Nobody approved it within 7 days.")


def test_undoing_waits_for_nobody(ctx: Context, operator: User, approver: User, fleet: Fleet) -> None:
    waiting = asked(ctx, operator, fleet)
    approvals.approve(ctx, approver, waiting.id, "agreed")
    work(ctx)
    assert actions.undo(ctx, operator, waiting.id, "needed").state is ActionState.QUEUED


def test_what_costs_nobody_knows_how_much_waits(ctx: Context, operator: User, fleet: Fleet) -> None:
    unknown = actions.request(ctx, operator, STOP, fleet.instance().id, {}, "idle")
    assert "not known" in unknown.waiting


def test_making_something_larger_waits_for_what_it_costs_more(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    small = fleet.instance()
    larger = actions.request(
        ctx, operator, ActionKind.RESIZE_INSTANCE, small.id, {"instance_type": "m5.8xlarge"}, "growth"
    )
    assert larger.state is ActionState.WAITING
