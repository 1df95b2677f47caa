"""The demo's clock is moved by words, and what comes of it is said in sentences."""

import argparse
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from core.access.roles import User
from core.errors import Invalid
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.selector import Selector
from services.commands import demo, demo_clock
from services.context import Context
from services.db.stores import access, leases
from services.demo.company import ORGANISATION_ID
from services.usecases import schedules
from tests.builders import ACCOUNT, an_instance
from tests.fleet import connected, seen

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("+3h", timedelta(hours=3)),
        ("+90m", timedelta(minutes=90)),
        ("+2d", timedelta(days=2)),
        ("+2d8h", timedelta(days=2, hours=8)),
        ("+1h30m", timedelta(hours=1, minutes=30)),
        ("+1d2h3m", timedelta(days=1, hours=2, minutes=3)),
        ("+3650d", timedelta(days=3650)),
    ],
)
def test_a_span_is_minutes_hours_days_or_several_of_them(text: str, by: timedelta) -> None:
    assert demo_clock.span(text) == by


@pytest.mark.parametrize(
    "text",
    [
        "3h",
        "-3h",
        "+h",
        "+3",
        "+3w",
        "",
        "+",
        "+-3h",
        "+3.5h",
        "+2d8",
        "+2d+8h",
        "+2d 8h",
        "+8h2d",
        "+1h1h",
        "+²h",
        "+3651d",
    ],
)
def test_any_other_span_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="span"):
        demo_clock.span(text)


def test_a_clock_cannot_be_moved_where_no_demo_is(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="only a demo's clock"):
        demo.run(argparse.Namespace(words=["clock", "+3h"], data=tmp_path))


def test_a_clock_that_was_not_moved_goes_with_the_machine(ctx: Context) -> None:
    shown, follows = demo_clock.told(ctx, ())
    assert shown.endswith(" UTC in the demo, as on this machine.")
    assert follows == "No worker runs, so nothing follows yet: ./pioneer demo starts one."


def test_moving_the_clock_says_the_time_what_came_due_and_what_follows(ctx: Context, admin: User) -> None:
    connected(ctx, admin.organisation_id, ACCOUNT)
    seen(ctx, admin.organisation_id, *(an_instance(f"i-{each}", name=f"web-{each}") for each in range(6)))
    stop = datetime.now(UTC).replace(second=0, microsecond=0) + 2 * HOUR
    hours = Period(f"{stop - 8 * HOUR:%H:%M}", f"{stop:%H:%M}")
    made = schedules.save(ctx, admin, None, "Hours", ScheduleDefinition("UTC", (hours,)))
    schedules.attach(ctx, admin, made.id, Selector(resource_ids=tuple(f"i-{each}" for each in range(6))))
    assert demo_clock.coming(ctx, HOUR) == ()
    ahead = demo_clock.coming(ctx, 3 * HOUR)
    with ctx.begin() as db:
        db.execute(text("insert into clock_shift (shift) values (interval '3 hours')"))
        leases.take(db, "the worker", 60)
    shown, due, follows, then = demo_clock.told(ctx, ahead)
    assert shown.endswith(" UTC in the demo, 3 hours ahead of this machine.")
    named = "web-0, web-1, web-2, web-3 and 2 more"
    assert due == f"Due on the way: stop {named} on {stop:%a} {stop.day} {stop:%b %H:%M} UTC."
    assert follows.startswith("The worker follows within a minute")
    start = stop + 16 * HOUR
    assert then.startswith(f"Next: start {named} on {start:%a} {start.day} {start:%b %H:%M} UTC, in 1")


def test_what_was_turned_and_turned_back_on_the_way_is_not_said_to_be_due(ctx: Context, admin: User) -> None:
    connected(ctx, admin.organisation_id, ACCOUNT)
    seen(ctx, admin.organisation_id, an_instance("i-1", name="web"))
    start = datetime.now(UTC).replace(second=0, microsecond=0) + 2 * HOUR
    made = schedules.save(
        ctx,
        admin,
        None,
        "Hours",
        ScheduleDefinition("UTC", (Period(f"{start:%H:%M}", f"{start + 4 * HOUR:%H:%M}"),)),
    )
    schedules.attach(ctx, admin, made.id, Selector(resource_ids=("i-1",)))
    ahead = demo_clock.coming(ctx, 9 * HOUR)
    assert [each.name for each in ahead] == ["web"]
    with ctx.begin() as db:
        db.execute(text("insert into clock_shift (shift) values (interval '9 hours')"))
    said = list(demo_clock.told(ctx, ahead))
    assert "Turned and turned back on the way: 1 resource, of which only what is wanted now is done." in said
    assert not any(each.startswith("Due") for each in said)


def test_scripts_are_answered_in_json_and_people_in_sentences(ctx: Context) -> None:
    of_the_demo = replace(ctx, settings=ctx.settings.model_copy(update={"mode": "demo"}))
    with ctx.begin() as db:
        access.add_organisation(db, ORGANISATION_ID, "Hekla", ctx.now())
    moved = demo_clock.answer(of_the_demo, 3 * HOUR, as_json=True)
    shown = datetime.fromisoformat(json.loads(moved)["now"])
    assert abs(shown - datetime.now(UTC) - 3 * HOUR) < timedelta(minutes=1)
    assert demo_clock.answer(of_the_demo, None, as_json=False).startswith("It is now ")
