"""Schedules: resources evaluated a second in core, and whole ticks over 50,000 instances on a PostgreSQL of their own.

`RESOURCES=50000 ./pioneer bench schedules`. Targets: 100,000 resources a second in one process; a tick over 50,000 in 10 s; 500 MB; linear.
AWS Instance Scheduler's own evaluation does 4,500 to 20,800 a second.
"""

import gc
import os
import resource as rusage
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import insert, text

from core.access.roles import Role, User
from core.inventory import Instance
from core.schedules.decide import InForce, decide, step
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.selector import Selector
from services.bootstrap import open_context
from services.context import Beat, Context
from services.db import embedded, migrate
from services.db.stores import access, resources
from services.db.tables.access import clock_shift, users
from services.db.tables.cloud import accounts
from services.settings import Settings
from services.usecases import schedules

ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "UTC")
NOW, NOON = datetime(2026, 11, 23, 10, tzinfo=UTC), datetime(2026, 12, 7, 12, tzinfo=UTC)
ACCOUNT, REGION = "111122223333", "us-east-1"
SCHEDULES = 200
"""So many different ones share the fleet."""


def definition(number: int) -> ScheduleDefinition:
    """Office hours and a night each week; no two numbers below 5,000 alike."""
    begin, minute = 6 + number // 60 % 4, number % 60
    end = 17 + number // 240 % 5
    return ScheduleDefinition(
        ZONES[number // 1200 % len(ZONES)],
        (
            Period(f"{begin:02d}:{minute:02d}", f"{end:02d}:00", ("mon-fri",)),
            Period("22:00", "02:00", ("sat",)),
        ),
    )


def timed(work: Callable[[], object]) -> float:
    """Seconds of this process's own time, so that a busy machine shows little."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def evaluated(combinations: Sequence[tuple[InForce, ...]], count: int, at: datetime) -> None:
    """Decide for each resource by itself, and what would follow for it."""
    for number in range(count):
        step(decide(combinations[number % len(combinations)], at).desired, "running")


def in_core() -> None:
    """Resources a second, on the first tick of a day and on any later one."""
    since = NOW - timedelta(days=30)
    for different, attached in ((SCHEDULES, 1), (SCHEDULES, 3), (5000, 1)):
        combinations = [
            tuple(
                InForce(f"Hours {number}", definition((number + 7 * more) % 5000), since)
                for more in range(attached)
            )
            for number in range(different)
        ]
        first = timed(lambda these=combinations: evaluated(these, 100_000, NOW))
        later = timed(lambda these=combinations: evaluated(these, 100_000, NOW + timedelta(minutes=1)))
        print(
            f"core, {different} schedules, {attached} a resource: {100_000 / first:,.0f} resources a second on the "
            f"day's first tick, {100_000 / later:,.0f} on others",
            flush=True,
        )


def settled(ctx: Context, count: int) -> User:
    """An organisation of so many running instances, each with one of the schedules by its tag."""
    organisation_id, now = uuid4(), datetime.now(UTC)
    user = User(uuid4(), organisation_id, f"{uuid4().hex}@example.com", "Bench", frozenset({Role.ADMIN}))
    with ctx.begin() as db:
        db.execute(text("delete from clock_shift"))
        db.execute(text("truncate organisation cascade"))  # so that each size is measured by itself
        access.add_organisation(db, organisation_id, "Benchmark", now)
        values = {"id": user.id, "organisation_id": organisation_id, "email": user.email, "name": user.name}
        db.execute(insert(users).values(values | {"roles": ["admin"], "status": "active", "created_at": now}))
        db.execute(insert(accounts).values(_account(organisation_id, now)))
        for start in range(0, count, 5000):
            fleet = [_instance(number, now) for number in range(start, min(count, start + 5000))]
            resources.publish(db, organisation_id, fleet, now)
    for number in range(SCHEDULES):
        made = schedules.save(ctx, user, None, f"Hours {number}", definition(number))
        schedules.attach(ctx, user, made.id, Selector(tag=("schedule", f"hours-{number}")))
    with ctx.begin() as db:
        db.execute(text("analyze"))
    return user


def _account(organisation_id: UUID, now: datetime) -> dict[str, object]:
    return {
        "organisation_id": organisation_id,
        "id": ACCOUNT,
        "name": "Benchmark",
        "external_id": "x",
        "regions": [REGION],
        "status": "connected",
        "created_at": now,
    }


def _instance(number: int, now: datetime) -> Instance:
    return Instance(
        id=f"i-{number:017d}",
        account_id=ACCOUNT,
        region=REGION,
        name=f"machine {number}",
        state="running",
        created_at=now,
        tags={"schedule": f"hours-{number % SCHEDULES}"},
        type="m5.large",
        zone=f"{REGION}a",
    )


def shifted(ctx: Context, to: datetime) -> None:
    """Let the database's clock say `to`."""
    with ctx.begin() as db:
        db.execute(text("delete from clock_shift"))
        db.execute(insert(clock_shift).values(shift=to - datetime.now(UTC)))


def ticks(ctx: Context, count: int) -> None:
    """At noon all is as wanted, which is noted once; then nothing is new."""
    settled(ctx, count)
    shifted(ctx, NOON)
    for what in ("all is noted", "nothing is new"):
        told(count, what, lambda: schedules.run(ctx, Beat()))


def acting(ctx: Context, count: int) -> None:
    """At night every instance is to be stopped: an action each is requested, with its audit row and event."""
    settled(ctx, count)
    shifted(ctx, NOON + timedelta(hours=11))
    told(count, "all are to be stopped", lambda: schedules.run(ctx, Beat()))


def told(count: int, what: str, run: Callable[[], str]) -> None:
    """Run a tick and print what it took."""
    gc.collect()
    began, busy = time.perf_counter(), time.process_time()
    said = run()
    seconds, own = time.perf_counter() - began, time.process_time() - busy
    print(
        f"{count:>6} instances, {what}: {seconds:.1f} s ({own:.1f} s of its own), {memory():.0f} MB; {said}",
        flush=True,
    )


def memory() -> float:
    """The most that this process ever held, in MB."""
    return rusage.getrusage(rusage.RUSAGE_SELF).ru_maxrss / 1000


def main() -> None:
    """Measure."""
    in_core()
    largest = int(os.environ.get("RESOURCES", "50000"))
    with tempfile.TemporaryDirectory(prefix="pioneer-bench-") as folder:
        home = Path(folder)
        ctx = open_context(
            Settings(_env_file=None, DATABASE_URL=embedded.url(home), PIONEER_DATA=home / "home")
        )
        migrate.upgrade(ctx.engine)
        for count in (largest // 4, largest // 2, largest):
            ticks(ctx, count)
        for count in (largest // 50, largest // 5):
            acting(ctx, count)
        ctx.warehouse.close()
        ctx.engine.dispose()


if __name__ == "__main__":
    main()
