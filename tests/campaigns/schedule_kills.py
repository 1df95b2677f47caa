"""`./pioneer campaign schedule-kills`: two workers under load, one of them killed by -9 while everything is to be switched, 1,000 times."""

import time
from collections.abc import Sequence
from statistics import median
from uuid import UUID

from sqlalchemy import Connection

from core.schedules.attachment import Acted
from services.db import database
from services.usecases import switching
from tests.campaigns.arena import arena, played
from tests.campaigns.pair import TICK, TTL, pair

FULL = 1000
FLEET = 6
PATIENCE = 60.0
"""Seconds until it is given up; on a busy machine it is the machine that is waited for."""
SOON, ASKING = TTL + TICK, 0.1
"""Seconds until another leads, at most; and what it takes to ask and to hear of it."""


def planted(url: str) -> None:
    """Segments are claimed in a transaction of their own; their actions are asked for in a later one."""
    real = switching.schedules.claim

    def early(_db: Connection, organisation_id: UUID, acted: Sequence[Acted]) -> tuple[Acted, ...]:
        with database.begin(database.connect(url)) as alone:
            claimed = real(alone, organisation_id, acted)
        time.sleep(1)
        return claimed

    switching.schedules.claim = early


def play(url: str | None, count: int, seed: int, defect: bool) -> tuple[str, list[str]]:  # noqa: FBT001  a campaign's signature
    """An hour, a kill, another worker in its place; then everything must be as the hour wants it."""
    wrong: list[str] = []
    waits: list[float] = []
    idle: list[float] = []
    leaders = kills = 0
    with arena(url, FLEET, seed) as field:
        if defect:
            planted(field.url)
        with pair(field) as workers:
            while kills < count and not wrong:
                field.next_hour()
                time.sleep(field.dice.uniform(0, 0.5 if not defect else 1.5))
                leader = workers.leader()
                pid = leader if leader in workers.pids and field.dice.random() < 0.8 else workers.pids[0]
                epoch, killed = workers.epoch(), time.monotonic()
                workers.kill(pid)
                if pid == leader:
                    waited, late = workers.taken_over(epoch, PATIENCE)
                    idle.append(waited - late)
                leaders, kills = leaders + (pid == leader), kills + 1
                workers.begin()
                if workers.through(PATIENCE) is not None:
                    waits.append(time.monotonic() - killed)
                wrong += field.wrong()
        if not wrong:
            wrong += field.at_last()
    wrong += slow(idle)
    spent = (
        f"another led {median(idle):.1f} s after it ended (median), {max(idle):.1f} s at most (a lease and a tick are {SOON:.1f} s); "
        if idle
        else ""
    )
    if waits:
        spent += f"all switched {median(waits):.1f} s after a kill (median), {max(waits):.1f} s at most"
    return f"{kills} kills ({leaders} of whoever led), {spent}", wrong


def slow(idle: Sequence[float]) -> list[str]:
    """What is wrong with the seconds in which nobody led: more than one in a hundred (and than one) above a lease and a tick."""
    late = [seconds for seconds in idle if seconds > SOON + ASKING]
    if len(late) <= max(1, len(idle) // 100):
        return []
    return [
        f"{len(late)} of {len(idle)} times nobody led for longer than a lease and a tick, {max(late):.1f} s at most"
    ]


def main() -> int:
    """0 when nothing was wrong."""
    return played("schedule-kills", "kill -9 of two workers that switch.", FULL, play, lanes=2)


if __name__ == "__main__":
    raise SystemExit(main())
