"""Notices: told once, to whom it concerns and who may see it, and kept for them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import update

from core.access.roles import Role, User
from core.actions.model import ActionKind
from core.costs import scope
from core.costs.budgets import Every, Plan
from core.costs.scope import Filter
from core.errors import Invalid, NotFound
from core.events import Event
from core.notices.kinds import EVERY_ACCOUNT, NoticeKind
from core.notices.model import Occasion, Preference
from services.context import Beat, Context, System
from services.db.stores import notices as store
from services.db.tables.access import users
from services.db.tables.actions import actions as table
from services.usecases import actions, alerts, budgets, notify, occasions
from services.usecases.record import record
from tests.builders import ACCOUNT, an_instance
from tests.fleet import connected, seen

OTHER = "222222222222"
PLAN = Plan("All", Decimal(100), "USD", Every.MONTH, date(2026, 1, 1))
FAILED = Occasion(
    NoticeKind.FAILURE, "action:1", "it", "It failed", "Because.", frozenset({ACCOUNT}), "actions"
)


def tell(ctx: Context, user: User, *told: Occasion) -> int:
    with ctx.begin() as db:
        return notify.tell(db, ctx, user.organisation_id, [(user, each) for each in told])


def titles(ctx: Context, user: User) -> list[str]:
    return [each.title for each in notify.inbox(ctx, user).rows]


def happen(ctx: Context, who: User, event: str, aggregate: str, **data: object) -> None:
    """Record an event as the worker does, and let people be told."""
    with ctx.begin() as db:
        record(db, System(who.organisation_id, "worker"), Event(event, aggregate, data), subject="it")
    occasions.tell_what_happened(ctx, Beat())


@pytest.fixture
def fleet(ctx: Context, operator: User) -> str:
    """`i-1` here and `i-far` there; `i-1` belongs to the e-mail address that is answered."""
    owner = f"{uuid4().hex[:8]}@example.com"
    for account in (ACCOUNT, OTHER):
        connected(ctx, operator.organisation_id, account)
    seen(
        ctx,
        operator.organisation_id,
        an_instance("i-1", name="web", tags={"owner": owner}),
        an_instance("i-far", account_id=OTHER),
    )
    return owner


def test_a_notice_is_read_by_whom_it_was_for_and_nobody_else(
    ctx: Context, operator: User, admin: User
) -> None:
    tell(ctx, operator, FAILED)
    (told,) = notify.inbox(ctx, operator).rows
    assert (told.title, told.text, told.page, told.read_at) == ("It failed", "Because.", "actions", None)
    assert (notify.unread(ctx, operator), notify.unread(ctx, admin)) == (1, 0)
    with pytest.raises(NotFound):
        notify.read(ctx, admin, told.id)
    for _ in range(2):
        notify.read(ctx, operator, told.id)
    assert notify.inbox(ctx, operator).rows[0].read_at is not None
    assert notify.inbox(ctx, operator, unread=True).total == 0
    assert notify.read_all(ctx, operator) == 0


def test_all_are_marked_as_read_at_once_and_kinds_are_told_apart(ctx: Context, operator: User) -> None:
    tell(ctx, operator, FAILED, replace(FAILED, kind=NoticeKind.ALERT, subject="alert:1"))
    assert notify.inbox(ctx, operator, kind=NoticeKind.ALERT).total == 1
    assert notify.read_all(ctx, operator) == 2
    assert notify.unread(ctx, operator) == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(some.lists(some.tuples(some.sampled_from("ab"), some.sampled_from("12")), max_size=8), some.booleans())
def test_nobody_is_told_of_a_moment_of_a_subject_twice(
    ctx: Context,
    operator: User,
    said: list[tuple[str, str]],
    at_once: bool,  # noqa: FBT001  hypothesis hands it in
) -> None:
    mark = uuid4().hex
    told = [replace(FAILED, subject=mark + subject, moment=moment) for subject, moment in said]
    before = notify.inbox(ctx, operator).total
    made = tell(ctx, operator, *told) if at_once else sum(tell(ctx, operator, each) for each in told)
    assert made == len(set(said))
    assert tell(ctx, operator, *told) == 0
    assert notify.inbox(ctx, operator).total == before + made


def test_several_of_a_group_are_one_notice(ctx: Context, operator: User) -> None:
    told = [
        replace(FAILED, subject=f"action:{n}", group="failed", many="{n} failed", line=f"web {n} {{n}}")
        for n in range(7)
    ]
    assert tell(ctx, operator, *told) == 1
    (one,) = notify.inbox(ctx, operator).rows
    assert one.title == "7 failed"
    assert one.text.splitlines() == [*(f"web {n} {{n}}" for n in range(5)), "and 2 more"]


def test_accounts_and_kinds_that_somebody_may_not_see_are_never_told(
    ctx: Context, person: Callable[..., User]
) -> None:
    near = person(Role.OPERATOR, accounts=frozenset({ACCOUNT}))
    assert tell(ctx, near, replace(FAILED, accounts=frozenset({OTHER}))) == 0
    assert tell(ctx, near, replace(FAILED, accounts=frozenset({EVERY_ACCOUNT}))) == 0
    assert tell(ctx, near, replace(FAILED, kind=NoticeKind.APPROVAL)) == 0
    assert tell(ctx, near, FAILED) == 1


def test_what_somebody_no_longer_sees_leaves_their_inbox(ctx: Context, operator: User) -> None:
    tell(ctx, operator, FAILED)
    with ctx.begin() as db:
        db.execute(update(users).where(users.c.id == operator.id).values(accounts=[OTHER]))
    narrowed = replace(operator, accounts=frozenset({OTHER}))
    assert notify.inbox(ctx, narrowed).rows == ()
    assert notify.unread(ctx, narrowed) == 0
    assert notify.read_all(ctx, narrowed) == 0


def test_who_does_not_want_a_kind_is_not_told_of_it(ctx: Context, operator: User) -> None:
    assert all(each.inbox and each.mail for each in notify.preferences(ctx, operator))
    notify.prefer(ctx, operator, [Preference(NoticeKind.FAILURE, inbox=False, mail=False)])
    assert tell(ctx, operator, FAILED) == 0
    kept = {each.kind: each for each in notify.preferences(ctx, operator)}
    assert (kept[NoticeKind.FAILURE].inbox, kept[NoticeKind.ALERT].inbox) == (False, True)
    with pytest.raises(Invalid, match="minutes"):
        notify.prefer(ctx, operator, [Preference(NoticeKind.STOP, minutes=0)])


def test_names_become_one_printable_line(ctx: Context, operator: User) -> None:
    tell(ctx, operator, replace(FAILED, title="a\r\nBcc: x@example.com\x00\u202e" + "y" * 400))
    (title,) = titles(ctx, operator)
    assert title.startswith("a Bcc: x@example.com\N{REPLACEMENT CHARACTER}")
    assert len(title) == 300


def test_a_failed_action_is_told_to_who_asked_and_to_the_owner(
    ctx: Context, operator: User, admin: User, fleet: str
) -> None:
    with ctx.begin() as db:
        db.execute(update(users).where(users.c.id == admin.id).values(email=fleet))
    owner = replace(admin, email=fleet)
    asked = actions.request(ctx, operator, ActionKind.STOP_INSTANCE, "i-1", {}, "nobody uses it")
    with ctx.begin() as db:
        db.execute(update(table).values(state="failed", outcome="AWS said no."))
    data = {"kind": "stop_instance", "resource_id": "i-1", "account_id": ACCOUNT}
    happen(
        ctx, operator, "ActionSettled", f"action:{asked.id}", **data, state="failed", outcome="AWS said no."
    )
    for each in (operator, owner):
        (told,) = notify.inbox(ctx, each).rows
        assert (told.kind, told.title) == (NoticeKind.FAILURE, "Did not work: Stop instance, web")
        assert told.text == "AWS said no."
        assert [offer.words for offer in told.offers] == ["Stop web now"]
    happen(ctx, operator, "ActionSettled", f"action:{asked.id}", **data, state="done", outcome="Stopped.")
    assert notify.inbox(ctx, operator).total == 1


def test_an_alert_is_told_when_it_fires_and_when_it_recovers(
    ctx: Context, operator: User, viewer: User, fleet: str
) -> None:
    with ctx.begin() as db:
        db.execute(update(users).where(users.c.id == viewer.id).values(email=fleet))
    alert = alerts.create(ctx, operator, "i-1", "cpu", "<", 2.0, 15)
    data = {"metric": "cpu", "resource_id": "i-1", "account_id": ACCOUNT, "value": 1, "detail": "1% now"}
    happen(ctx, operator, "AlertFiring", f"alert:{alert.id}", **data)
    happen(ctx, operator, "AlertRecovered", f"alert:{alert.id}", **data)
    assert titles(ctx, operator) == [
        "Alert recovered: CPU below 2% on web",
        "Alert fires: CPU below 2% on web",
    ]
    fired = notify.inbox(ctx, operator).rows[1]
    assert (fired.query, [each.words for each in fired.offers]) == ({"resource": "i-1"}, ["Stop web now"])
    seen_by_owner = notify.inbox(ctx, replace(viewer, email=fleet)).rows
    assert len(seen_by_owner) == 2
    assert not any(each.offers for each in seen_by_owner), "a viewer may not act"


def test_a_budget_is_told_to_who_made_it_and_who_manages_cost(
    ctx: Context, finance: User, viewer: User, person: Callable[..., User]
) -> None:
    limited = person(Role.FINANCE, accounts=frozenset({ACCOUNT}))
    here = replace(PLAN, name="Here", filters=(Filter(scope.ACCOUNT, scope.Match.IS, ACCOUNT),))
    for plan in (PLAN, here):
        made = budgets.save(ctx, finance, None, plan)
        data = {"planned": "100", "burn": "120.5", "currency": "USD", "period": "2026-11-01", "day": None}
        happen(ctx, finance, "BudgetBreached", f"budget:{made.id}", **data, name=plan.name)
    assert titles(ctx, finance) == ["Budget breached: Here", "Budget breached: All"]
    assert titles(ctx, limited) == ["Budget breached: Here"], "the other is of accounts that they do not see"
    assert titles(ctx, viewer) == []
    said = "$120.50 is spent of $100.00 planned for the period from 1 Nov 2026."
    assert notify.inbox(ctx, finance).rows[0].text == said


def test_a_bill_that_was_refused_is_told_to_who_can_mend_it(
    ctx: Context, admin: User, finance: User, operator: User
) -> None:
    happen(ctx, admin, "BillsRefused", "bills:1", what="bill.csv", message="Its columns are unknown.")
    for each in (admin, finance):
        (told,) = notify.inbox(ctx, each).rows
        assert (told.title, told.text) == ("A bill could not be loaded: bill.csv", "Its columns are unknown.")
    assert titles(ctx, operator) == []


def test_a_person_who_is_disabled_is_told_nothing(ctx: Context, admin: User, finance: User) -> None:
    with ctx.begin() as db:
        db.execute(update(users).where(users.c.id == finance.id).values(status="disabled"))
    happen(ctx, admin, "BillsRefused", "bills:1", what="bill.csv", message="Unknown.")
    assert titles(ctx, finance) == []


def test_an_event_is_looked_at_again_when_the_worker_died_on_it(ctx: Context, admin: User) -> None:
    with ctx.begin() as db:
        event = Event("BillsRefused", "bills:1", {"what": "bill.csv", "message": "Unknown."})
        record(db, System(admin.organisation_id, "ingest"), event, subject="bill.csv")
    with ctx.engine.connect() as db:
        assert len(store.take_due(db, 10)) == 1  # and never committed
    assert occasions.tell_what_happened(ctx, Beat()) == "1 looked at, 1 notices."
    assert occasions.tell_what_happened(ctx, Beat()) == "Nothing happened."
    assert notify.unread(ctx, admin) == 1


def test_old_notices_are_forgotten_and_new_ones_kept(ctx: Context, admin: User) -> None:
    tell(ctx, admin, FAILED)
    now = ctx.now()
    with ctx.begin() as db:
        assert store.forget(db, now, notify.KEPT, notify.REMEMBERED) == 0
        assert store.forget(db, now + notify.KEPT + timedelta(minutes=1), notify.KEPT, notify.REMEMBERED) == 1
    assert titles(ctx, admin) == []
