"""kill -9 of the worker at every border of an action; what remains must be finished by the next one, each effect once."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import select, text

from core.access.roles import Role, User
from core.actions.model import ActionKind, ActionState
from services.bootstrap import open_context
from services.context import Context
from services.db.tables.records import events
from services.settings import PROJECT, Settings
from services.usecases import actions
from tests.stand_in import Fleet

KILLED = -signal.SIGKILL
Person = Callable[..., User]


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    """A stand-in for AWS that other processes reach."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def settings(settings: Settings, aws: str) -> Settings:
    return settings.model_copy(update={"aws_endpoint_url": aws})


@pytest.fixture
def fleet(settings: Settings, organisation_id: UUID, aws: str) -> Iterator[Fleet]:
    context = open_context(settings)
    yield Fleet(context, organisation_id, aws)
    context.warehouse.close()
    context.engine.dispose()


class Mortal:
    """Workers that die where they are told; forked by one process that imported everything once."""

    def __init__(self, endpoint: str, data: Path) -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": str(PROJECT),
            "DATABASE_URL": "postgresql://named.with.each.death/",
            "PIONEER_DATA": str(data),
            "PIONEER_AWS_ENDPOINT": endpoint,
            "SECRET_KEY": "k" * 16 + "0123456789abcdef" * 2,
        }
        script = Path(__file__).with_name("crashing.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def work(self, ctx: Context, fatal: int = 0) -> int:
        """The exit status of a worker that dies at this border."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        url = ctx.engine.url.render_as_string(hide_password=False)
        self.process.stdin.write(f"{fatal} {url}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline().split()[0])

    def end(self) -> None:
        self.process.communicate(timeout=20)


@pytest.fixture(scope="module")
def mortal(aws: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortal]:
    workers = Mortal(aws, tmp_path_factory.mktemp("worker"))
    yield workers
    workers.end()


def expire(ctx: Context) -> None:
    """Time passes until the dead worker's lease has run out."""
    with ctx.begin() as db:
        db.execute(text("update lease set expires_at = clock_timestamp()"))


def die_at_every_border(
    ctx: Context, mortal: Mortal, act: Callable[[], UUID], check: Callable[[UUID], None]
) -> int:
    """Carry out the same kind of action again and again, its worker killed one border later each time; answers how many."""
    border = 0
    while True:
        border += 1
        action_id = act()
        status = mortal.work(ctx, border)
        if status == KILLED:
            expire(ctx)
            assert mortal.work(ctx) == 0
        check(action_id)
        with ctx.begin() as db:
            told = (
                select(events.c.type)
                .where(events.c.aggregate == f"action:{action_id}")
                .order_by(events.c.aggregate_seq)
            )
            assert db.execute(told).scalars().all() == ["ActionRequested", "ActionStarted", "ActionSettled"]
        if status != KILLED:
            assert status == 0
            return border - 1


def test_a_stop_survives_the_death_of_its_worker_anywhere(
    ctx: Context, fleet: Fleet, mortal: Mortal, person: Person
) -> None:
    operator, ids = person(Role.OPERATOR), {}

    def act() -> UUID:
        instance = fleet.instance()
        action = actions.request(ctx, operator, ActionKind.STOP_INSTANCE, instance.id, {}, "because")
        ids[action.id] = instance
        return action.id

    def check(action_id: UUID) -> None:
        found = actions.one(ctx, operator, action_id)
        assert found.state is ActionState.DONE, found.outcome
        assert fleet.state_of(ids[action_id]) == fleet.stored(ids[action_id]).state == "stopped"

    assert die_at_every_border(ctx, mortal, act, check) >= 5


def test_a_resize_survives_the_death_of_its_worker_anywhere(
    ctx: Context, fleet: Fleet, mortal: Mortal, person: Person
) -> None:
    operator, ids = person(Role.OPERATOR), {}

    def act() -> UUID:
        instance = fleet.instance("m5.large")
        wanted = {"instance_type": "m5.xlarge"}
        action = actions.request(ctx, operator, ActionKind.RESIZE_INSTANCE, instance.id, wanted, "because")
        ids[action.id] = instance
        return action.id

    def check(action_id: UUID) -> None:
        action = actions.one(ctx, operator, action_id)
        assert action.state is ActionState.DONE, action.outcome
        assert action.before == {"state": "running", "type": "m5.large"}
        assert (fleet.type_of(ids[action_id]), fleet.state_of(ids[action_id])) == ("m5.xlarge", "running")

    assert die_at_every_border(ctx, mortal, act, check) >= 11


def test_a_deleted_volume_has_one_snapshot_wherever_its_worker_died(
    ctx: Context, fleet: Fleet, mortal: Mortal, person: Person
) -> None:
    operator, ids = person(Role.OPERATOR), {}

    def act() -> UUID:
        volume = fleet.volume()
        action = actions.request(ctx, operator, ActionKind.DELETE_VOLUME, volume.id, {}, "because")
        ids[action.id] = volume
        return action.id

    def check(action_id: UUID) -> None:
        assert actions.one(ctx, operator, action_id).state is ActionState.DONE
        assert not fleet.volume_exists(ids[action_id])
        assert len(fleet.snapshots_of(ids[action_id])) == 1

    assert die_at_every_border(ctx, mortal, act, check) >= 8
