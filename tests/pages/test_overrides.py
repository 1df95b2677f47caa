"""Keeping an instance on or off for a while from its page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.access.roles import User
from core.schedules.model import Period, ScheduleDefinition, State
from core.schedules.selector import Selector
from services import bootstrap
from services.context import Context
from services.usecases import overrides, schedules
from tests.builders import an_instance
from tests.fleet import seen
from tests.pages.conftest import opened
from tests.pages.test_doing import in_dialog, text_of

SignIn = Callable[[User | None], str]


def test_an_instance_is_kept_on_with_a_reason_until_somebody_ends_it(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    app = opened("resources", resource="i-2")
    app.button(key="keep-on").click().run()
    in_dialog(app, "keep-on", "keep-on-go")
    assert overrides.present(ctx, small_world, "i-2") is None
    in_dialog(app, "keep-on", "keep-on-go", keep_on_reason="release night")
    assert not app.exception
    held = overrides.present(ctx, small_world, "i-2")
    assert held is not None
    assert (held.state, held.reason) == (State.RUNNING, "release night")
    app = opened("resources", resource="i-2")
    assert "release night" in text_of(app)
    app.button(key="end-override").click().run()
    assert overrides.present(ctx, small_world, "i-2") is None


def test_what_would_have_to_wait_is_not_kept_off_and_the_dialog_says_so(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    bootstrap.share(replace(ctx, settings=ctx.settings.model_copy(update={"approval_above": Decimal(1)})))
    app = opened("resources", resource="i-1")
    app.button(key="keep-off").click().run()
    said = [each.value.replace("\\", "") for each in app.info]
    assert any("costs $30.42 a month, more than $1.00. Ask for a stop instead" in each for each in said)
    assert app.button(key="keep-off-go").disabled
    assert "is stopped and kept off" in text_of(app)
    app = opened("resources", resource="i-1")
    app.button(key="keep-on").click().run()
    assert not [each for each in app.info if "wait" in each.value]
    assert not app.button(key="keep-on-go").disabled


def test_tonight_is_skipped_where_a_schedule_has_it_off(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    seen(ctx, small_world.organisation_id, an_instance("i-lone", name="lone"))
    assert "Skip tonight" not in [each.label for each in opened("resources", resource="i-lone").button]
    now = ctx.now()
    hours = Period(f"{now - timedelta(hours=2):%H:%M}", f"{now + timedelta(hours=2):%H:%M}")
    made = schedules.save(ctx, small_world, None, "Round now", ScheduleDefinition("UTC", (hours,)))
    schedules.attach(ctx, small_world, made.id, Selector(resource_ids=("i-lone",)))
    for state, said in (("stopped", "is on from"), ("running", "stays on from")):
        seen(ctx, small_world.organisation_id, an_instance("i-lone", name="lone", state=state))
        app = opened("resources", resource="i-lone")
        app.button(key="skip-tonight").click().run()
        assert said in text_of(app)
        assert not app.button(key="skip-tonight-go").disabled
    in_dialog(app, "skip-tonight", "skip-tonight-go", skip_tonight_reason="a long job")
    assert not app.exception
    assert overrides.present(ctx, small_world, "i-lone") is not None


@pytest.mark.parametrize(("click", "begins", "ends"), [("keep-on", -2, 8), ("keep-off", 8, 10)])
def test_until_when_something_is_kept_lies_after_the_switch_that_it_is_kept_from(
    ctx: Context, small_world: User, sign_in: SignIn, click: str, begins: int, ends: int
) -> None:
    sign_in(small_world)
    state = "running" if click == "keep-on" else "stopped"
    seen(ctx, small_world.organisation_id, an_instance("i-lone", name="lone", state=state))
    now = ctx.now().replace(tzinfo=None)
    app = opened("resources", resource="i-lone")
    app.button(key=click).click().run()
    assert app.datetime_input(key=f"{click}-until").value <= now + timedelta(hours=4)
    hours = Period(f"{now + timedelta(hours=begins):%H:%M}", f"{now + timedelta(hours=ends):%H:%M}")
    made = schedules.save(ctx, small_world, None, "Some hours", ScheduleDefinition("UTC", (hours,)))
    schedules.attach(ctx, small_world, made.id, Selector(resource_ids=("i-lone",)))
    app = opened("resources", resource="i-lone")
    app.button(key=click).click().run()
    assert not app.exception
    assert app.datetime_input(key=f"{click}-until").value > now + timedelta(hours=8)


def test_where_no_schedule_has_it_off_the_dialog_says_so_once_and_offers_no_click(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    seen(ctx, small_world.organisation_id, an_instance("i-lone", name="lone"))
    far = ScheduleDefinition(
        "UTC", (Period("00:00", "24:00"),), off_dates=(f"{ctx.now() + timedelta(days=3):%Y-%m-%d}",)
    )
    made = schedules.save(ctx, small_world, None, "Off in three days", far)
    schedules.attach(ctx, small_world, made.id, Selector(resource_ids=("i-lone",)))
    app = opened("resources", resource="i-lone")
    app.button(key="skip-tonight").click().run()
    assert not app.exception
    assert not app.error
    said = [each.value for each in app.info if "off within 24 hours" in each.value]
    assert said == ["No schedule has it off within 24 hours. To keep it on, choose Keep on until."]
    assert app.button(key="skip-tonight-go").disabled
