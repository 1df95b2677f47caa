"""A week of the demo, from one switch of its schedules to the next, against AWS's stand-in."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from moto import mock_aws

from core.access.roles import Role, User
from core.errors import Unavailable
from core.schedules.attachment import Mode
from core.schedules.model import Period, ScheduleDefinition, State
from core.schedules.selector import Selector
from services.commands import demo_week
from services.context import Beat, Context
from services.db.stores import access
from services.demo import seed, week
from services.demo.company import DEMO_USERS, OFFICE_HOURS, ORGANISATION_ID
from services.settings import Settings
from services.usecases import actions, schedules
from tests.stand_in import Fleet
from tests.stand_in_services import Services

OFFICE = dict([seed.TAG])


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The demo's."""
    return settings.model_copy(update={"mode": "demo"})


@pytest.fixture
def fleet(ctx: Context) -> Iterator[Fleet]:
    seed.first_start(ctx)
    with mock_aws():
        yield Fleet(ctx, ORGANISATION_ID)


@pytest.fixture
def admin(ctx: Context) -> User:
    wanted = next(one.email for one in DEMO_USERS if one.role is Role.ADMIN)
    with ctx.begin() as db:
        found = access.by_email(db, wanted)
    assert found is not None
    return found.user


def working(ctx: Context) -> Callable[[Callable[[], bool]], bool]:
    """A worker that looks until it is over, at most five times."""

    def settled(over: Callable[[], bool]) -> bool:
        for _ in range(5):
            schedules.run(ctx, Beat())
            actions.carry_out_queued(ctx, Beat())
            if over():
                return True
        return False

    return settled


def test_each_office_day_of_a_week_starts_and_stops_the_machines_and_nothing_else_does(
    ctx: Context, fleet: Fleet, admin: User
) -> None:
    fleet.instance(**OFFICE)
    began = ctx.now()
    lived = list(week.live(ctx, admin, working(ctx)))
    seen = [(moment.at, turned.to) for moment in lived for turned in moment.turned]
    hours = (began.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1 + n) for n in range(7 * 24))
    walked = [
        (hour, State.RUNNING if hour.hour == OFFICE_HOURS.start else State.STOPPED)
        for hour in hours
        if hour.weekday() < 5 and hour.hour in {OFFICE_HOURS.start, OFFICE_HOURS.stop}
    ]  # Reykjavik is on UTC all year
    assert seen == walked
    assert all(turned.there for moment in lived for turned in moment.turned)
    assert timedelta(days=7) <= ctx.now() - began < timedelta(days=7, minutes=1)


def test_a_week_says_what_was_switched_and_what_was_not(ctx: Context, fleet: Fleet, admin: User) -> None:
    machine, service = fleet.instance(**OFFICE), Services(fleet).service(**OFFICE)
    held = fleet.instance()
    made = schedules.save(ctx, admin, None, "Asked", ScheduleDefinition("UTC", (Period("03:00", "04:00"),)))
    schedules.attach(ctx, admin, made.id, Selector(resource_ids=(held.id,)), mode=Mode.APPROVE)
    said: list[str] = []
    assert demo_week.lived(ctx, working(ctx), said.append) == 0
    told = "".join(said)
    for turned in ("08:00  running: ", "18:00  stopped: "):
        assert f"{turned}{service.name} and {machine.name}\n" in told
    assert "is not stopped: that waits for approval" in told
    assert "schedules kept 2 resources off for " in told
    assert " hours in all, which would have cost $" in told


@pytest.mark.usefixtures("fleet")
def test_a_week_without_a_schedule_says_so(ctx: Context) -> None:
    said: list[str] = []
    assert demo_week.lived(ctx, working(ctx), said.append) == 0
    assert "Nothing is switched" in "".join(said)


def test_a_week_without_a_worker_ends_with_the_mend(ctx: Context, fleet: Fleet, admin: User) -> None:
    fleet.instance(**OFFICE)
    with pytest.raises(Unavailable, match="no worker followed") as stuck:
        list(week.live(ctx, admin, lambda over: over()))
    assert "./pioneer demo" in (stuck.value.mend or "")
