"""`./pioneer campaign schedule-throttling`: AWS turns away half of all calls while 2,000 resources of four organisations are to be switched."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import botocore.endpoint
from botocore.awsrequest import AWSResponse
from sqlalchemy import Connection

from core.access.roles import Role, User
from core.actions.model import Action
from core.actions.steps import look_again
from core.schedules.selector import Selector
from services.adapters.aws import session
from services.adapters.aws.failures import THROTTLED, code_of
from services.db import database
from services.db.stores import access
from services.usecases import carrying_out, schedules
from tests.campaigns.arena import HOUR, HOURLY, SPELL, TAG, Arena, arena, played
from tests.campaigns.forked import forked
from tests.stand_in import Fleet, later

FULL = 2000
SHARES = (1.0, 0.1, 0.1)
"""Of what the first organisation has, in each other; so the first has most."""
WAIT, PATIENCE = timedelta(minutes=1), 45
"""Between two ticks of the storm, and how many of them at most: all within one hour of the schedule."""
RATE, SCALE = 0.5, 0.01
"""Of the calls are turned away; and so much of each wait is really waited. botocore does not wait to try again once that often failed (its
quota of retries): then the action is left for a later tick, which is a wait, too."""
LEAST, MOST = 5, 3
"""Calls that a switch takes (a look is two: the instance and whether it may be stopped), and how many times as many it may take."""
SEVERAL = 3 / 4
BUSY = b"<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Slow down.</Message></Error></Errors></Response>"


class Body:
    """A short answer, as botocore reads one."""

    def stream(self, **_named: object) -> Any:  # noqa: ANN401  a generator of bytes
        yield BUSY


@dataclass
class Crowd:
    """What AWS was asked, how often it said no, and the waits that followed."""

    dice: Mapping[str, Random]
    """For looks and for changes: what becomes of the one does not hang on how many of the other came before."""
    asked: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    waits: list[tuple[str, float]] = field(default_factory=list)
    guard: Any = field(default_factory=threading.Lock)

    def meet(self, request: Any, **_named: object) -> AWSResponse | None:  # noqa: ANN401  botocore's
        """Half of the calls never reach AWS."""
        what = "look" if b"Action=Describe" in _bytes(request.body) else "change"
        with self.guard:
            self.asked += 1
            if self.dice[what].random() >= RATE:
                return None
            self.refused[what] += 1
        return AWSResponse(request.url, 503, {}, Body())

    def waits_for(self, what: str) -> SimpleNamespace:
        """The module `time` for who waits before it looks or changes again: for a hundredth."""

        def sleep(seconds: float) -> None:
            with self.guard:
                self.waits.append((what, seconds))
            time.sleep(seconds * SCALE)

        return SimpleNamespace(**{**vars(time), "sleep": sleep})

    def puts_off(self, real: Callable[..., None]) -> Callable[..., None]:
        """The worker's way to leave an action for later: where that is because a look was turned away to the end, it is a wait."""

        def put_off(db: Connection, epoch: int, action: Action, wait: object, sight: object) -> None:
            if sight is None:
                now = database.now(db)
                with self.guard:
                    self.waits.append(("look", (look_again(action, now) - now).total_seconds()))
            real(db, epoch, action, wait, sight)

        return put_off


def _bytes(body: Any) -> bytes:  # noqa: ANN401  botocore's
    return body.encode() if isinstance(body, str) else bytes(body)


def planted() -> None:
    """A change that was turned away is sent again at once."""
    real = session.Place._again

    def again(place: session.Place, error: Exception, attempt: int, *, writes: bool) -> bool:
        return (writes and code_of(error) in THROTTLED) or real(place, error, attempt, writes=writes)

    session.Place._again = again  # type: ignore[method-assign]


def others(field: Arena, size: int) -> dict[UUID, int]:
    """More organisations on the same schedule; by id, how many each has."""
    made = {}
    ctx = field.ctx
    for share in SHARES:
        whose, count = uuid4(), max(1, int(size * share))
        with ctx.begin() as db:
            access.add_organisation(db, whose, f"Other {len(made)}", ctx.now())
        user = User(uuid4(), whose, "other@example.com", "Other", frozenset({Role.ADMIN}))
        Fleet(ctx, whose).instances(count, **dict([TAG]))
        plan = schedules.save(ctx, user, None, "Hourly", HOURLY)
        schedules.attach(ctx, user, plan.id, Selector(tag=TAG))
        made[whose] = count
    ctx.engine.dispose()
    return made


def storm(field: Arena) -> Crowd:
    """The worker's ticks while AWS turns calls away."""
    crowd = Crowd({what: Random(field.dice.random()) for what in ("look", "change")})  # noqa: S311  no secret
    session.time = crowd.waits_for("change")  # type: ignore[assignment]
    botocore.endpoint.time = crowd.waits_for("look")
    carrying_out.put_off = crowd.puts_off(carrying_out.put_off)
    ctx = field.own()
    for client in field.ctx.cloud._sessions._clients.values():  # type: ignore[attr-defined]
        client.meta.events.register_first("before-send.ec2", crowd.meet)
    epoch = field.lead(ctx, f"worker campaign:{os.getpid()}")
    for _ in range(PATIENCE):
        field.tick(ctx, epoch)
        if not field.ask("select 1 from action where state in ('queued', 'running')"):
            break
        later(ctx, WAIT)
    return replace(crowd, guard=None)


def judged(crowd: Crowd, size: int) -> list[str]:
    """What is wrong with how it went about it."""
    found = []
    if crowd.asked > LEAST * size * MOST:
        found.append(f"{crowd.asked} calls, {LEAST * size} are needed")
    for what, refused in crowd.refused.items():
        waits = [seconds for each, seconds in crowd.waits if each == what]
        if len(waits) < refused * SEVERAL:
            found.append(f"it waited {len(waits)} times after {refused} times that a {what} was turned away")
        if len(set(waits)) < len(waits) * SEVERAL:
            found.append("many waits were of the same length")
    return found


def play(url: str | None, count: int, seed: int, defect: bool) -> tuple[str, list[str]]:  # noqa: FBT001  a campaign's signature
    """One hour for all of them."""
    if defect:
        planted()
    first = max(1, int(count / (1 + sum(SHARES))))
    with arena(url, first, seed) as field:
        sizes = others(field, first) | {field.user.organisation_id: first}
        # An hour in which the same is wanted, and which is young, however long the others took to make.
        field.hour += 2 * HOUR
        field.to(field.hour + SPELL)
        forked(field.calm)
        field.next_hour()
        crowd = forked(lambda: storm(field))
        wrong = judged(crowd, sum(sizes.values()))
        rows = field.ask(
            "select organisation_id, count(*) as done from action "
            "where requested_at >= :hour and state = 'done' group by 1",
            hour=field.hour,
        )
        done = {row.organisation_id: row.done for row in rows}
        wrong += [
            f"{done.get(whose, 0)} of {size} were switched in an organisation"
            for whose, size in sizes.items()
            if done.get(whose, 0) != size
        ]
        wrong += field.wrong()
    needed, refused = LEAST * sum(sizes.values()), sum(crowd.refused.values())
    waited = sum(seconds for _, seconds in crowd.waits)
    return (
        f"{sum(sizes.values())} resources of {len(sizes)} organisations, {crowd.asked} calls ({needed} needed), "
        f"{refused} turned away ({', '.join(f'{count} {what}s' for what, count in sorted(crowd.refused.items()))}), "
        f"{len(crowd.waits)} waits of {waited:.0f} s in all"
    ), wrong


def main() -> int:
    """0 when nothing was wrong."""
    return played("schedule-throttling", "AWS turns away half of all calls.", FULL, play)


if __name__ == "__main__":
    raise SystemExit(main())
