"""What waits for a second person, batches under way, and trying without doing, on the screens."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from moto import mock_aws
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from core.access.roles import Role, User
from core.actions.model import ActionKind, ActionState
from core.inventory import Resource
from core.recommendations.selection import FindingFilter
from services import bootstrap
from services.context import Context
from services.db.database import NOW
from services.db.tables.actions import actions as table
from services.usecases import actions, recommendations
from services.usecases.actions import ActionFilter
from tests.acted_on import a_bucket, a_log_group
from tests.builders import a_volume, an_instance
from tests.containers import a_service
from tests.databases import a_database, a_warehouse
from tests.fleet import seen
from tests.pages.conftest import opened
from tests.pages.test_doing import in_dialog, text_of

SignIn = Callable[[User | None], str]
STRICT = Decimal(1)


def strict(ctx: Context) -> Context:
    """Where two must agree to nearly everything."""
    return replace(ctx, settings=ctx.settings.model_copy(update={"approval_above": STRICT}))


@pytest.mark.parametrize(
    ("verb", "state"), [("approve", ActionState.QUEUED), ("reject", ActionState.REFUSED)]
)
def test_somebody_else_approves_or_rejects_what_waits(
    ctx: Context,
    small_world: User,
    person: Callable[..., User],
    sign_in: SignIn,
    verb: str,
    state: ActionState,
) -> None:
    asker, other = person(Role.APPROVER), small_world
    waiting = actions.request(strict(ctx), asker, ActionKind.STOP_INSTANCE, "i-2", {}, "idle")
    sign_in(asker)
    own = opened("actions")
    assert "You asked for this" in text_of(own)
    assert not [each for each in own.button if str(each.key).startswith(verb)]
    sign_in(other)
    assert "1 action waits for approval" in text_of(opened("overview"))
    app = opened("actions")
    assert "Waits for approval" in [each.value for each in app.subheader]
    app.button(key=f"{verb}-{waiting.id}").click().run()
    assert any("ec2:StopInstances" in block.value for block in app.code)
    in_dialog(app, f"{verb}-{waiting.id}", "approval-go", approval_reason="agreed")
    assert actions.one(ctx, asker, waiting.id).state is state


WAITS = "This waits until an approver agrees: "


@pytest.mark.parametrize("limited", [True, False], ids=("a limit", "no limit"))
def test_dialogs_say_before_the_click_that_a_second_person_must_agree(
    ctx: Context,
    small_world: User,
    sign_in: SignIn,
    limited: bool,  # noqa: FBT001  the parameter of a test
) -> None:
    sign_in(small_world)
    bootstrap.share(strict(ctx) if limited else ctx)
    found = [one for one in recommendations.listing(ctx, small_world, FindingFilter()).findings if one.fix]
    app = opened("resources", resource="i-1")
    app.button(key="act-stop").click().run()
    costs = f"{WAITS}it acts on a resource that costs $30.42 a month, more than $1.00."
    assert said_of_waiting(app) == ([costs] if limited else [])
    assert app.button(key="confirm-go").label == ("Ask for it" if limited else "Stop")
    app = opened("recommendations", finding=str(found[0].id))
    app.button(key="apply").click().run()
    assert [each.startswith(WAITS) for each in said_of_waiting(app)] == ([True] if limited else [])
    assert (app.button(key="finding-go").label == "Ask for it") is limited
    app = opened("recommendations")
    app.button(key="apply-plan").click().run()
    number = app.button(key="plan-go").label.removeprefix("Apply ")
    assert [f"All {number} wait" in each for each in said_of_waiting(app)] == ([True] if limited else [])


def said_of_waiting(app: AppTest) -> list[str]:
    """What a dialog says of approval before the click."""
    return [plain for each in app.info if "an approver agrees" in (plain := each.value.replace("\\", ""))]


def test_the_word_for_a_recommendation_follows_its_action(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    (found,) = recommendations.listing(ctx, small_world, FindingFilter(rules=("ebs_gp2_to_gp3",))).findings
    asked = recommendations.apply(strict(ctx), small_world, found.id, "cheaper")
    for state, word in (
        ("waiting", ":blue-badge[waits for approval]"),
        ("queued", ":blue-badge[being applied]"),
        ("done", ":green-badge[applied]"),
    ):
        settled = {"started_at": NOW, "settled_at": NOW} if state == "done" else {}
        with ctx.begin() as db:
            db.execute(update(table).where(table.c.id == asked.id).values(state=state, **settled))
        app = opened("recommendations", finding=str(found.id))
        assert not app.exception
        assert word in next(each.value for each in app.markdown if "risk" in each.value)
        by = "Applied by " if state == "done" else "Asked for by "
        assert any(each.value.startswith(by) for each in app.caption)


def test_a_batch_shows_how_far_it_is_and_its_rest_is_stopped(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    found = [one.id for one in recommendations.listing(ctx, small_world, FindingFilter()).findings if one.fix]
    done = recommendations.apply_all(ctx, small_world, found, "all of it")
    queued = [each for each in done.applied if each.outcome == "queued"]
    assert queued
    sign_in(small_world)
    app = opened("actions")
    assert "Batches" in [each.value for each in app.subheader]
    app.button(key=f"stop-{done.id}").click().run()
    in_dialog(app, f"stop-{done.id}", "stop-go", stop_reason="too much")
    for each in queued:
        assert each.action_id is not None
        assert actions.one(ctx, small_world, each.action_id).state is ActionState.CANCELLED


def test_a_dialog_tries_without_doing_and_says_what_aws_answered(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    (found,) = recommendations.listing(ctx, small_world, FindingFilter(rules=("ebs_gp2_to_gp3",))).findings
    with mock_aws():
        recommended = opened("recommendations", finding=str(found.id))
        recommended.button(key="apply").click().run()
        in_dialog(recommended, "apply", f"confirm-try-{found.resource_id}")
        app = opened("resources", resource="i-2")
        app.button(key="act-stop").click().run()
        in_dialog(app, "act-stop", "confirm-try-i-2")
    assert any("Stop instance" in each.value for each in (*app.error, *app.success))
    assert any("Modify volume" in each.value for each in (*recommended.error, *recommended.success))


def test_what_fits_a_resource_is_offered_on_its_page(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    stopped = an_instance("i-3", state="stopped")
    seen(ctx, small_world.organisation_id, stopped, a_volume("vol-1", state="available", attached_to=None))
    sign_in(small_world)
    keys = {button.key for button in opened("resources", resource="i-3").button}
    assert {"act-start", "act-resize_instance", "act-terminate_instance"} <= keys
    keys = {button.key for button in opened("resources", resource="vol-1").button}
    assert "act-delete_volume" in keys
    assert not {"act-start", "act-stop", "act-terminate_instance"} & keys
    asked = opened("resources", resource="i-3")
    asked.button(key="act-terminate_instance").click().run()
    assert not asked.exception
    assert any("ec2:TerminateInstances" in block.value for block in asked.code)


@pytest.mark.parametrize(
    ("on", "off", "stop", "start"),
    [
        (a_database(), a_database(state="stopped"), ActionKind.STOP_DATABASE, ActionKind.START_DATABASE),
        (a_warehouse(), a_warehouse(state="paused"), ActionKind.PAUSE_WAREHOUSE, ActionKind.RESUME_WAREHOUSE),
        (a_service(), a_service(desired=0), ActionKind.STOP_SERVICE, ActionKind.START_SERVICE),
    ],
    ids=("database", "warehouse", "service"),
)
def test_what_can_be_switched_is_started_and_stopped_like_an_instance(
    ctx: Context,
    small_world: User,
    sign_in: SignIn,
    on: Resource,
    off: Resource,
    stop: ActionKind,
    start: ActionKind,
) -> None:
    sign_in(small_world)
    for seen_as, key, kind in ((on, "act-stop", stop), (off, "act-start", start)):
        seen(ctx, small_world.organisation_id, seen_as)
        app = opened("resources", resource=on.id)
        assert "act-resize_instance" not in {button.key for button in app.button}
        app.button(key=key).click().run()
        in_dialog(app, key, "confirm-go", confirm_reason="nobody uses it")
        assert not app.exception
        (asked,) = actions.listing(ctx, small_world, ActionFilter(kinds=(kind,))).rows
        assert (asked.resource_id, asked.state) == (on.id, ActionState.QUEUED)
        _carried_out(ctx, asked.id, vars(on))
    if "desired" in vars(on):
        assert asked.parameters == {"desired": vars(on)["desired"]}


def _carried_out(ctx: Context, action_id: UUID, before: Mapping[str, object]) -> None:
    """As the worker would have left it."""
    kept = {name: value for name, value in before.items() if isinstance(value, int)}
    done = {"state": "done", "step": "sent", "before": kept, "started_at": NOW, "settled_at": NOW}
    with ctx.begin() as db:
        db.execute(update(table).where(table.c.id == action_id).values(done))


def test_parameters_are_asked_for_as_their_kind_declares_them(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    group, bucket = a_log_group(), a_bucket()
    seen(ctx, small_world.organisation_id, group, bucket)
    sign_in(small_world)
    app = opened("resources", resource=group.id)
    app.button(key="act-set_log_retention").click().run()
    assert "keeps its events for ever already" in app.warning[0].value
    app.button(key="act-set_log_retention").click()
    app.selectbox(key="set-days").select(30).run()
    assert any("logs:PutRetentionPolicy" in block.value for block in app.code)
    in_dialog(app, "act-set_log_retention", "confirm-go", confirm_reason="nobody reads older ones")
    (asked,) = actions.listing(ctx, small_world, ActionFilter(resource_id=group.id)).rows
    assert (asked.kind, asked.parameters) == (ActionKind.SET_LOG_RETENTION, {"days": 30})

    app = opened("resources", resource=bucket.id)
    app.button(key="act-set_bucket_lifecycle").click().run()
    assert not app.error
    assert "Say above what is to change" in text_of(app)
    assert app.button(key="confirm-go").disabled
    app.button(key="act-set_bucket_lifecycle").click()
    app.number_input(key="set-abort_days-").set_value(7).run()
    assert any("pioneer-abort-uploads-after-7-days" in block.value for block in app.code)
    assert not app.button(key="confirm-go").disabled
