"""Schedules taken over from other schedulers: shown first, saved on demand."""

from dataclasses import dataclass, replace

from core.access.roles import Permission, User
from core.errors import Invalid, PioneerError
from core.schedules import imported
from core.schedules.attachment import Schedule
from core.schedules.imported import Imported, Report
from services.context import Context
from services.db import database
from services.db.stores import schedules as store
from services.usecases import schedules


@dataclass(frozen=True)
class Taken:
    """One schedule as read, and what it was saved as (None: it was not). `there`: one of ours said the same already."""

    read: Imported
    saved: Schedule | None = None
    there: bool = False


@dataclass(frozen=True)
class Import:
    """What was read from whose text, one by one."""

    source: str
    taken: tuple[Taken, ...]
    notes: tuple[str, ...]

    @property
    def readable(self) -> int:
        """How many can be had here."""
        return sum(each.read.definition is not None for each in self.taken)


def preview(user: User, text: str) -> Import:
    """What other schedulers' definitions mean here, without saving anything. Raises `Invalid` where nothing can be read."""
    user.require(Permission.VIEW_SCHEDULES)
    report = imported.read(text)
    return Import(report.source, tuple(Taken(each) for each in report.schedules), report.notes)


def save(ctx: Context, user: User, text: str) -> Import:
    """Save every schedule that can be read, all or none, under a free name; one of ours that says the same is left as it is.

    Nothing is attached. Raises `Invalid` where nothing can be read, and as `schedules.save` does.
    """
    user.require(Permission.EDIT_SCHEDULES)
    report = _of_use(imported.read(text))
    with ctx.begin() as db:
        now = database.now(db)
        kept = list(store.listing(db, user.organisation_id))
        taken = []
        for each in report.schedules:
            if each.definition is None:
                taken.append(Taken(each))
                continue
            there = next((one for one in kept if _same(one, each)), None)
            if there is not None:
                taken.append(Taken(each, there, there=True))
                continue
            name = schedules.free_name(db, user, _short(each.name))
            made = schedules.save_in(
                db, user, None, name, each.definition, enabled=True, version=None, now=now
            )
            kept.append(made)
            taken.append(Taken(each, made))
    return Import(report.source, tuple(taken), report.notes)


def _same(kept: Schedule, read: Imported) -> bool:
    """Whether it was imported before: the same definition under this name, or under this name with a number."""
    name = _short(read.name)
    same = kept.written == read.definition and not kept.observes
    return same and (kept.name == name or kept.name.startswith(f"{name} ("))


def _of_use(report: Report) -> Report:
    """Raise `Invalid` where not one can be had here."""
    if all(each.definition is None for each in report.schedules):
        first = report.schedules[0]
        message = f"None of them can be read. “{first.name}”: {' '.join(first.lost)}"
        raise Invalid(message)
    return replace(report, schedules=tuple(_checked(each) for each in report.schedules))


def _checked(each: Imported) -> Imported:
    """As read, or as one that cannot be had where we would not save it."""
    if each.definition is None:
        return each
    try:
        schedules.named(_short(each.name), each.definition)
    except PioneerError as error:
        return replace(each, definition=None, lost=(*each.lost, str(error)))
    return each


def _short(name: str) -> str:
    """Room is left for a number."""
    return name.strip()[: schedules.LONGEST_NAME - 6]
