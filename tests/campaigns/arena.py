"""Where campaigns of schedules are fought: a fleet switched on and off by the hour, and a look at what became of each switch.

What is looked at is the database, AWS and the log of calls; nothing that a worker says of itself.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from core.access.roles import Role, User
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.selector import Selector
from services.context import Beat, Context
from services.db import database, embedded
from services.db.stores import leases
from services.usecases import actions, schedules
from services.usecases.audit import verify
from tests.campaigns.acting import aws, stand_in
from tests.campaigns.forked import forked
from tests.campaigns.installation import fresh, opened, organisation, words
from tests.emptied import engine_of
from tests.stand_in import REGION, Fleet, later

HOUR, SPELL = timedelta(hours=1), timedelta(minutes=2)
HOURLY = ScheduleDefinition(
    "UTC", tuple(Period(f"{hour:02d}:00", f"{hour + 1:02d}:00") for hour in range(0, 24, 2))
)
"""On in even hours, off in odd ones."""
TAG = ("schedule", "hourly")
LOOKS = 12
TURNS = 100
"""How often the lease is asked for, as workers do at each tick: who holds on to it may have just died."""
LEAST_TO_SHARE = 20
"""Rounds; fewer are not worth a second installation."""
Hook = Callable[[str, str, str], None]
"""Is told `before` or `after`, the adapter's function, and the instance."""


def quiet(_when: str, _name: str, _instance: str) -> None:
    """Nothing happens."""


class Watched:
    """The cloud adapter: calls that change something are logged just before they are sent, and `hook` hears of each and of looks."""

    def __init__(self, cloud: object, log: Path, hook: Hook = quiet) -> None:
        self._cloud, self._log, self._hook = cloud, log, hook

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The adapter's own call."""
        real = getattr(self._cloud, name)

        def call(*given: Any, **named: Any) -> Any:  # noqa: ANN401  whatever the adapter takes and answers
            it = given[1].id if name == "look" else given[2]
            self._hook("before", name, it)
            if name != "look":
                with self._log.open("a") as lines:
                    lines.write(f"{name} {it}\n")
            answer = real(*given, **named)
            self._hook("after", name, it)
            return answer

        return call if name in {"look", "start_instance", "stop_instance"} else real  # type: ignore[no-any-return]


@dataclass
class Arena:
    """An organisation's fleet on the hourly schedule; every forked process connects to the database anew."""

    ctx: Context
    url: str
    user: User
    fleet: list[str]
    log: Path
    hour: datetime
    dice: random.Random
    hours: list[datetime] = field(default_factory=list)

    def own(self, hook: Hook = quiet) -> Context:
        """A context of this process."""
        cloud: Any = Watched(self.ctx.cloud, self.log, hook)
        return replace(self.ctx, engine=database.connect(self.url), cloud=cloud)

    def ask(self, query: str, **given: object) -> Sequence[Any]:
        """The rows of a question, or none for a statement without; committed, and no connection is kept."""
        with engine_of(self.url).connect() as db:
            found = db.execute(text(query), given)
            return found.all() if found.returns_rows else ()

    def to(self, moment: datetime) -> None:
        """Let the product's clock show this."""
        self.ask(
            "insert into clock_shift (shift) values (cast(:to as timestamptz) - clock_timestamp()) "
            "on conflict (id) do update set shift = excluded.shift",
            to=moment,
        )

    def next_hour(self) -> None:
        """Everything is to be switched."""
        self.hour += HOUR
        self.hours.append(self.hour)
        self.log.write_text("")
        self.to(self.hour + SPELL)

    @property
    def desired(self) -> str:
        """What the schedule wants in this hour."""
        return "running" if self.hour.hour % 2 == 0 else "stopped"

    def tick(self, ctx: Context, epoch: int) -> None:
        """Everything that the worker does for schedules, once."""
        schedules.run(ctx, Beat(epoch))
        actions.carry_out_queued(ctx, Beat(epoch))

    def lead(self, ctx: Context, holder: str) -> int:
        """Be the worker, whoever was it before."""
        for _ in range(TURNS):
            with ctx.begin() as db:
                db.execute(text("update lease set expires_at = clock_timestamp()"))
                epoch = leases.take(db, holder, 600)
            if epoch is not None:
                return epoch
            time.sleep(0.1)  # PostgreSQL has not heard yet that who wrote under it is dead
        message = "The lease cannot be had."
        raise AssertionError(message)

    def calm(self) -> None:
        """A worker without faults takes the next ticks, until nothing is under way."""
        ctx = self.own()
        epoch = self.lead(ctx, f"worker calm:{os.getpid()}")
        for _ in range(LOOKS):
            self.tick(ctx, epoch)
            if not self.ask("select 1 from action where state in ('queued', 'running')"):
                break
            later(ctx, SPELL)
        with ctx.begin() as db:
            leases.release(db, f"worker calm:{os.getpid()}", epoch)

    def states(self) -> dict[str, str]:
        """What AWS shows of each."""
        answer = aws("ec2").describe_instances(InstanceIds=self.fleet)["Reservations"]
        return {each["InstanceId"]: each["State"]["Name"] for one in answer for each in one["Instances"]}

    def settled(self) -> bool:
        """Whether everything asked for in this hour has ended."""
        (row,) = self.ask(
            "select count(*) filter (where a.state = 'done') as done from schedule_segment s "
            "left join action a on a.id = s.action_id where s.segment_start = :hour",
            hour=self.hour,
        )
        return bool(row.done == len(self.fleet))

    def wrong(self, exempt: Sequence[str] = ()) -> list[str]:
        """What is wrong with this hour's switches."""
        there = self._switches()
        states = self.states()
        called = {line.split()[1] for line in self.log.read_text().splitlines()}
        found = []
        for it in self.fleet:
            if it in exempt:
                continue
            if states[it] != self.desired:
                found.append(f"{it} is {states[it]}, {self.desired} was wanted")
            if len(there[it]) != 1:
                found.append(f"{it} was switched {len(there[it])} times by the record")
            for desired, state, told in there[it]:
                begun = ["ActionStarted"] if "ActionStarted" in told or it in called else []
                if desired != self.desired or state != "done":
                    found.append(f"{it} is recorded as {state}, to be {desired}")
                elif told != ["ActionRequested", *begun, "ActionSettled"]:
                    found.append(
                        f"told of {it} was {', '.join(told)}{', and AWS was called' * (it in called)}"
                    )
        return [f"{self.hour:%d %H}: {each}" for each in found]

    def _switches(self) -> dict[str, list[tuple[str, str, list[str]]]]:
        """By instance: what was wanted in this hour, how that ended, and what was told of it."""
        rows = self.ask(
            "select s.resource_id, s.desired, coalesce(a.state, s.outcome || ' without an action') as state, "
            "array(select e.type from event_log e where e.aggregate = 'action:' || a.id order by e.aggregate_seq) as told "
            "from schedule_segment s left join action a on a.id = s.action_id where s.segment_start = :hour",
            hour=self.hour,
        )
        found = defaultdict(list)
        for row in rows:
            found[row.resource_id].append((row.desired, row.state, list(row.told)))
        return found

    def at_last(self) -> list[str]:
        """What is wrong with the whole record: switches that nobody asked for, actions without one, a broken chain."""
        found = []
        (row,) = self.ask(
            "select (select count(*) from schedule_segment where segment_start >= :first) as switches, "
            "(select count(*) from action where origin = 'schedule' and requested_at >= :first) as actions",
            first=self.hours[0],
        )
        most = len(self.fleet) * len(self.hours)
        if (row.switches, row.actions) != (most, most):
            found.append(
                f"{row.switches} switches and {row.actions} actions for {most} switches that were due"
            )
        if not forked(lambda: verify(self.own(), self.user).whole):
            found.append("the audit chain is broken")
        return found

    def empty(self) -> None:
        """Leave nothing to the next."""
        self.ask("truncate organisation cascade")
        for table in ("clock_shift", "lease", "job"):
            self.ask(f"delete from {table}")  # noqa: S608  our own words


@contextmanager
def arena(url: str | None, size: int, seed: int) -> Iterator[Arena]:
    """An organisation with so many instances, and its first hour behind it; gone afterwards. The stand-in runs already."""
    os.environ["LEASE_SECONDS"] = "1"
    with fresh(url) as data, opened() as ctx:
        whose = organisation(ctx)
        user = User(UUID(int=1), whose, "campaign@example.com", "Campaign", frozenset({Role.ADMIN}))
        fleet = Fleet(ctx, whose)
        for writes in (False, True):  # clients are slow to make, and every fork inherits these
            ctx.cloud._sessions.client(fleet.account, "ec2", REGION, writes=writes)  # type: ignore[attr-defined]
        ids = [one.id for one in fleet.instances(size, **dict([TAG]))]
        made = schedules.save(ctx, user, None, "Hourly", HOURLY)
        schedules.attach(ctx, user, made.id, Selector(tag=TAG))
        # Ahead of the real clock, and set below: however long the set-up takes, no hour of ours passes meanwhile.
        begun = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + 2 * HOUR
        there = ctx.engine.url.render_as_string(hide_password=False)
        ctx.engine.dispose()
        dice = random.Random(seed)  # noqa: S311  a repeatable choice, no secret
        made_here = Arena(ctx, there, user, ids, data.parent / "calls", begun, dice)
        made_here.log.write_text("")
        made_here.to(begun + SPELL)
        try:
            forked(made_here.calm)
            yield made_here
        finally:
            made_here.empty()


Play = Callable[[str | None, int, int, bool], tuple[str, list[str]]]
"""Database, how often, the seed, and whether a defect is planted; answers what happened, and what was wrong."""


def played(name: str, description: str, full: int, play: Play, lanes: int = 1) -> int:
    """A campaign's `main`: 0 when nothing was wrong. One that mostly waits is played in lanes, each an installation of its own."""
    said = words(description, full)
    seed = said.seed if said.seed is not None else random.SystemRandom().randrange(10**6)
    if said.count >= LEAST_TO_SHARE and lanes > 1 and said.url is None and not said.defect:
        return _shared(said.count, seed, lanes)
    with stand_in():
        happened, wrong = play(said.url, said.count, seed, said.defect)
    print(f"{name}, seed {seed}: {happened}; {len(wrong)} wrong")
    for each in wrong[:20]:
        print(f"  {each}")
    return 1 if wrong else 0


def _shared(count: int, seed: int, lanes: int) -> int:
    """The same in processes beside each other, which know by their database that they are lanes; each says its own line."""
    with ExitStack() as stack:
        playing = []
        for lane in range(lanes):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pc-")))
            share = count // lanes + (lane < count % lanes)
            given = ("--count", str(share), "--seed", str(seed + lane), "--url", embedded.url(folder))
            playing.append(subprocess.Popen([sys.executable, sys.argv[0], *given]))
        return worst(playing)


def worst(playing: Sequence["subprocess.Popen[bytes]"]) -> int:
    """1 once all have ended and one of them not well: what a signal ended has a status below 0."""
    ended = [each.wait() for each in playing]
    return int(any(ended))
