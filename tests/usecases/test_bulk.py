"""Many fixes at once: their progress, and stopping the rest."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from threading import Thread
from uuid import UUID, uuid4

import pytest
from moto import mock_aws
from sqlalchemy import Connection, text

from core.access.roles import Role, User
from core.actions.model import ActionKind, ActionState
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.inventory import Volume
from core.recommendations.finding import FindingState, StoredFinding
from core.recommendations.lever import Lever
from core.recommendations.selection import FindingFilter
from core.schedules.model import Period, ScheduleDefinition
from pages.ui.fix_progress import DID, DOES, WOULD, how_far, says
from services.context import Beat, Context
from services.db.stores import findings as store
from services.usecases import actions, applying, bulk, evaluation, recommendations, savings
from tests.builders import ACCOUNT, an_instance
from tests.core.recommendations.test_portfolio import a_finding
from tests.fleet import connected, seen
from tests.stand_in import Fleet


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> Iterator[Fleet]:
    with mock_aws():
        yield Fleet(ctx, organisation_id)


@pytest.fixture
def volumes(fleet: Fleet) -> list[Volume]:
    """Four gp2 volumes that should be gp3."""
    return [fleet.volume("gp2", 100 + number) for number in range(4)]


OFFICE = ScheduleDefinition("UTC", (Period("08:00", "18:00"),))
WAITS = text(
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
)
"""How many wait for a lock."""


def findings(ctx: Context, user: User) -> tuple[StoredFinding, ...]:
    recommendations.evaluate(ctx, Beat())
    wanted = FindingFilter(rules=("ebs_gp2_to_gp3",))
    return tuple(sorted(recommendations.listing(ctx, user, wanted).findings, key=lambda one: one.resource_id))


def work(ctx: Context) -> str:
    return actions.carry_out_queued(ctx, Beat())


def test_a_batch_is_applied_fix_by_fix_and_tells_how_far_it_is(
    ctx: Context, operator: User, fleet: Fleet, volumes: list[Volume]
) -> None:
    found = findings(ctx, operator)
    assert len(found) == 4
    unknown = uuid4()
    done = recommendations.apply_all(ctx, operator, [*(one.id for one in found), unknown], "cheaper")
    assert [each.outcome for each in done.applied] == ["queued"] * 4 + ["refused"]
    batch = bulk.one(ctx, operator, done.id)
    assert (batch.asked, batch.ended, batch.stoppable) == (5, 1, 4)
    work(ctx)
    batch = bulk.one(ctx, operator, done.id)
    assert (batch.ended, batch.states) == (5, {ActionState.DONE: 4})
    assert {fleet.stored(volume).type for volume in volumes} == {"gp3"}


@pytest.mark.usefixtures("volumes")
def test_a_fix_tells_how_it_stands_until_the_rule_has_looked_again(ctx: Context, operator: User) -> None:
    first = findings(ctx, operator)[0]
    assert recommendations.fix_of(ctx, operator, first.id) is None
    recommendations.apply(ctx, operator, first.id, "cheaper")
    asked = recommendations.fix_of(ctx, operator, first.id)
    assert asked is not None
    assert says(asked, {}).endswith("The worker takes it up within seconds.")
    work(ctx)
    done = recommendations.fix_of(ctx, operator, first.id)
    assert done is not None
    assert (done.over, "Done" in says(done, {})) == (False, False)
    assert says(done, {first.resource_id: "scratch"}).partition("UTC: ")[2].startswith("scratch ")
    assert says(done, {}).endswith("It is evaluated again within a minute.")
    with ctx.begin() as db:
        db.execute(text("insert into clock_shift (shift) values (interval '20 minutes')"))
    late = recommendations.fix_of(ctx, operator, first.id)
    assert late is not None
    assert (late.over, says(late, {}).endswith("Whether it is found still cannot be told yet.")) == (
        True,
        True,
    )
    with ctx.begin() as db:
        db.execute(text("delete from clock_shift"))
    evaluation.after_actions(ctx, Beat())
    again = recommendations.one(ctx, operator, first.id).fix
    assert again is not None
    assert (again.over, again.found) == (True, False)
    (as_asked, under_way, applied) = (
        replace(first, state=state)
        for state in (FindingState.OPEN, FindingState.ACCEPTED, FindingState.APPLIED)
    )
    assert (how_far(as_asked, again), how_far(under_way, asked)) == (WOULD, WOULD)
    assert (how_far(under_way, again), how_far(applied, again)) == (DOES, DID)
    assert says(again, {}).endswith("UTC and found no more.")
    told = [each.text for each in recommendations.history(ctx, operator, first.id)]
    assert (
        told[0]
        == f"“Move gp2 volumes to gp3” on {first.resource_id} was evaluated again: it is found no more"
    )


@pytest.mark.usefixtures("volumes")
def test_the_rest_of_a_batch_can_be_stopped_once(ctx: Context, operator: User, viewer: User) -> None:
    found = findings(ctx, operator)
    done = recommendations.apply_all(ctx, operator, [one.id for one in found], "cheaper")
    with pytest.raises(Forbidden):
        bulk.stop(ctx, viewer, done.id, "wait")
    with pytest.raises(Invalid, match="say why"):
        bulk.stop(ctx, operator, done.id, " ")
    assert bulk.stop(ctx, operator, done.id, "wait") == 4
    assert work(ctx) == "Nothing to do."
    batch = bulk.one(ctx, operator, done.id)
    assert (batch.ended, batch.stopped_by) == (4, operator.email)
    assert {one.state for one in recommendations.listing(ctx, operator).findings if one in found} == set()
    with pytest.raises(Conflict, match="stopped already"):
        bulk.stop(ctx, operator, done.id, "wait")


@pytest.mark.usefixtures("volumes")
def test_a_batch_stopped_while_it_is_asked_for_asks_no_further(
    ctx: Context, operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [one.id for one in findings(ctx, operator)]
    monkeypatch.setattr(bulk, "TOGETHER", 2)
    stopping: list[Thread] = []

    def ask(
        db: Connection, ctx: Context, user: User, chunk: Sequence[UUID], reason: str, batch_id: UUID
    ) -> Sequence[bulk.Made]:
        stopping.append(Thread(target=bulk.stop, args=(ctx, user, batch_id, "wait")))
        stopping[-1].start()
        until = time.monotonic() + 60  # on a busy machine it takes a while until somebody waits
        with ctx.read() as other:
            while not other.execute(WAITS).scalar_one() and time.monotonic() < until:
                stopping[-1].join(0.01)
        return applying.ask(db, ctx, user, chunk, reason, batch_id)

    done = bulk.run(ctx, operator, found, "cheaper", ask)
    stopping[0].join()
    assert [each.outcome for each in done.applied] == ["queued", "queued", "not_tried", "not_tried"]
    assert bulk.one(ctx, operator, done.id).states == {ActionState.CANCELLED: 2}


def test_a_batch_needs_fixes_and_a_reason_and_belongs_to_its_organisation(
    ctx: Context, operator: User
) -> None:
    with pytest.raises(Invalid, match="reason"):
        recommendations.apply_all(ctx, operator, [uuid4()], " ")
    with pytest.raises(Invalid, match="1 to"):
        recommendations.apply_all(ctx, operator, [], "cheaper")
    with pytest.raises(NotFound):
        bulk.one(ctx, operator, uuid4())
    assert bulk.newest(ctx, operator) == ()


@pytest.mark.usefixtures("volumes")
def test_what_changed_since_it_was_recommended_is_not_touched_and_open_again(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    first = findings(ctx, operator)[0]
    action = recommendations.apply(ctx, operator, first.id, "cheaper")
    fleet.ec2.modify_volume(VolumeId=first.resource_id, VolumeType="io1", Iops=1000)
    work(ctx)
    refused = actions.one(ctx, operator, action.id)
    assert refused.state is ActionState.REFUSED
    size = first.seen["size_gb"]
    assert refused.outcome == (
        f"{first.resource_id} was gp2 of {size} GB when it was recommended, and is io1 now: look again."
    )
    assert recommendations.one(ctx, operator, first.id).finding.state is FindingState.OPEN


@pytest.mark.usefixtures("volumes")
def test_who_sees_some_accounts_only_sees_and_stops_their_own_batches(
    ctx: Context, operator: User, person: Callable[..., User]
) -> None:
    found = findings(ctx, operator)
    done = recommendations.apply_all(ctx, operator, [one.id for one in found], "cheaper")
    limited = person(Role.OPERATOR, accounts=frozenset({"999999999999"}))
    assert bulk.newest(ctx, limited) == ()
    with pytest.raises(NotFound):
        bulk.one(ctx, limited, done.id)
    with pytest.raises(NotFound):
        bulk.stop(ctx, limited, done.id, "not mine")
    assert [batch.id for batch in bulk.newest(ctx, operator)] == [done.id]


def both(ctx: Context, organisation_id: UUID) -> tuple[StoredFinding, StoredFinding]:
    """Of one resource that costs 100 USD a month, a schedule and a smaller type, each of which saves 60."""
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, an_instance("i-both", type="m5.2xlarge"))
    half = a_finding(
        "ec2_off_hours",
        "i-both",
        saving=Decimal(60),
        lever=Lever.SCHEDULE,
        fix=ActionKind.ATTACH_SCHEDULE,
        fix_parameters={"name": "Office", "definition": OFFICE.to_json()},
    )
    rest = a_finding(
        "ec2_rightsizing",
        "i-both",
        saving=Decimal(60),
        lever=Lever.SIZE,
        fix=ActionKind.RESIZE_INSTANCE,
        fix_parameters={"instance_type": "m5.large"},
    )
    with ctx.begin() as db:
        store.write(db, organisation_id, [half, rest])
    return half, rest


def test_two_fixes_of_one_resource_promise_together_no_more_than_it_costs(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    half, rest = both(ctx, organisation_id)
    done = recommendations.apply_all(ctx, operator, [half.id, rest.id], "both")
    assert [each.outcome for each in done.applied] == ["attached", "queued"]
    queued = done.applied[1].action_id
    assert queued is not None
    promised = [row.entry.promised for row in savings.listing(ctx, operator).rows]
    assert (promised, actions.one(ctx, operator, queued).expected_saving) == ([Decimal(60)], Decimal(24))


def test_while_both_are_under_way_a_third_counts_on_what_the_two_leave(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    half, rest = both(ctx, organisation_id)
    third = a_finding("ec2_graviton", "i-both", saving=Decimal(50), lever=Lever.VERSION, fix=None)
    with ctx.begin() as db:
        store.write(db, organisation_id, [third])
    recommendations.apply_all(ctx, operator, [half.id, rest.id], "both")
    assert recommendations.plan(ctx, operator).total_saving == 8  # half of 100 - 60 - 24


def test_of_two_fixes_of_one_resource_the_second_is_judged_by_what_became_of_the_first(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, an_instance("i-first", type="m5.2xlarge"))
    refused = a_finding(  # a type of another architecture, which the guard lets nobody change to
        "ec2_graviton",
        "i-first",
        saving=Decimal(100),
        lever=Lever.VERSION,
        fix=ActionKind.RESIZE_INSTANCE,
        fix_parameters={"instance_type": "m7g.large"},
    )
    fine = a_finding(
        "ec2_rightsizing",
        "i-first",
        saving=Decimal(60),
        lever=Lever.SIZE,
        fix=ActionKind.RESIZE_INSTANCE,
        fix_parameters={"instance_type": "m5.large"},
    )
    later = a_finding("ec2_idle", "i-first", saving=Decimal(100), fix=ActionKind.STOP_INSTANCE)
    with ctx.begin() as db:
        store.write(db, organisation_id, [refused, fine, later])
    done = recommendations.apply_all(ctx, operator, [refused.id, fine.id, later.id], "as they come")
    assert [each.outcome for each in done.applied] == ["refused", "queued", "refused"]
    queued = done.applied[1].action_id
    assert queued is not None
    assert actions.one(ctx, operator, queued).expected_saving == Decimal(60)
    assert done.applied[2].detail == "Another action on i-first is still open."


def test_whether_somebody_must_agree_goes_by_all_of_a_fix_not_by_what_others_leave_of_it(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    half, rest = both(ctx, organisation_id)
    limited = replace(ctx, settings=ctx.settings.model_copy(update={"approval_above": Decimal(59)}))
    recommendations.apply_all(ctx, operator, [half.id], "first")
    (later,) = recommendations.apply_all(limited, operator, [rest.id], "then").applied
    assert later.action_id is not None
    asked = actions.one(ctx, operator, later.action_id)
    assert (asked.state, asked.expected_saving) == (ActionState.WAITING, Decimal(24))
