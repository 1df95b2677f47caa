"""Calendars kept for schedules: versions, where they are in use, and what schedules want because of them."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from core.access.roles import Role, User
from core.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Stale
from core.schedules.attachment import Mode
from core.schedules.calendars import Calendar
from core.schedules.model import Period, ScheduleDefinition, State
from core.schedules.selector import Selector
from services.context import Beat, Context
from services.db.tables.access import organisations
from services.usecases import attachments, calendars, schedules
from tests.builders import ACCOUNT, an_instance
from tests.fleet import connected, seen
from tests.usecases.test_schedules import later, requested, settle

ALWAYS = ScheduleDefinition("UTC", (Period(),))
UK = Calendar("UK", ("12-25",), {"12-25": "Christmas Day"})
FILE = "BEGIN:VCALENDAR\nX-WR-CALNAME:US\nBEGIN:VEVENT\nDTSTART:20261126\nSUMMARY:Thanksgiving\nEND:VEVENT\nEND:VCALENDAR\n"


def of_today(ctx: Context, name: str = "Today") -> Calendar:
    return Calendar(name, (ctx.now().date().isoformat(),), {ctx.now().date().isoformat(): "Founding day"})


def test_a_calendar_is_made_renamed_changed_and_deleted(ctx: Context, operator: User) -> None:
    made = calendars.save(ctx, operator, None, UK)
    renamed = calendars.save(ctx, operator, made.id, Calendar("Britain", UK.days, UK.titles), version=1)
    assert (renamed.version, renamed.changed_at) == (2, made.changed_at)
    view = calendars.one(ctx, operator, made.id)
    assert (view.kept, view.used_by) == (renamed, ())
    assert [(each.day.month, each.day.day, each.title) for each in view.coming] == [(12, 25, "Christmas Day")]
    calendars.delete(ctx, operator, made.id, version=2)
    assert calendars.listing(ctx, operator) == ()
    with pytest.raises(NotFound):
        calendars.one(ctx, operator, made.id)


def test_who_saw_an_older_version_overwrites_nothing(ctx: Context, operator: User) -> None:
    made = calendars.save(ctx, operator, None, UK)
    calendars.save(ctx, operator, made.id, of_today(ctx), version=1)
    with pytest.raises(Stale, match="was changed meanwhile: it is version 2, not 1 any more"):
        calendars.save(ctx, operator, made.id, UK, version=1)
    with pytest.raises(Stale):
        calendars.delete(ctx, operator, made.id, version=1)
    assert calendars.one(ctx, operator, made.id).kept.calendar.name == "Today"


def test_a_name_is_given_once(ctx: Context, operator: User) -> None:
    calendars.save(ctx, operator, None, UK)
    with pytest.raises(Conflict, match="called “UK” already"):
        calendars.save(ctx, operator, None, UK)
    with pytest.raises(NotFound):
        calendars.save(ctx, operator, uuid4(), UK)


def test_a_calendar_in_use_is_not_deleted_and_says_by_whom(ctx: Context, operator: User) -> None:
    made = calendars.save(ctx, operator, None, UK)
    office = schedules.save(ctx, operator, None, "Office", ALWAYS, calendars=[made.id])
    assert calendars.one(ctx, operator, made.id).used_by == ("Office",)
    with pytest.raises(Refused, match="“UK” is observed by “Office”"):
        calendars.delete(ctx, operator, made.id)
    schedules.save(ctx, operator, office.id, "Office", ALWAYS, calendars=[])
    calendars.delete(ctx, operator, made.id)


def test_a_schedule_observes_calendars_that_are_there(ctx: Context, operator: User) -> None:
    with pytest.raises(NotFound, match="no such calendar"):
        schedules.save(ctx, operator, None, "Office", ALWAYS, calendars=[uuid4()])
    with pytest.raises(Invalid, match="at most 10 calendars"):
        schedules.save(ctx, operator, None, "Office", ALWAYS, calendars=[uuid4() for _ in range(11)])


def test_what_is_written_stays_apart_from_the_days_observed(ctx: Context, operator: User) -> None:
    made = calendars.save(ctx, operator, None, UK)
    office = schedules.save(ctx, operator, None, "Office", ALWAYS, calendars=[made.id])
    kept = schedules.one(ctx, operator, office.id).schedule
    assert (kept.written, kept.definition.off_dates) == (ALWAYS, ("12-25",))
    renamed = schedules.save(ctx, operator, office.id, "Days", kept.written, version=1)
    assert renamed.observes == kept.observes
    assert renamed.changed_at == kept.changed_at
    named = kept.days_off(date(2026, 12, 1), date(2026, 12, 31))
    assert [(each.title, each.calendar) for each in named] == [("Christmas Day", "UK")]


def test_a_day_off_added_by_hand_stops_what_runs_at_the_next_tick(
    ctx: Context, operator: User, organisation_id: UUID
) -> None:
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, an_instance("i-1", tags={"schedule": "office"}))
    empty = calendars.save(ctx, operator, None, Calendar("Ours", ()))
    office = schedules.save(ctx, operator, None, "Office", ALWAYS, calendars=[empty.id])
    schedules.attach(ctx, operator, office.id, Selector(tag=("schedule", "office")))
    schedules.run(ctx, Beat())
    assert requested(ctx) == []
    later(ctx, timedelta(minutes=5))
    calendars.save(ctx, operator, empty.id, of_today(ctx, "Ours"))
    view = schedules.one(ctx, operator, office.id)
    assert view.now.desired is State.STOPPED
    assert "a day off of “Office” (UTC)" in view.now.reason
    schedules.run(ctx, Beat())
    assert requested(ctx) == [("stop_instance", "i-1")]
    settle(ctx)


def test_a_far_day_begins_nothing_anew(ctx: Context, operator: User) -> None:
    made = calendars.save(ctx, operator, None, UK)
    later(ctx, timedelta(minutes=5))
    far = (ctx.now().date() + timedelta(days=200)).isoformat()
    changed = calendars.save(ctx, operator, made.id, Calendar("UK", (far,)))
    assert changed.changed_at == made.changed_at


def test_days_of_what_reaches_other_accounts_are_not_for_one_who_does_not_see_them(
    ctx: Context, operator: User, organisation_id: UUID, person: Callable[..., User]
) -> None:
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, an_instance("i-1", tags={"schedule": "office"}))
    made = calendars.save(ctx, operator, None, UK)
    office = schedules.save(ctx, operator, None, "Office", ALWAYS, calendars=[made.id])
    schedules.attach(ctx, operator, office.id, Selector(tag=("schedule", "office")))
    local = person(Role.OPERATOR, accounts=frozenset({"999999999999"}))
    with pytest.raises(Forbidden, match="change the days of a calendar that it observes"):
        calendars.save(ctx, local, made.id, of_today(ctx))
    assert calendars.save(ctx, local, made.id, Calendar("Britain", UK.days, UK.titles)).version == 2


def test_a_viewer_reads_files_and_changes_nothing(
    ctx: Context, viewer: User, operator: User, person: Callable[..., User]
) -> None:
    read = calendars.read(ctx, viewer, "", FILE)
    assert (read.calendar.name, read.calendar.titles) == ("US", {"2026-11-26": "Thanksgiving"})
    with pytest.raises(Invalid, match="Line 4: “x” is no whole day: expected such as 20261225"):
        calendars.read(ctx, viewer, "", FILE.replace("20261126", "x"))
    with pytest.raises(Forbidden):
        calendars.save(ctx, viewer, None, UK)
    made = calendars.save(ctx, operator, None, UK)
    with pytest.raises(Forbidden):
        calendars.delete(ctx, viewer, made.id)
    with ctx.begin() as db:
        db.execute(insert(organisations).values(id=(other := uuid4()), name="Other", created_at=ctx.now()))
    stranger = person(Role.ADMIN, organisation=other)
    assert calendars.listing(ctx, stranger) == ()
    with pytest.raises(NotFound):
        schedules.save(ctx, stranger, None, "Office", ALWAYS, calendars=[made.id])


def test_an_attachment_is_given_another_mode_once_a_version(
    ctx: Context, operator: User, organisation_id: UUID
) -> None:
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, an_instance("i-1", tags={"schedule": "office"}))
    office = schedules.save(ctx, operator, None, "Never", ScheduleDefinition("UTC", ()))
    made = schedules.attach(ctx, operator, office.id, Selector(tag=("schedule", "office")), Mode.DRY_RUN)
    schedules.run(ctx, Beat())
    assert requested(ctx) == []
    later(ctx, timedelta(minutes=5))
    changed = attachments.change(ctx, operator, made.id, Mode.APPLY, made.manual, version=1)
    assert (changed.mode, changed.version) == (Mode.APPLY, 2)
    assert attachments.listing(ctx, operator, office.id) == (changed,)
    with pytest.raises(Stale):
        attachments.change(ctx, operator, made.id, Mode.DRY_RUN, made.manual, version=1)
    schedules.run(ctx, Beat())
    assert requested(ctx) == [("stop_instance", "i-1")]
    with pytest.raises(NotFound):
        attachments.change(ctx, operator, uuid4(), Mode.APPLY, made.manual)
