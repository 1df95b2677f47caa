"""Many fixes at once: their progress, and stopping the rest."""

from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from moto import mock_aws

from core.access.roles import Role, User
from core.actions.model import ActionState
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.inventory import Volume
from core.recommendations.finding import FindingState, StoredFinding
from core.recommendations.selection import FindingFilter
from services.context import Beat, Context
from services.usecases import actions, bulk, recommendations
from tests.stand_in import Fleet


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> Iterator[Fleet]:
    with mock_aws():
        yield Fleet(ctx, organisation_id)


@pytest.fixture
def volumes(fleet: Fleet) -> list[Volume]:
    """Four gp2 volumes that should be gp3."""
    return [fleet.volume("gp2", 100 + number) for number in range(4)]


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
def test_a_batch_stopped_while_it_is_asked_for_asks_no_further(ctx: Context, operator: User) -> None:
    found = [one.id for one in findings(ctx, operator)]

    def apply(ctx: Context, user: User, finding_id: UUID, reason: str, batch_id: UUID) -> object:
        done = recommendations.apply(ctx, user, finding_id, reason, batch_id)
        if finding_id == found[1]:
            bulk.stop(ctx, user, batch_id, "wait")
        return done

    done = bulk.run(ctx, operator, found, "cheaper", apply)  # type: ignore[arg-type]
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
