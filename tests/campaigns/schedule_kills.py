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
SOON = TTL + TICK


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
                workers.kill(pid)
                leaders, kills = leaders + (pid == leader), kills + 1
                workers.begin()
                took = workers.through(PATIENCE)
                waits += [] if took is None else [took]
                wrong += field.wrong()
        if not wrong:
            wrong += field.at_last()
    spent = (
        f"all switched {median(waits):.1f} s after a kill (median), {max(waits):.1f} s at most"
        if waits
        else ""
    )
    return f"{kills} kills ({leaders} of whoever led), {spent} (a lease and a tick are {SOON:.1f} s)", wrong


def main() -> int:
    """0 when nothing was wrong."""
    return played("schedule-kills", "kill -9 of two workers that switch.", FULL, play, lanes=2)


if __name__ == "__main__":
    raise SystemExit(main())
