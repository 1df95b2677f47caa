from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

import pytest
from moto import mock_aws
from sqlalchemy import select

from core.access.roles import User
from core.actions.model import ActionKind, ActionState, Origin
from core.errors import Refused
from services.context import Beat, Context
from services.db.tables.ledger import entries
from services.usecases import actions
from tests.stand_in import Fleet

STOP, START = ActionKind.STOP_INSTANCE, ActionKind.START_INSTANCE


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> Iterator[Fleet]:
    with mock_aws():
        yield Fleet(ctx, organisation_id)


def work(ctx: Context) -> str:
    return actions.carry_out_queued(ctx, Beat())


def test_what_somebody_did_already_is_not_done_twice_and_saves_nothing(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    instance = fleet.instance()
    queued = actions.request(ctx, operator, STOP, instance.id, {}, "because", expected_saving=Decimal(10))
    fleet.ec2.stop_instances(InstanceIds=[instance.id])
    work(ctx)
    done = actions.one(ctx, operator, queued.id)
    assert done.state is ActionState.DONE
    assert "nothing was done" in done.outcome
    with ctx.begin() as db:
        assert db.execute(select(entries)).all() == []


def test_a_volume_is_changed_in_place_and_back(ctx: Context, operator: User, fleet: Fleet) -> None:
    volume = fleet.volume("gp2")
    queued = actions.request(ctx, operator, ActionKind.MODIFY_VOLUME, volume.id, {"type": "gp3"}, "cheaper")
    work(ctx)
    assert actions.one(ctx, operator, queued.id).state is ActionState.DONE
    assert fleet.stored(volume).type == "gp3"
    undone = actions.undo(ctx, operator, queued.id, "slower")
    work(ctx)
    assert actions.one(ctx, operator, undone.id).outcome == f"{volume.id} is changed: type gp2."


def test_a_saving_is_booked_when_done_and_ends_when_undone(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    instance = fleet.instance()
    stopped = actions.request(ctx, operator, STOP, instance.id, {}, "idle", expected_saving=Decimal("70.08"))
    work(ctx)
    with ctx.begin() as db:
        row = db.execute(select(entries)).one()
    assert (row.action_id, row.promised, row.ended_at) == (stopped.id, Decimal("70.08"), None)

    started = actions.undo(ctx, operator, stopped.id, "needed after all")
    assert (started.kind, started.origin, started.origin_id) == (START, Origin.UNDO, str(stopped.id))
    work(ctx)
    assert fleet.state_of(instance) == "running"
    with ctx.begin() as db:
        assert db.execute(select(entries.c.ended_at)).scalar_one() is not None


def test_what_cannot_be_taken_back_says_so(ctx: Context, operator: User, fleet: Fleet) -> None:
    volume = fleet.volume()
    queued = actions.request(ctx, operator, ActionKind.DELETE_VOLUME, volume.id, {}, "unused")
    with pytest.raises(Refused, match="Only what was done"):
        actions.undo(ctx, operator, queued.id, "oops")
    work(ctx)
    with pytest.raises(Refused, match="stays in the snapshot"):
        actions.undo(ctx, operator, queued.id, "oops")
