"""Files being taken in, as they are seen from outside: how far they are, and how it ended."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from core.costs.load import PartlyTaken, Quarantined
from core.errors import PioneerError
from core.events import Event
from services.context import Context, System
from services.db.stores import load_runs
from services.usecases.record import record
from services.warehouse.watched import Step

Say = Callable[[str], None]
SAID_EVERY = 1.0
KEPT_EVERY = 2.0
"""Seconds between two words about the same thing: to whoever asked, and to the screens through the database."""


@dataclass
class Running:
    """A run under way. `quarantined` is filled by who reads the files."""

    ctx: Context
    id: UUID
    say: Say
    quarantined: Sequence[Quarantined] = ()
    _said: float = field(default=-KEPT_EVERY)
    _kept: float = field(default=-KEPT_EVERY)
    _about: str = ""

    def step(self, step: Step) -> None:
        """Tell how far it is; what is only a little further than just before is left out."""
        now, about = time.monotonic(), step.said.partition(": ")[0]
        news = about != self._about
        self._about = about
        if news or now - self._said >= SAID_EVERY:
            self._said = now
            self.say(step.said)
        if now - self._kept >= KEPT_EVERY:
            self._kept = now
            with self.ctx.begin() as db:
                load_runs.say(db, self.id, step.said, step.part)


@contextmanager
def running(
    ctx: Context, organisation_id: UUID, what: str, say: Say, *, tell: Callable[[str], bool]
) -> Iterator[Running]:
    """Write down that files are being taken in, then how it ended. `tell` answers whether a failure with these words is news."""
    at = ctx.now()
    run = Running(ctx, uuid4(), say)
    with ctx.begin() as db:
        load_runs.begin(db, run.id, organisation_id, what, at)
    try:
        yield run
    except PioneerError as error:
        partly = isinstance(error, PartlyTaken)
        at, news = ctx.now(), tell(error.message)
        with ctx.begin() as db:
            load_runs.end(db, run.id, "partly" if partly else "failed", at, error.message, run.quarantined)
            if news:
                event = Event("BillsRefused", f"bills:{run.id}", {"what": what, "message": error.message})
                record(db, System(organisation_id, "ingest"), event, subject=what)
        raise
    at = ctx.now()
    with ctx.begin() as db:
        load_runs.end(db, run.id, "done", at)


def end_dead(ctx: Context) -> None:
    """Close the runs whose process ended before they did."""
    with ctx.begin() as db:
        under_way = {run.id for _, run in load_runs.running(db)}
    if not under_way:
        return
    at = ctx.now()
    with ctx.warehouse.catalog.owning(under_way) as dead, ctx.begin() as db:
        for run in dead:
            load_runs.end(db, run, "failed", at, "The process that was loading it ended before it was done.")
