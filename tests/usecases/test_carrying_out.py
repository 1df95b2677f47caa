from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from moto import mock_aws
from sqlalchemy import text

from core.access.roles import Role, User
from core.actions.model import Action, ActionKind, ActionState
from core.errors import Conflict, Forbidden, Lost, PioneerError, Refused, Unavailable
from services.context import Beat, Context
from services.db import database
from services.db.database import NOW
from services.db.stores import access, leases, resources
from services.db.stores import actions as store
from services.db.tables.actions import actions as table
from services.usecases import actions
from tests.faults import BadDay, Fault, on_a_bad_day
from tests.stand_in import Fleet, later, take_lease

STOP, START, RESIZE, DELETE = (
    ActionKind.STOP_INSTANCE,
    ActionKind.START_INSTANCE,
    ActionKind.RESIZE_INSTANCE,
    ActionKind.DELETE_VOLUME,
)
LOST = Lost("The answer was lost.")


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> Iterator[Fleet]:
    with mock_aws():
        yield Fleet(ctx, organisation_id)


@pytest.fixture
def bad(ctx: Context) -> tuple[Context, BadDay]:
    return on_a_bad_day(ctx)


def settle(ctx: Context, user: User, action: Action, looks: int = 40) -> Action:
    """Carry on, look after look, until the action has ended."""
    for _ in range(looks):
        actions.carry_out_queued(ctx, Beat())
        action = actions.one(ctx, user, action.id)
        if not action.open:
            return action
        later(ctx, timedelta(minutes=1))
    raise AssertionError(action)


def test_a_snapshot_whose_answer_was_lost_is_found_and_not_taken_twice(
    bad: tuple[Context, BadDay], operator: User, fleet: Fleet
) -> None:
    ctx, day = bad
    volume = fleet.volume()
    queued = actions.request(ctx, operator, DELETE, volume.id, {}, "unused")
    day.set("snapshot_volume", Fault(LOST, after=True))
    assert actions.carry_out_queued(ctx, Beat()) == "0 settled, 1 under way."
    assert actions.one(ctx, operator, queued.id).waiting == "The answer was lost."
    assert settle(ctx, operator, queued).state is ActionState.DONE
    assert len(fleet.snapshots_of(volume)) == 1


def test_a_snapshot_that_was_never_taken_is_asked_for_again_once_aws_had_time_to_show_it(
    bad: tuple[Context, BadDay], operator: User, fleet: Fleet
) -> None:
    ctx, day = bad
    volume = fleet.volume()
    queued = actions.request(ctx, operator, DELETE, volume.id, {}, "unused")
    day.set("snapshot_volume", Fault(LOST))
    actions.carry_out_queued(ctx, Beat())
    later(ctx, timedelta(seconds=30))
    actions.carry_out_queued(ctx, Beat())
    assert day.sent("snapshot_volume") == ["snapshot_volume"], "half a minute is too soon to try again"
    assert settle(ctx, operator, queued).state is ActionState.DONE
    assert len(fleet.snapshots_of(volume)) == 1


@pytest.mark.parametrize("after", [True, False])
def test_a_stop_whose_answer_was_lost_is_settled_by_looking(
    bad: tuple[Context, BadDay], operator: User, fleet: Fleet, *, after: bool
) -> None:
    ctx, day = bad
    instance = fleet.instance()
    queued = actions.request(ctx, operator, STOP, instance.id, {}, "because")
    day.set("stop_instance", Fault(LOST, after=after))
    assert settle(ctx, operator, queued).state is ActionState.DONE
    assert len(day.sent("stop_instance")) == (1 if after else 2)


def test_a_resize_that_aws_refuses_is_put_back(
    bad: tuple[Context, BadDay], operator: User, fleet: Fleet
) -> None:
    ctx, day = bad
    instance = fleet.instance("m5.large")
    day.set("resize_instance", Fault(Refused("AWS refused this type.")))
    queued = actions.request(ctx, operator, RESIZE, instance.id, {"instance_type": "m5.xlarge"}, "because")
    ended = settle(ctx, operator, queued)
    assert ended.state is ActionState.FAILED
    assert ended.outcome == (
        f"AWS refused this type. It was put back: {instance.id} is a m5.large again and is running."
    )
    assert (fleet.type_of(instance), fleet.state_of(instance)) == ("m5.large", "running")


def test_an_instance_that_finds_no_room_as_its_new_type_gets_its_old_one_back(
    bad: tuple[Context, BadDay], operator: User, fleet: Fleet
) -> None:
    ctx, day = bad
    instance = fleet.instance("m5.large")
    day.set("start_instance", *[Fault(Unavailable("AWS has no capacity.")) for _ in range(5)])
    queued = actions.request(ctx, operator, RESIZE, instance.id, {"instance_type": "m5.xlarge"}, "because")
    ended = settle(ctx, operator, queued)
    assert ended.state is ActionState.FAILED
    assert "put back" in ended.outcome
    assert (fleet.type_of(instance), fleet.state_of(instance)) == ("m5.large", "running")


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Refused("AWS refused it."), ActionState.REFUSED),
        (Forbidden("AWS did not let us."), ActionState.FAILED),
    ],
)
def test_what_aws_will_not_have_ends_at_once_in_its_words(
    bad: tuple[Context, BadDay], operator: User, fleet: Fleet, error: PioneerError, state: ActionState
) -> None:
    ctx, day = bad
    instance = fleet.instance()
    day.set("stop_instance", Fault(error))
    queued = actions.request(ctx, operator, STOP, instance.id, {}, "because")
    actions.carry_out_queued(ctx, Beat())
    ended = actions.one(ctx, operator, queued.id)
    assert (ended.state, ended.outcome) == (state, error.message)
    assert fleet.state_of(instance) == "running"


def test_a_cloud_that_does_not_answer_is_asked_again_later(
    bad: tuple[Context, BadDay], operator: User, fleet: Fleet
) -> None:
    ctx, day = bad
    instance = fleet.instance()
    day.set("look", Fault(Unavailable("AWS does not answer.")), Fault(Unavailable("AWS does not answer.")))
    queued = actions.request(ctx, operator, STOP, instance.id, {}, "because")
    actions.carry_out_queued(ctx, Beat())
    assert actions.one(ctx, operator, queued.id).waiting == "AWS does not answer."
    assert day.sent("stop_instance") == []
    assert settle(ctx, operator, queued).state is ActionState.DONE


def test_what_was_read_back_shows_at_once_also_where_the_clock_was_turned_back(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    later(ctx, timedelta(hours=5))
    instance = fleet.instance()
    later(ctx, timedelta(hours=-5))
    queued = actions.request(ctx, operator, STOP, instance.id, {}, "because")
    assert settle(ctx, operator, queued).state is ActionState.DONE
    with ctx.read() as db:
        assert resources.by_ids(db, operator.organisation_id, [instance.id])[instance.id].state == "stopped"


def test_one_bad_resource_never_stops_the_others(
    bad: tuple[Context, BadDay], operator: User, fleet: Fleet
) -> None:
    ctx, day = bad
    instances = fleet.instances(12)
    for instance in instances:
        actions.request(ctx, operator, STOP, instance.id, {}, "because")
    unlucky = instances[7]
    day.set("look", Fault(ZeroDivisionError("a bug of ours"), resource=unlucky.id))
    actions.carry_out_queued(ctx, Beat())
    states = {instance.id: fleet.state_of(instance) for instance in instances}
    assert {one for one, state in states.items() if state == "running"} == {unlucky.id}
    assert actions.listing(ctx, operator).rows[0].resource_id == instances[-1].id

    later(ctx, timedelta(hours=2))
    actions.carry_out_queued(ctx, Beat())
    (row,) = (row for row in actions.listing(ctx, operator, limit=100).rows if row.resource_id == unlucky.id)
    assert row.state is ActionState.FAILED
    assert "ZeroDivisionError" in row.outcome


def test_organisations_take_turns_so_that_many_of_one_keep_nobody_else_waiting(
    ctx: Context, person: Callable[..., User], operator: User, fleet: Fleet
) -> None:
    with ctx.begin() as db:
        access.add_organisation(db, elsewhere := uuid4(), "Elsewhere", NOW)
    other, theirs = person(Role.OPERATOR, organisation=elsewhere), Fleet(ctx, elsewhere)
    for instance in fleet.instances(6):
        actions.request(ctx, operator, STOP, instance.id, {}, "because")
    one = actions.request(ctx, other, STOP, theirs.instance().id, {}, "because")
    with ctx.begin() as db:
        claimed = store.claim(db, 0, database.now(db), 3)
    assert one.id in {each.id for each in claimed}
    ours = [each for each in claimed if each.organisation_id == operator.organisation_id]
    assert [each.requested_at for each in ours] == sorted(
        each.requested_at for each in actions.listing(ctx, operator).rows
    )[:2]


def test_what_waits_behind_is_not_sorted_when_some_are_taken(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    actions.request(ctx, operator, STOP, fleet.instance().id, {}, "because")
    named = ", ".join(column.name for column in table.c if column.name not in {"id", "resource_id"})
    with ctx.begin() as db:
        db.execute(
            text(
                f"insert into action (id, resource_id, {named}) "  # noqa: S608  our own columns
                f"select gen_random_uuid(), 'i-' || n, {named} from action, generate_series(1, 4000) n"
            )
        )
        db.execute(text("analyze action"))
        given = {"epoch": 0, "now": database.now(db), "limit": 50, "seen": 100}
        asked = text(f"explain (analyze, format json) {store.CLAIM.text}")
        (plan,) = db.execute(asked, given).scalar_one()
    ordered = [node for node in nodes(plan["Plan"]) if node["Node Type"] in {"Sort", "WindowAgg"}]
    assert ordered
    assert max(node["Actual Rows"] * node["Actual Loops"] for node in ordered) <= 100
    assert max(part["Actual Rows"] for node in ordered for part in node["Plans"]) <= 100


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each step of a plan of PostgreSQL's."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def test_a_worker_that_lost_the_lease_cannot_claim(ctx: Context, operator: User, fleet: Fleet) -> None:
    instance = fleet.instance()
    actions.request(ctx, operator, STOP, instance.id, {}, "because")
    stale = take_lease(ctx, "first", seconds=0)
    take_lease(ctx, "second")
    for epoch in (stale, 0):
        with pytest.raises(Conflict):
            actions.carry_out_queued(ctx, Beat(epoch))
    assert fleet.state_of(instance) == "running"


def test_a_worker_paused_inside_a_call_cannot_settle_and_its_successor_does_not_call_again(
    bad: tuple[Context, BadDay], operator: User, fleet: Fleet
) -> None:
    ctx, day = bad
    instance = fleet.instance()
    queued = actions.request(ctx, operator, STOP, instance.id, {}, "because")
    first = take_lease(ctx, "first")
    epochs = []

    def overtaken() -> None:
        with ctx.begin() as db:
            leases.release(db, "first", first)
        epochs.append(take_lease(ctx, "second"))

    day.before["stop_instance"] = overtaken
    actions.carry_out_queued(ctx, Beat(first))
    assert actions.one(ctx, operator, queued.id).state is ActionState.RUNNING

    actions.carry_out_queued(ctx, Beat(epochs[0]))
    assert actions.one(ctx, operator, queued.id).state is ActionState.DONE
    assert day.sent("stop_instance") == ["stop_instance"]


def test_a_start_that_never_takes_effect_is_given_up_in_words(
    bad: tuple[Context, BadDay], operator: User, fleet: Fleet
) -> None:
    ctx, day = bad
    instance = fleet.instance()
    fleet.ec2.stop_instances(InstanceIds=[instance.id])
    fleet.collect(instance)
    day.set("start_instance", *[Fault(Unavailable("AWS has no capacity.")) for _ in range(9)])
    ended = settle(ctx, operator, actions.request(ctx, operator, START, instance.id, {}, "because"))
    assert (ended.state, ended.outcome) == (
        ActionState.FAILED,
        "AWS was asked 5 times to start instance, without effect.",
    )
