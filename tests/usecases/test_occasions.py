"""Who is told of what waits for a second person, and of how it was answered."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import update

from core.access.roles import Role, User
from core.actions.model import ActionKind
from core.notices.kinds import NoticeKind
from services.context import Beat, Context
from services.db.tables.actions import actions as table
from services.usecases import actions, approvals, notify, occasions
from tests.builders import ACCOUNT, an_instance
from tests.fleet import connected, seen

OTHER = "444455556666"


@pytest.fixture
def ctx(ctx: Context, organisation_id: UUID) -> Context:
    """Three instances in two accounts, where two must agree to what costs more than a dollar a month."""
    for account in (ACCOUNT, OTHER):
        connected(ctx, organisation_id, account)
    near = (an_instance("i-1", name="web"), an_instance("i-2", name="shop"))
    seen(ctx, organisation_id, *near, an_instance("i-far", account_id=OTHER))
    return replace(ctx, settings=ctx.settings.model_copy(update={"approval_above": Decimal(1)}))


def test_what_waits_for_approval_is_told_to_approvers_but_not_to_who_asks(
    ctx: Context, operator: User, person: Callable[..., User]
) -> None:
    approver, far = person(Role.APPROVER), person(Role.APPROVER, accounts=frozenset({OTHER}))
    saving = Decimal(250)
    actions.request(ctx, approver, ActionKind.STOP_INSTANCE, "i-1", {}, "idle", expected_saving=saving)
    occasions.tell_what_happened(ctx, Beat())
    assert [notify.unread(ctx, each) for each in (approver, far, operator)] == [0, 0, 0]
    actions.request(ctx, operator, ActionKind.STOP_INSTANCE, "i-far", {}, "idle", expected_saving=saving)
    occasions.tell_what_happened(ctx, Beat())
    for each in (approver, far):
        (told,) = notify.inbox(ctx, each).rows
        assert told.kind is NoticeKind.APPROVAL
        assert told.text.startswith(
            f"{operator.email} asks: idle\nThe approval of a second person: it promises to save $250.00"
        )
    assert notify.unread(ctx, operator) == 0


def test_who_asked_is_told_that_it_was_rejected_by_whom_and_why(
    ctx: Context, operator: User, person: Callable[..., User]
) -> None:
    approver = person(Role.APPROVER)
    asked = actions.request(ctx, operator, ActionKind.STOP_INSTANCE, "i-1", {}, "idle")
    approvals.reject(ctx, approver, asked.id, "month end")
    for _ in range(2):
        occasions.tell_what_happened(ctx, Beat())
    (told,) = notify.inbox(ctx, operator).rows
    assert (told.kind, told.title) == (NoticeKind.FAILURE, "Rejected: Stop instance, web")
    assert told.text == f"Rejected by {approver.email}: month end"
    assert notify.inbox(ctx, approver, kind=NoticeKind.FAILURE).total == 0


def test_what_approvers_were_told_is_read_once_one_of_them_has_answered_all_of_it(
    ctx: Context, operator: User, person: Callable[..., User]
) -> None:
    one, other = person(Role.APPROVER), person(Role.APPROVER)
    first, second = (
        actions.request(ctx, operator, ActionKind.STOP_INSTANCE, each, {}, "idle") for each in ("i-1", "i-2")
    )
    occasions.tell_what_happened(ctx, Beat())
    (told,) = notify.inbox(ctx, other).rows
    assert told.title == "2 actions wait for approval"
    approvals.approve(ctx, one, first.id, "agreed")
    occasions.tell_what_happened(ctx, Beat())
    assert [notify.unread(ctx, each) for each in (one, other)] == [1, 1]
    third = actions.request(ctx, operator, ActionKind.STOP_INSTANCE, "i-far", {}, "idle")
    occasions.tell_what_happened(ctx, Beat())
    actions.cancel(ctx, operator, second.id, "a mistake")
    occasions.tell_what_happened(ctx, Beat())
    assert [notify.unread(ctx, each) for each in (one, other)] == [1, 1]
    assert [each.read_at is None for each in notify.inbox(ctx, other).rows] == [True, False]
    approvals.reject(ctx, other, third.id, "month end")
    occasions.tell_what_happened(ctx, Beat())
    assert [notify.unread(ctx, each) for each in (one, other)] == [0, 0]


def test_who_asked_is_told_that_nobody_approved_it_in_time(
    ctx: Context, operator: User, person: Callable[..., User]
) -> None:
    approver = person(Role.APPROVER)
    actions.request(ctx, operator, ActionKind.STOP_INSTANCE, "i-1", {}, "idle")
    occasions.tell_what_happened(ctx, Beat())
    with ctx.begin() as db:
        db.execute(update(table).values(requested_at=ctx.now() - timedelta(days=8)))
    approvals.expire(ctx, Beat())
    occasions.tell_what_happened(ctx, Beat())
    (told,) = notify.inbox(ctx, operator).rows
    assert (told.kind, told.title) == (NoticeKind.FAILURE, "Not approved in time: Stop instance, web")
    assert told.text == "Nobody approved it within 7 days."
    assert notify.unread(ctx, approver) == 0


def test_what_needs_no_approval_tells_nobody(
    ctx: Context, operator: User, person: Callable[..., User]
) -> None:
    approver = person(Role.APPROVER)
    lax = replace(ctx, settings=ctx.settings.model_copy(update={"approval_above": None}))
    actions.request(lax, operator, ActionKind.STOP_INSTANCE, "i-1", {}, "idle")
    assert occasions.tell_what_happened(ctx, Beat()) == "Nothing happened."
    assert notify.unread(ctx, approver) == 0
