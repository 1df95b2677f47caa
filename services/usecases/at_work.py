"""Schedules and attachments that hold: what decides for a resource, and where it stands among what they switch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from core.schedules.attachment import Attachment, Mode, Schedule, Switched
from core.schedules.decide import Decision, InForce
from core.schedules.manual import Manual
from core.schedules.naming import SCHEDULE_TAG, slug
from core.schedules.selector import Selector
from core.schedules.sizes import Size, size_at
from core.schedules.turns import Turn
from services.db.stores import schedules, switched


@dataclass(frozen=True)
class Deciding:
    """The schedules that decide for a resource, what becomes of their decisions, and how each respects what is done by hand."""

    schedules: tuple[InForce, ...]
    mode: Mode
    manuals: tuple[Manual, ...]
    size: Size | None = None
    """The instance type that the periods name now."""
    hibernates: bool = False
    """Whether instances that can are hibernated."""


_CARRIED_OUT = {Mode.APPLY, Mode.APPROVE}


@dataclass(frozen=True)
class AtWork:
    """Schedules and attachments that hold, by id."""

    schedules: Mapping[UUID, Schedule]
    attachments: Mapping[UUID, Attachment]

    def together(self, attached: Sequence[UUID], now: datetime, *, sized: bool = False) -> "Deciding":
        """What decides for a resource with these attachments; with the size that it has `now`, where that is asked.

        Where some are to be carried out and some only tried out, the former decide alone; where one asks, all of them ask.
        What is not valid now has no part in that; it is among the schedules for when it begins or ended.
        """
        held, there = [self.attachments[one] for one in attached], self.there(attached, now)
        carried_out = [one for one in there if one.mode in _CARRIED_OUT]
        deciding = [one for one in held if one.mode in _CARRIED_OUT] if carried_out else held
        asks = any(one.mode is Mode.APPROVE for one in carried_out)
        mode = Mode.APPROVE if asks else Mode.APPLY if carried_out else Mode.DRY_RUN
        inforce = tuple(self._in_force(one) for one in deciding)
        size = size_at([each.definition for each in inforce], now) if sized else None
        at_hand = carried_out or there
        hibernates = any(self.schedules[one.schedule_id].definition.hibernate for one in at_hand)
        return Deciding(inforce, mode, tuple(one.manual for one in at_hand), size, hibernates)

    def there(self, attached: Sequence[UUID], now: datetime) -> list[Attachment]:
        """Those of attachments whose schedule is valid now, oldest first; all where none is."""
        held = [self.attachments[one] for one in attached]
        return [one for one in held if not self.schedules[one.schedule_id].definition.absent_at(now)] or held

    def first(self, resource: Switched, now: datetime) -> UUID | None:
        """The schedule of the oldest attachment, before others one that is valid now; None where there is none."""
        return self.there(resource.attachments, now)[0].schedule_id if resource.attachments else None

    def turn(self, resource: Switched, decision: Decision, now: datetime) -> Turn:
        """Where it stands among what its schedules switch; its own tag goes before the order it is attached with."""
        held = self.there(resource.attachments, now)
        order = resource.order if resource.order is not None else held[0].order
        there = decision.desired.value == resource.state
        named = frozenset(one.schedule_id for one in held)
        return Turn(named, order, decision.desired, decision.segment_start, there)

    def of_these(self, found: Iterable[Switched]) -> tuple[Switched, ...]:
        """What is switched, by what is known here alone: somebody may have attached more after this was read.

        What only such a newer attachment is for is left to the next look.
        """
        told = ((one, tuple(each for each in one.attachments if each in self.attachments)) for one in found)
        return tuple(
            one if held == one.attachments else replace(one, attachments=held)
            for one, held in told
            if held or not one.attachments
        )

    def _in_force(self, attachment: Attachment) -> InForce:
        schedule = self.schedules[attachment.schedule_id]
        return InForce(schedule.name, schedule.definition, max(schedule.since, attachment.attached_at))


def at_work(
    db: Connection,
    organisation_id: UUID,
    now: datetime,
    *,
    resource_ids: Sequence[str] | None = None,
    accounts: Sequence[str] | None = None,
) -> tuple[AtWork, tuple[Switched, ...]]:
    """All that holds in an organisation, and what it switches or an override is for; None: no narrowing."""
    kept = schedules.listing(db, organisation_id)
    works = of(kept, schedules.attached(db, organisation_id))
    found = switched.selected(
        db, organisation_id, now, resource_ids=resource_ids, accounts=accounts, known=kept
    )
    return works, works.of_these(found)


def of(kept: Sequence[Schedule], attached: Sequence[Attachment]) -> AtWork:
    """What holds, of schedules and attachments that were read already, the former first: some may have come with a newer schedule."""
    known = {schedule.id: schedule for schedule in kept}
    held = (each for each in attached if each.schedule_id in known)
    return AtWork(known, {each.id: each for each in (*(_by_name(schedule) for schedule in kept), *held)})


def _by_name(schedule: Schedule) -> Attachment:
    """What holds for those that name the schedule by their tag; it goes by the schedule's own id."""
    selector = Selector(tag=(SCHEDULE_TAG, slug(schedule.name)))
    return Attachment(
        schedule.id, schedule.id, selector, Mode.APPLY, schedule.created_by, schedule.created_at
    )
