"""Faults while actions are carried out: AWS asks to slow down, denies, loses answers; the worker is killed between any two steps.

Each round asks for one action, lets a worker meet its faults (or die of them), and then lets another worker, without faults, take the
next ticks. Then it looks in AWS and in our records: the action has ended, done where AWS shows the wish and only there; no snapshot or
image was made twice; what was asked, begun and settled is told once each.
"""

import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection, event, select, text

from core.access.roles import Role, User
from core.actions.model import Action, ActionState
from core.errors import Forbidden, Lost, Unavailable
from services.context import Beat, Context
from services.db import database
from services.db.stores import actions as stored
from services.db.stores import leases
from services.db.tables.records import events
from services.usecases import actions
from tests.campaigns.acting import DEEDS, Deed, stand_in
from tests.campaigns.forked import DiedError, forked
from tests.campaigns.installation import fresh, opened, organisation, words
from tests.stand_in import REGION, Fleet, later

FULL = 200
"""Rounds of each fault."""
FAULTS = ("throttled", "denied", "lost", "killed")
RATE = 0.3
"""Of the calls of a bad day."""
LOOKS = 12
BETWEEN = timedelta(minutes=3)
BORDERS = 30
"""More steps than any of these actions takes without a fault."""
CHANGES = ("start_", "stop_", "resize_", "modify_", "snapshot_", "image_", "delete_", "terminate_", "set_")


class Borders(Protocol):
    """Is told of each border, and may end the process there."""

    def cross(self) -> None: ...


class Dying:
    """Counts borders, and dies at the chosen one by kill -9; 0: at none."""

    def __init__(self, fatal: int) -> None:
        self.fatal, self.passed = fatal, 0

    def cross(self, *_given: object) -> None:
        self.passed += 1
        if self.passed == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


class Faulty:
    """The cloud adapter on a bad day."""

    def __init__(self, cloud: object, fault: str, dice: random.Random, dying: Dying, *, blind: bool) -> None:
        self._cloud, self._fault, self._dice, self._dying, self._blind = cloud, fault, dice, dying, blind

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The adapter's own call, with what may happen to it."""
        real = getattr(self._cloud, name)
        changes = name.startswith(CHANGES)

        def call(*given: Any, **named: Any) -> Any:  # noqa: ANN401  whatever the adapter takes and answers
            if not changes and name not in {"look", "copies"}:
                return real(*given, **named)
            self._dying.cross()
            unlucky = self._dice.random() < RATE
            if unlucky and self._fault == "throttled":
                raise Unavailable("AWS asks us to slow down.")
            if unlucky and self._fault == "denied":
                raise Forbidden("AWS did not let us.")
            if unlucky and self._fault == "lost" and changes:
                return self._lose(lambda: real(*given, **named))
            answer = real(*given, **named)
            self._dying.cross()
            return answer

        return call

    def _lose(self, send: Callable[[], object]) -> None:
        """Half of what is lost took effect. The planted defect sends it again without a look."""
        if self._dice.random() < 1 / 2:
            send()
        if self._blind:
            send()
            return
        raise Lost("The answer was lost.")


@dataclass
class Found:
    """How the rounds ended, and what was wrong."""

    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Campaign:
    """What every forked process begins with; it connects to the database anew."""

    ctx: Context
    url: str
    user: User
    blind: bool

    def own(self) -> Context:
        return replace(self.ctx, engine=database.connect(self.url))

    def ask(self, deed: Deed, number: int) -> tuple[UUID, str]:
        """Make the thing, and ask for the action."""
        ctx = self.own()
        fleet = Fleet(ctx, self.user.organisation_id)
        resource = deed.make(fleet, number)
        action = actions.request(ctx, self.user, deed.kind, resource.id, deed.given, "campaign")
        return action.id, resource.id

    def work(self, fault: str, seed: int, fatal: int) -> int:
        """Be the worker until nothing is open; on a bad day for one tick only. Answers the borders passed."""
        ctx = self.own()
        with ctx.begin() as db:
            db.execute(text("update lease set expires_at = clock_timestamp()"))
            epoch = leases.take(db, f"worker {os.getpid()}", 600)
        assert epoch is not None
        dying = Dying(fatal)
        if fatal:
            border_commits(ctx, dying)
        dice = random.Random(seed)  # noqa: S311  a repeatable choice, no secret
        cloud: Any = ctx.cloud if not fault else Faulty(ctx.cloud, fault, dice, dying, blind=self.blind)
        bad = replace(ctx, cloud=cloud)
        for _ in range(2 if fault else LOOKS):
            actions.carry_out_queued(bad, Beat(epoch))
            with ctx.read() as db:
                if not db.execute(text("select 1 from action where state in ('queued', 'running')")).first():
                    break
            later(ctx, BETWEEN)
        return dying.passed

    def look(self, deed: Deed, action_id: UUID, resource_id: str) -> tuple[Action, bool, int, list[str]]:
        """The action, whether AWS shows the wish, how often a copy was made, and what was told."""
        with self.own().read() as db:
            action = stored.one(db, self.user.organisation_id, action_id)
            query = select(events.c.type).where(events.c.aggregate == f"action:{action_id}")
            told = list(db.execute(query.order_by(events.c.aggregate_seq)).scalars())
        assert action is not None
        return action, deed.achieved(resource_id), deed.kept(resource_id), told

    def round(self, fault: str, deed: Deed, number: int, dice: random.Random) -> tuple[str, list[str]]:
        """One action with its faults: how it ended, and what was wrong with it."""
        action_id, resource_id = forked(lambda: self.ask(deed, number))
        seed, fatal = dice.randrange(10**9), dice.randint(1, BORDERS) if fault == "killed" else 0
        try:
            forked(lambda: self.work(fault, seed, fatal))
            died = False
        except DiedError as error:
            died = f"status {-signal.SIGKILL}" in str(error)
            if not died:
                return "broke", [f"the worker broke: {str(error).strip().splitlines()[-1]}"]
        forked(lambda: self.work("", seed, 0))
        action, achieved, copies, told = forked(lambda: self.look(deed, action_id, resource_id))
        wrong = list(_wrong(action, told, achieved=achieved, copies=copies))
        return f"{action.state}{' after a kill' if died else ''}", wrong


def _wrong(action: Action, told: list[str], *, achieved: bool, copies: int) -> list[str]:
    found = []
    if action.open:
        found.append(f"still {action.state} after the next ticks: {action.waiting}")
    if (action.state is ActionState.DONE) != achieved:
        found.append(f"AWS shows the wish {'come true' if achieved else 'unfulfilled'}: {action.outcome}")
    if copies > 1:
        found.append(f"{copies} copies were made")
    middle = ["ActionStarted"] if action.begun else []
    if not action.open and told != ["ActionRequested", *middle, "ActionSettled"]:
        found.append(f"told was {', '.join(told)}")
    return [f"{action.state}, {each}" for each in found]


def border_commits(ctx: Context, dying: Borders) -> None:
    """A border before each commit of something written."""

    def wrote(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().lower().startswith(("insert", "update", "with")):
            connection.info["wrote"] = True

    def commit(connection: Connection) -> None:
        if connection.info.pop("wrote", False):
            dying.cross()

    event.listen(ctx.engine, "before_cursor_execute", wrote)
    event.listen(ctx.engine, "commit", commit)


def run(campaign: Campaign, rounds: int, seed: int) -> Found:
    """So many rounds of each fault, the kinds of action in turn."""
    dice, found = random.Random(seed), Found()  # noqa: S311  a repeatable choice, no secret
    for number in range(rounds * len(FAULTS)):
        fault, deed = FAULTS[number % len(FAULTS)], DEEDS[number // len(FAULTS) % len(DEEDS)]
        end, wrong = campaign.round(fault, deed, number, dice)
        found.ends[end] += 1
        found.wrong += [f"round {number}, {deed.kind} {fault}: {each}" for each in wrong]
    return found


def main() -> int:
    """0 when nothing was wrong."""
    said = words("Faults and kill -9 while actions are carried out.", FULL)
    seed = said.seed if said.seed is not None else random.SystemRandom().randrange(10**6)
    with stand_in(), fresh(said.url), opened() as ctx:
        whose = organisation(ctx)
        user = User(UUID(int=1), whose, "campaign@example.com", "Campaign", frozenset({Role.OPERATOR}))
        fleet = Fleet(ctx, whose)
        for service in ("ec2", "logs", "rds", "resourcegroupstaggingapi"):
            for writes in (False, True):  # clients are slow to make, and every fork inherits these
                ctx.cloud._sessions.client(fleet.account, service, REGION, writes=writes)  # type: ignore[attr-defined]
        url = ctx.engine.url.render_as_string(hide_password=False)
        ctx.engine.dispose()
        found = run(Campaign(ctx, url, user, said.defect), said.count, seed)
    ends = ", ".join(f"{count} {end}" for end, count in sorted(found.ends.items()))
    print(f"actions, seed {seed}: {said.count} rounds of each fault: {ends}; {len(found.wrong)} wrong")
    for each in found.wrong[:20]:
        print(f"  {each}")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
