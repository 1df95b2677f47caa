"""Schedules taken over from other schedulers: shown first, saved on demand, attached to nothing."""

import json
from uuid import UUID

import pytest

from core.access.roles import User
from core.errors import Forbidden, Invalid
from core.schedules.model import Period, ScheduleDefinition
from services.context import Beat, Context
from services.usecases import schedule_imports, schedules
from tests.builders import ACCOUNT, an_instance
from tests.fleet import connected, seen

OFFICE = ScheduleDefinition("UTC", (Period("09:00", "17:00", weekdays=("mon-fri",)),))
GIVEN = json.dumps(
    {
        "Schedules": [
            {"Name": "office", "Periods": ["hours"], "Timezone": "UTC"},
            {"Name": "copy", "Periods": ["hours"], "Timezone": "UTC"},
            {"Name": "broken", "Periods": ["none"], "Timezone": "UTC"},
        ],
        "Periods": [
            {"Name": "hours", "Begintime": "09:00", "Endtime": "17:00", "Weekdays": ["mon-fri"]},
            {"Name": "spare"},
        ],
    }
)
TAG = "off=(M-F,19);on=(M-F,7);tz=pt"


def test_a_preview_saves_nothing(ctx: Context, viewer: User) -> None:
    read = schedule_imports.preview(viewer, GIVEN)
    assert (read.source, read.readable, len(read.taken)) == ("AWS Instance Scheduler", 2, 3)
    assert read.notes == ("No schedule uses these periods: spare.",)
    assert schedules.listing(ctx, viewer) == ()


def test_what_can_be_read_is_saved_under_its_name_and_attached_to_nothing(
    ctx: Context, operator: User, organisation_id: UUID
) -> None:
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, an_instance("i-1", tags={"Schedule": "office"}))
    done = schedule_imports.save(ctx, operator, GIVEN)
    assert [each.saved and each.saved.name for each in done.taken] == ["office", "copy", None]
    kept = {view.schedule.name: view for view in schedules.listing(ctx, operator)}
    assert sorted(kept) == ["copy", "office"]
    assert kept["office"].schedule.definition == OFFICE
    assert kept["office"].attachments == ()
    assert schedules.run(ctx, Beat()) == "0 requested, 0 refused, 0 busy, 0 noted."


def test_the_same_import_twice_makes_nothing_new(ctx: Context, operator: User) -> None:
    schedules.save(ctx, operator, None, "office", ScheduleDefinition("UTC", ()))
    first = schedule_imports.save(ctx, operator, GIVEN)
    assert [each.saved and each.saved.name for each in first.taken] == ["office (2)", "copy", None]
    again = schedule_imports.save(ctx, operator, GIVEN)
    assert [each.there for each in again.taken] == [True, True, False]
    assert len(schedules.listing(ctx, operator)) == 3


def test_tags_are_saved_under_a_name_that_says_their_hours(ctx: Context, operator: User) -> None:
    schedule_imports.save(ctx, operator, TAG)
    (view,) = schedules.listing(ctx, operator)
    assert view.schedule.name == "Off hours mon-fri 07:00-19:00, America/Los_Angeles"


def test_long_names_are_cut(ctx: Context, operator: User) -> None:
    schedule_imports.save(ctx, operator, GIVEN.replace('"office"', f'"{"x" * 300}"'))
    assert max(len(view.schedule.name) for view in schedules.listing(ctx, operator)) <= 100


def test_who_may_not_edit_schedules_saves_none(ctx: Context, viewer: User) -> None:
    with pytest.raises(Forbidden):
        schedule_imports.save(ctx, viewer, GIVEN)


def test_where_none_can_be_read_nothing_is_saved(ctx: Context, operator: User) -> None:
    with pytest.raises(Invalid, match="None of them can be read"):
        schedule_imports.save(ctx, operator, "off=(M-F,99)")
    assert schedules.listing(ctx, operator) == ()
