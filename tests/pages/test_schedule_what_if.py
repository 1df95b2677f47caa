"""What if, asked on the screen."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from core import dates
from core.access.roles import User
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.what_if import Replay, WhatIf
from pages.ui import schedule_what_if
from services.context import Context
from services.usecases import schedules
from tests.pages.conftest import followed, opened


def test_a_replay_is_asked_for_and_told(small_world: User, sign_in: Callable[[User | None], str]) -> None:
    sign_in(small_world)
    app = opened("schedules")
    app.selectbox(key="what-if-tag").set_value("environment").run()
    app.button(key="what-if-go").click().run()
    assert not app.exception
    figures = {each.label: each.value for each in app.metric}
    assert figures["Would have been off"].endswith(" h")
    assert figures["Would have been saved"].replace("\\", "") == "$0.00"
    assert figures["In use while off"] == "0 h"
    assert any("hours that 2 resources ran" in each.value for each in app.caption)


def test_a_replay_of_a_schedule_that_begins_later_says_why_it_saves_nothing(
    ctx: Context, small_world: User, sign_in: Callable[[User | None], str]
) -> None:
    later = ScheduleDefinition("UTC", (Period(),), valid_from=ctx.now().date() + timedelta(days=5))
    made = schedules.save(ctx, small_world, None, "Later", later)
    sign_in(small_world)
    app = opened("schedules")
    app.selectbox(key="what-if-schedule").set_value(made.id)
    app.selectbox(key="what-if-tag").set_value("environment").run()
    app.button(key="what-if-go").click().run()
    assert not app.exception
    (said,) = [each.value.replace("\\", "") for each in app.warning]
    assert f"not valid before {dates.day(later.valid_from)}: it holds on none of the 30 days" in said


def test_nobody_is_said_to_miss_nothing_where_use_was_never_measured(ctx: Context) -> None:
    def told(*in_use: int | None) -> str:
        rows = (
            Replay("web", *(Decimal(1),) * 4, None if each is None else Decimal(each), None, None, None)
            for each in in_use
        )
        return schedule_what_if.missed(WhatIf(ctx.now(), ctx.now(), tuple(rows)))

    assert told(0, 0) == "Nobody would have missed them"
    assert told(0, None) == "Of 1 resource it was not measured"
    assert told(1, None).startswith("Somebody would have missed them; of 1 resource")


def test_what_is_replayed_leads_to_its_cost_on_the_bill(
    small_world: User, sign_in: Callable[[User | None], str]
) -> None:
    sign_in(small_world)
    app = opened("schedules")
    app.selectbox(key="what-if-tag").set_value("environment").run()
    app.button(key="what-if-go").click().run()
    behind = followed(app, "What they cost in these days")
    assert not behind.exception
    assert behind.title[0].value == "Costs"
    assert behind.query_params["by"] == "resource"
    assert "resource=" in str(behind.query_params["f"])
