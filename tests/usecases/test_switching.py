"""The tick that makes schedules happen writes only while its worker holds the lease."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.access.roles import User
from core.errors import Conflict
from core.schedules.attachment import Mode
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.selector import Selector
from services.context import Beat, Context
from services.usecases import actions, schedules
from tests.builders import ACCOUNT, an_instance
from tests.fleet import connected, seen
from tests.stand_in import take_lease

TAG = ("schedule", "office")


@pytest.mark.parametrize(
    ("definition", "came_of_it"),
    [
        (ScheduleDefinition("UTC", ()), "1 requested, 0 refused, 0 busy, 0 noted."),
        (ScheduleDefinition("UTC", (Period(),)), "0 requested, 0 refused, 0 busy, 1 noted."),
    ],
    ids=["something to request", "something to note"],
)
def test_a_worker_that_was_overtaken_writes_no_segment(
    ctx: Context, organisation_id: UUID, operator: User, definition: ScheduleDefinition, came_of_it: str
) -> None:
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, an_instance("i-1", tags=dict([TAG])))
    made = schedules.save(ctx, operator, None, "Hours", definition)
    schedules.attach(ctx, operator, made.id, Selector(tag=TAG))
    stale = take_lease(ctx, "stalled", 0)
    current = take_lease(ctx, "other")
    with pytest.raises(Conflict, match="taken over"):
        schedules.run(ctx, Beat(stale))
    assert schedules.history(ctx, operator, "i-1") == ()
    assert actions.listing(ctx, operator, actions.ActionFilter()).total == 0
    assert schedules.run(ctx, Beat(current)) == came_of_it


def test_what_cannot_be_read_or_is_refused_does_not_stop_the_others(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    connected(ctx, organisation_id, ACCOUNT)
    tags = dict([TAG])
    seen(ctx, organisation_id, *(an_instance(f"i-{number}", tags=tags) for number in range(4)))
    seen(ctx, organisation_id, an_instance("i-spot", tags=tags, lifecycle="spot"))
    with ctx.begin() as db:
        db.execute(
            text("""update resource set details = '{"zone": 7, "launched_at": "never"}' where id = 'i-2'""")
        )
    made = schedules.save(ctx, operator, None, "Off", ScheduleDefinition("UTC", ()))
    schedules.attach(ctx, operator, made.id, Selector(tag=TAG))
    assert schedules.run(ctx, Beat()) == "3 requested, 2 refused, 0 busy, 0 noted."
    assert schedules.run(ctx, Beat()) == "0 requested, 0 refused, 0 busy, 0 noted."
    asked = actions.listing(ctx, operator, actions.ActionFilter()).rows
    assert {one.resource_id for one in asked} == {"i-0", "i-1", "i-3"}
    (broken,) = schedules.history(ctx, operator, "i-2")
    assert broken.outcome.startswith("refused: Cloud Pioneer itself failed on this (ValueError)")
    (spot,) = schedules.history(ctx, operator, "i-spot")
    assert "Spot instance" in spot.outcome


HANGS_UP = """
create function hang_up() returns trigger language plpgsql as $$
begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
create trigger hanging_up before insert on action for each row execute function hang_up()
"""


def test_a_database_that_hangs_up_is_asked_no_more_and_the_next_run_switches_everything(
    ctx: Context, organisation_id: UUID, operator: User, caplog: pytest.LogCaptureFixture
) -> None:
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, *(an_instance(f"i-{number}", tags=dict([TAG])) for number in range(3)))
    made = schedules.save(ctx, operator, None, "Off", ScheduleDefinition("UTC", ()))
    schedules.attach(ctx, operator, made.id, Selector(tag=TAG))
    with ctx.begin() as db:
        db.execute(text(HANGS_UP))
    with pytest.raises(DBAPIError):
        schedules.run(ctx, Beat())
    assert caplog.text == ""
    with ctx.begin() as db:
        db.execute(text("drop trigger hanging_up on action; drop function hang_up"))
    assert schedules.run(ctx, Beat()) == "3 requested, 0 refused, 0 busy, 0 noted."


def test_a_schedule_that_is_not_valid_has_no_part_in_what_becomes_of_the_others(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, an_instance("i-1", tags=dict([TAG])))
    today = datetime.now(UTC).date()
    over = ScheduleDefinition("UTC", (Period(),), hibernate=True, valid_to=today - timedelta(days=2))
    asks = schedules.save(ctx, operator, None, "Over", over)
    schedules.attach(ctx, operator, asks.id, Selector(tag=TAG), Mode.APPROVE)
    assert schedules.run(ctx, Beat()) == "0 requested, 0 refused, 0 busy, 0 noted."
    off = schedules.save(ctx, operator, None, "Off", ScheduleDefinition("UTC", ()))
    held = schedules.attach(ctx, operator, off.id, Selector(tag=TAG), Mode.DRY_RUN)
    assert schedules.run(ctx, Beat()) == "0 requested, 0 refused, 0 busy, 1 noted."
    (noted,) = schedules.history(ctx, operator, "i-1")
    assert (noted.outcome, noted.reason) == ("dry run: would stop", "off: outside “Off” (UTC)")
    schedules.detach(ctx, operator, held.id)
    schedules.attach(ctx, operator, off.id, Selector(tag=TAG))
    assert schedules.run(ctx, Beat()) == "1 requested, 0 refused, 0 busy, 0 noted."
    (asked,) = actions.listing(ctx, operator, actions.ActionFilter()).rows
    assert (asked.state, asked.origin_id, asked.parameters) == ("queued", str(off.id), {})


def test_what_is_valid_from_a_day_on_is_next_from_its_first_midnight(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, an_instance("i-1", tags=dict([TAG])))
    first = datetime.now(UTC).date() + timedelta(days=3)
    made = schedules.save(ctx, operator, None, "Soon", ScheduleDefinition("UTC", (), valid_from=first))
    schedules.attach(ctx, operator, made.id, Selector(tag=TAG))
    assert schedules.run(ctx, Beat()) == "0 requested, 0 refused, 0 busy, 0 noted."
    (ahead,) = schedules.next_transitions(ctx, operator)
    assert (ahead.at, ahead.to.value) == (datetime(first.year, first.month, first.day, tzinfo=UTC), "stopped")
