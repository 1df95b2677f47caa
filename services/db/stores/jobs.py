"""What the worker does by itself: when each job is due, how far it is, how it last ended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.db.tables.records import jobs

WAITING, RUNNING, FAILED = "waiting", "running", "failed"


@dataclass(frozen=True)
class JobRow:
    """A job as it stands. `progress` is what it says while it runs, and what came of it afterwards."""

    name: str
    due_at: datetime
    state: str
    progress: str
    requested_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    succeeded_at: datetime | None
    epoch: int | None

    @property
    def running(self) -> bool:
        """Whether it runs (or did when its worker died)."""
        return self.state == RUNNING


def listing(db: Connection) -> Mapping[str, JobRow]:
    """All jobs by name."""
    return {row["name"]: JobRow(**row) for row in db.execute(select(jobs)).mappings()}


def know(db: Connection, names: Iterable[str], now: datetime) -> None:
    """Make a row for each job that has none: due at once."""
    rows = [{"name": name, "due_at": now, "state": WAITING} for name in names]
    db.execute(upsert(jobs).on_conflict_do_nothing(), rows)


def request(db: Connection, names: Iterable[str], now: datetime) -> None:
    """Ask for a run now, also of a job that was never run; one that runs is run again afterwards."""
    rows = [{"name": name, "due_at": now, "state": WAITING, "requested_at": now} for name in names]
    asked = upsert(jobs)
    db.execute(
        asked.on_conflict_do_update(
            index_elements=["name"], set_={"requested_at": asked.excluded.requested_at}
        ),
        rows,
    )


def start(db: Connection, name: str, epoch: int, now: datetime) -> None:
    """A run begins; it answers every request made so far."""
    db.execute(
        update(jobs)
        .where(jobs.c.name == name)
        .values(state=RUNNING, progress="", requested_at=None, started_at=now, ended_at=None, epoch=epoch)
    )


def say(db: Connection, name: str, epoch: int, progress: str) -> None:
    """How far the run of this epoch is."""
    db.execute(
        update(jobs)
        .where(jobs.c.name == name, jobs.c.epoch == epoch, jobs.c.state == RUNNING)
        .values(progress=progress)
    )


def end(
    db: Connection, name: str, epoch: int, now: datetime, *, succeeded: bool, outcome: str, due_at: datetime
) -> None:
    """The run of this epoch ended; the next is due at `due_at`."""
    values: dict[str, object] = {
        "state": WAITING if succeeded else FAILED,
        "progress": outcome,
        "ended_at": now,
        "due_at": due_at,
    }
    if succeeded:
        values["succeeded_at"] = now
    db.execute(update(jobs).where(jobs.c.name == name, jobs.c.epoch == epoch).values(**values))


def hasten(db: Connection, names: Iterable[str], now: datetime) -> None:
    """Make these due at once: what they work on has just changed."""
    db.execute(update(jobs).where(jobs.c.name.in_(list(names))).values(due_at=func.least(jobs.c.due_at, now)))


def recover(db: Connection, epoch: int, now: datetime) -> int:
    """Jobs that ran under an earlier epoch died with their worker: due again at once. Answers how many."""
    return db.execute(
        update(jobs)
        .where(jobs.c.state == RUNNING, jobs.c.epoch != epoch)
        .values(state=WAITING, progress="It was cut off and is begun again.", due_at=now)
    ).rowcount
