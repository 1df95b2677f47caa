"""`./pioneer campaign schedule-split-brain`: whoever leads is stopped in the middle of a call for three leases, and goes on after another took over.

What it writes then must be turned away. A trigger notes whoever writes without being the holder of the lease.
"""

import os
import signal
import time
from pathlib import Path
from typing import Any

from services.db.stores import actions, leases
from services.worker.lease import Lease
from tests.campaigns.arena import Arena, Hook, arena, played
from tests.campaigns.pair import TTL, Pair, pair

FULL = 500
FLEET = 4
PATIENCE = 60.0
NOTE = (
    "create table if not exists stale (what text, holder text, writer text)",
    "truncate stale",
    """create or replace function note_stale() returns trigger language plpgsql as $$ begin
      insert into stale select tg_table_name, l.holder, current_setting('application_name') from lease l
      where current_setting('application_name') like 'worker%'
        and l.holder not like '%:' || split_part(current_setting('application_name'), ' ', 2);
      return new; end $$""",
    "drop trigger if exists note_stale on action",
    "create trigger note_stale after insert or update on action for each row execute function note_stale()",
    "drop trigger if exists note_stale on schedule_segment",
    "create trigger note_stale after insert or update on schedule_segment for each row execute function note_stale()",
)
FORGET = ("drop function note_stale() cascade", "drop table stale")


def planted() -> None:
    """Nobody looks at epochs."""

    def blind(db: Any, _epoch: int, action: Any, **values: object) -> Any:  # noqa: ANN401  the store's own
        table = actions.actions
        row = db.execute(table.update().where(table.c.id == action.id).values(**values).returning(table))
        return actions.action_of(row.mappings().one())

    leases.fence = lambda *_given, **_named: None
    Lease.check = lambda *_given: None  # type: ignore[method-assign]
    actions.write = blind


class Stopping:
    """Stops its own process at the call that is armed, once; whoever sends SIGCONT lets it go on."""

    def __init__(self, flag: Path) -> None:
        self.flag = flag

    def __call__(self, when: str, name: str, _instance: str) -> None:
        wanted = f"{when} {'look' if name == 'look' else 'change'}"
        try:
            if self.flag.read_text() == wanted:
                self.flag.rename(self.flag.with_name(str(os.getpid())))
                os.kill(os.getpid(), signal.SIGSTOP)
        except FileNotFoundError:
            return


def stopped(workers: Pair, flag: Path) -> int | None:
    """Who stopped itself."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for pid in workers.pids:
            if flag.with_name(str(pid)).exists():
                flag.with_name(str(pid)).unlink()
                return pid
        time.sleep(0.05)
    return None


def round_of(field: Arena, workers: Pair, flag: Path) -> tuple[bool, list[str]]:
    """Whether another took over, and what was wrong."""
    flag.write_text(field.dice.choice(("before look", "after look", "before change", "after change")))
    field.next_hour()
    pid = stopped(workers, flag)
    if pid is None:
        return False, ["nobody reached the armed call"]
    time.sleep(3 * TTL)  # long enough for the other to lead, and to do what it can
    over = workers.leader() not in {pid, None}
    os.kill(pid, signal.SIGCONT)
    time.sleep(0.3)  # it meets what happened meanwhile
    workers.through(PATIENCE)
    stale = [
        f"{row.writer} wrote to {row.what} under {row.holder}" for row in field.ask("select * from stale")
    ]
    return over, [*field.wrong(), *stale]


def named(hook: Hook) -> Hook:
    """The hook of a worker whose connections say who it is."""
    os.environ["PGAPPNAME"] = f"worker {os.getpid()}"
    return hook


def play(url: str | None, count: int, seed: int, defect: bool) -> tuple[str, list[str]]:  # noqa: FBT001  a campaign's signature
    """A round after the other."""
    if defect:
        planted()
    wrong: list[str] = []
    rounds = overs = 0
    with arena(url, FLEET, seed) as field:
        for statement in NOTE:
            field.ask(statement)
        flag = field.log.with_name("flags") / "armed"
        flag.parent.mkdir()
        with pair(field, lambda: named(Stopping(flag))) as workers:
            while rounds < count and not wrong:
                over, found = round_of(field, workers, flag)
                rounds, overs, wrong = rounds + 1, overs + over, wrong + found
        for statement in FORGET:
            field.ask(statement)
        if not wrong:
            wrong += field.at_last()
    return f"{rounds} leaders stopped for {3 * TTL:.0f} s in a call, {overs} times another took over", wrong


def main() -> int:
    """0 when nothing was wrong."""
    return played("schedule-split-brain", "A leader that sleeps and wakes.", FULL, play, lanes=2)


if __name__ == "__main__":
    raise SystemExit(main())
