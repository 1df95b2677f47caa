"""Before a stop: told as long before as each chose, once, to owners and to whoever attached the schedule."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, text, update

from core.access.roles import Role, User
from core.actions.model import ActionKind
from core.errors import Forbidden, Invalid
from core.notices.kinds import NoticeKind
from core.notices.model import Deed, Preference
from core.schedules.attachment import Mode
from core.schedules.manual import Manual, Respect
from core.schedules.model import Period, ScheduleDefinition, State
from core.schedules.selector import Selector
from services.context import Beat, Context
from services.db.stores import resources
from services.db.tables.access import clock_shift, users
from services.usecases import actions, notice_links, notify, overrides, schedules, stop_notices
from tests.builders import ACCOUNT, an_instance
from tests.containers import a_service
from tests.fleet import connected, seen

OTHER = "222222222222"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def fleet(ctx: Context, operator: User, admin: User) -> datetime:
    """`i-1` (owned by the admin), `i-far` and `i-off`, which is stopped; answers the next full minute but 40."""
    for account in (ACCOUNT, OTHER):
        connected(ctx, operator.organisation_id, account)
    seen(
        ctx,
        operator.organisation_id,
        an_instance("i-1", name="web", tags={"Owner": admin.email.upper()}),
        an_instance("i-off", state="stopped"),
        an_instance("i-far", account_id=OTHER),
    )
    return datetime.now(UTC).replace(second=0, microsecond=0) + 40 * MINUTE


def attached(
    ctx: Context, user: User, stop: datetime, *ids: str, mode: Mode = Mode.APPLY, name: str = "Hours"
) -> None:
    hours = Period(f"{stop - timedelta(hours=8):%H:%M}", f"{stop:%H:%M}")
    made = schedules.save(ctx, user, None, name, ScheduleDefinition("UTC", (hours,)))
    schedules.attach(ctx, user, made.id, Selector(resource_ids=ids), mode)


def look(ctx: Context, shift: timedelta = timedelta()) -> str:
    with ctx.begin() as db:
        db.execute(text("delete from clock_shift"))
        db.execute(insert(clock_shift).values(shift=shift))
    return stop_notices.tell_what_stops(ctx, Beat())


def titles(ctx: Context, user: User) -> list[str]:
    return [each.title for each in notify.inbox(ctx, user).rows]


def test_owner_and_attacher_are_told_a_quarter_of_an_hour_before_and_once(
    ctx: Context, operator: User, admin: User, viewer: User, fleet: datetime
) -> None:
    attached(ctx, operator, fleet, "i-1", "i-off")
    assert look(ctx) == "No stop is near."
    assert look(ctx, 26 * MINUTE) == "2 notices."
    assert look(ctx, 27 * MINUTE) == "No stop is near."
    for each in (operator, admin):
        assert titles(ctx, each) == [f"web is to stop on {fleet:%a} {fleet.day} {fleet:%b %H:%M} (UTC)"]
    assert titles(ctx, viewer) == []


def test_each_is_told_as_long_before_as_they_chose(
    ctx: Context, operator: User, admin: User, fleet: datetime
) -> None:
    attached(ctx, operator, fleet, "i-1")
    notify.prefer(ctx, admin, [Preference(NoticeKind.STOP, minutes=60)])
    notify.prefer(ctx, operator, [Preference(NoticeKind.STOP, minutes=5)])
    look(ctx)
    assert (len(titles(ctx, admin)), len(titles(ctx, operator))) == (1, 0)
    look(ctx, 26 * MINUTE)
    assert len(titles(ctx, operator)) == 0
    look(ctx, 36 * MINUTE)
    assert (len(titles(ctx, admin)), len(titles(ctx, operator))) == (1, 1)


def test_who_does_not_see_the_account_or_does_not_want_it_is_not_told(
    ctx: Context, operator: User, admin: User, fleet: datetime
) -> None:
    attached(ctx, operator, fleet, "i-1", "i-far")
    with ctx.begin() as db:
        db.execute(update(users).where(users.c.id == operator.id).values(accounts=[OTHER]))
    notify.prefer(ctx, admin, [Preference(NoticeKind.STOP, inbox=False, mail=False)])
    look(ctx, 30 * MINUTE)
    narrowed = replace(operator, accounts=frozenset({OTHER}))
    assert [title.partition(" is to")[0] for title in titles(ctx, narrowed)] == ["i-far"]
    assert titles(ctx, admin) == []


@pytest.mark.parametrize(
    ("mode", "told"), [(Mode.DRY_RUN, 0), (Mode.OFF, 0), (Mode.APPROVE, 1), (Mode.APPLY, 1)]
)
def test_only_what_will_be_stopped_is_told(
    ctx: Context, operator: User, fleet: datetime, mode: Mode, told: int
) -> None:
    attached(ctx, operator, fleet, "i-1", mode=mode)
    look(ctx, 30 * MINUTE)
    assert len(titles(ctx, operator)) == told


def test_what_an_override_keeps_on_is_not_told_and_what_one_ends_is(
    ctx: Context, operator: User, fleet: datetime
) -> None:
    attached(ctx, operator, fleet, "i-1")
    overrides.keep(ctx, operator, "i-1", State.RUNNING, fleet + 60 * MINUTE, "release night")
    look(ctx, 30 * MINUTE)
    assert titles(ctx, operator) == []
    look(ctx, 90 * MINUTE)
    assert len(titles(ctx, operator)) == 1


def started_by_hand(ctx: Context, user: User, at: datetime) -> None:
    """Everything is to be off, `i-1` was, and somebody started it at `at`."""
    with ctx.begin() as db:
        db.execute(text("delete from observation"))
        db.execute(text("delete from resource"))
    for state, when in (("stopped", at - 60 * MINUTE), ("running", at)):
        with ctx.begin() as db:
            resources.publish(db, user.organisation_id, [an_instance("i-1", name="web", state=state)], when)


@pytest.mark.parametrize(
    "manual", [Manual(Respect.HOLD, hours=2), Manual(Respect.LEAVE, max_hours=2)], ids=("hold", "max_hours")
)
def test_the_end_of_what_was_started_by_hand_is_told_before_it_is_stopped(
    ctx: Context, operator: User, fleet: datetime, manual: Manual
) -> None:
    made = schedules.save(ctx, operator, None, "Off", ScheduleDefinition("UTC", ()))
    schedules.attach(ctx, operator, made.id, Selector(resource_ids=("i-1",)), manual=manual)
    with ctx.begin() as db:
        db.execute(text("update schedule set changed_at = changed_at - interval '1 day'"))
        db.execute(text("update schedule_attachment set attached_at = attached_at - interval '1 day'"))
    started_by_hand(ctx, operator, fleet - 120 * MINUTE)
    assert look(ctx) == "No stop is near."
    assert look(ctx, 30 * MINUTE) == "1 notices."
    (told,) = notify.inbox(ctx, operator).rows
    assert told.title.startswith(f"web is to stop on {fleet:%a} {fleet.day} {fleet:%b %H:%M}")
    assert "It was started by hand, and is left on until then." in told.text
    assert look(ctx, 31 * MINUTE) == "No stop is near."


def test_a_stop_of_any_kind_is_told_and_its_link_stops_it_as_its_kind_is_stopped(
    ctx: Context, operator: User, fleet: datetime
) -> None:
    service = a_service()
    seen(ctx, operator.organisation_id, service)
    attached(ctx, operator, fleet, service.id)
    look(ctx, 30 * MINUTE)
    (told,) = notify.inbox(ctx, operator).rows
    assert told.title.startswith("api is to stop on ")
    stop = next(each for each in told.offers if each.deed is Deed.STOP)
    notice_links.carry_out(ctx, operator, notice_links.link(ctx, operator, stop), "done for today")
    assert [each.kind for each in actions.listing(ctx, operator).rows] == [ActionKind.STOP_SERVICE]


def test_a_link_skips_the_night_that_it_was_made_for(
    ctx: Context, operator: User, admin: User, viewer: User, fleet: datetime
) -> None:
    attached(ctx, operator, fleet, "i-1")
    look(ctx, 30 * MINUTE)
    (told,) = notify.inbox(ctx, operator).rows
    skip = next(each for each in told.offers if each.deed is Deed.SKIP)
    link = notice_links.link(ctx, operator, skip)
    assert notice_links.look(ctx, operator, link).resource.id == "i-1"
    assert overrides.present(ctx, operator, "i-1") is None
    for other in (admin, viewer):
        with pytest.raises((Invalid, Forbidden)):
            notice_links.carry_out(ctx, other, link, "mine")
    assert overrides.present(ctx, operator, "i-1") is None
    assert "kept on until" in notice_links.carry_out(ctx, operator, link, "a long job")
    held = overrides.present(ctx, operator, "i-1")
    assert held is not None
    assert (held.begin, held.until) == (fleet, fleet + timedelta(hours=16))
    look(ctx, timedelta(days=1))
    with pytest.raises(Invalid, match="expired"):
        notice_links.carry_out(ctx, operator, link, "again")


def test_a_narrowed_person_cannot_use_a_link_made_before(
    ctx: Context, operator: User, fleet: datetime, person: Callable[..., User]
) -> None:
    assert person(Role.VIEWER)
    attached(ctx, operator, fleet, "i-1")
    look(ctx, 30 * MINUTE)
    offer = notify.inbox(ctx, operator).rows[0].offers[0]
    link = notice_links.link(ctx, operator, offer)
    narrowed = replace(operator, accounts=frozenset({OTHER}))
    with pytest.raises(Exception, match="among those you see"):
        notice_links.carry_out(ctx, narrowed, link, "mine")
