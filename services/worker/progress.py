"""How far the first runs are: what somebody who waits for a new installation is shown."""

from dataclasses import dataclass

from services.context import Context
from services.db.stores import jobs as store
from services.worker.jobs import JOBS


@dataclass(frozen=True)
class FirstRun:
    """A job that fills the screens. `text` is its progress, or what came of its last run."""

    name: str
    text: str
    succeeded: bool
    failed: bool


def first_runs(ctx: Context) -> tuple[FirstRun, ...]:
    """The jobs that fill the screens, in the order they first run."""
    with ctx.begin() as db:
        rows = store.listing(db)
    runs = []
    for job in JOBS:
        if job.fills:
            row = rows.get(job.name)
            runs.append(
                FirstRun(job.name, "", succeeded=False, failed=False)
                if row is None
                else FirstRun(
                    job.name,
                    row.progress,
                    succeeded=row.succeeded_at is not None,
                    failed=row.state == store.FAILED,
                )
            )
    return tuple(runs)
