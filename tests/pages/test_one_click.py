"""What is done with one click, and what schedules decided, on a resource's page."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import update

from core.access.roles import User
from core.schedules.attachment import Mode
from core.schedules.model import ScheduleDefinition
from core.schedules.selector import Selector
from services.context import Beat, Context
from services.db.tables.actions import actions as action_table
from services.usecases import actions, schedules
from tests.acted_on import a_cluster
from tests.builders import an_instance
from tests.fleet import seen
from tests.pages.conftest import opened
from tests.pages.test_doing import in_dialog, text_of

SignIn = Callable[[User | None], str]


def test_an_owner_stops_what_is_theirs_and_sees_no_button_on_other_things(
    ctx: Context, small_world: User, viewer: User, sign_in: SignIn
) -> None:
    mine = an_instance("i-mine", name="mine", tags={"owner": viewer.email})
    other = replace(mine, id="i-other", tags={})
    seen(ctx, small_world.organisation_id, mine, other)
    sign_in(viewer)
    app = opened("resources", resource="i-mine")
    app.button(key="own-stop").click().run()
    in_dialog(app, "own-stop", "stop-go", stop_reason="I do not need it")
    assert not app.exception
    action = actions.listing(ctx, viewer).rows[0]
    assert (action.resource_id, action.requested_by) == ("i-mine", viewer.email)
    keys = [each.key for each in opened("resources", resource="i-other").button]
    assert not {"own-stop", "keep-on"} & set(keys)


def test_what_a_guard_would_refuse_is_said_in_place_of_the_click(
    ctx: Context, small_world: User, viewer: User, sign_in: SignIn
) -> None:
    kept = a_cluster(protected_members=("ledger-1",), tags={"owner": viewer.email})
    member = an_instance("i-member", name="member", autoscaling_group="web")
    seen(ctx, small_world.organisation_id, kept, member)
    clicks = {"act-start", "act-stop", "own-start", "own-stop", "keep-on", "keep-off", "skip-tonight"}
    for who, resource, why in (
        (small_world, kept, "would be switched with it: ledger-1"),
        (small_world, member, "change the group instead"),
        (viewer, kept, "would be switched with it: ledger-1"),
    ):
        sign_in(who)
        app = opened("resources", resource=resource.id)
        assert not app.exception
        assert not clicks & {button.key for button in app.button}
        assert sum(why in each.value.replace("\\", "") for each in app.caption) == 1
        assert not any("To act, ask one of" in each.value for each in app.caption)


def test_a_resource_tells_what_is_wanted_why_and_what_came_of_it(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    seen(ctx, small_world.organisation_id, an_instance("i-lone", name="lone"))
    made = schedules.save(ctx, small_world, None, "Nights", ScheduleDefinition("UTC", ()))
    schedules.attach(ctx, small_world, made.id, Selector(resource_ids=("i-lone",)), Mode.DRY_RUN)
    schedules.run(ctx, Beat())
    sign_in(small_world)
    app = opened("resources", resource="i-lone")
    assert not app.exception
    told = text_of(app).replace("\\", "")
    assert "Off: outside “Nights” (UTC). It is only written down." in told
    frames = [frame.value for frame in app.dataframe]
    assert any("Dry run: would stop" in list(frame.get("Done", [])) for frame in frames)


def test_what_failed_says_why_and_when_it_is_tried_again(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    seen(ctx, small_world.organisation_id, an_instance("i-lone", name="lone"))
    made = schedules.save(ctx, small_world, None, "Nights", ScheduleDefinition("UTC", ()))
    schedules.attach(ctx, small_world, made.id, Selector(resource_ids=("i-lone",)))
    schedules.run(ctx, Beat())
    with ctx.begin() as db:
        db.execute(
            update(action_table)
            .where(action_table.c.resource_id == "i-lone")
            .values(state="failed", outcome="AWS has no capacity.", settled_at=ctx.now())
        )
    sign_in(small_world)
    app = opened("resources", resource="i-lone")
    said = " ".join(each.value.replace("\\", "") for each in app.warning)
    assert "To turn it off failed 1 time. AWS has no capacity. It is tried again in" in said
