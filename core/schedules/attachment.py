"""A schedule as kept, what it is attached to, and what came of each segment."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from core.errors import Invalid
from core.inventory import Kind
from core.schedules.calendars import DayOff, KeptCalendar, named_days, off_days
from core.schedules.manual import Manual
from core.schedules.model import ScheduleDefinition, State
from core.schedules.selector import Selector

MOST_ORDER = 9999


class Mode(StrEnum):
    """Whether decisions are carried out, asked about, only written down, or not made at all."""

    OFF = "off"
    """It stays attached, and switches nothing."""
    DRY_RUN = "dry_run"
    APPROVE = "approve"
    """Somebody else than who attached it approves each start and stop."""
    APPLY = "apply"


@dataclass(frozen=True)
class Schedule:
    """A named definition. `version` rises with every change; `changed_at` is when its wording last changed."""

    id: UUID
    name: str
    written: ScheduleDefinition
    """As people wrote it, without the days of the calendars it observes."""
    version: int
    enabled: bool
    created_by: str
    created_at: datetime
    changed_at: datetime
    observes: tuple[KeptCalendar, ...] = ()

    @cached_property
    def definition(self) -> ScheduleDefinition:
        """What is evaluated: as written, and off on the days of its calendars, too."""
        return self.written.observing(*(kept.calendar for kept in self.observes))

    @property
    def since(self) -> datetime:
        """Since when what it wants has been worded so, its calendars included."""
        return max((self.changed_at, *(kept.changed_at for kept in self.observes)))

    def days_off(self, first: date, last: date) -> tuple[DayOff, ...]:
        """Its days off from `first` to `last` by name, sorted; its own have neither name nor calendar."""
        own = [DayOff(day, "", "") for day in off_days(self.written.off_dates).within(first, last)]
        return tuple(sorted((*own, *named_days((kept.calendar for kept in self.observes), first, last))))


@dataclass(frozen=True)
class Attachment:
    """A schedule at work on what the selector selects; `attached_at` is since when in this mode.

    Raises `Invalid` for an order beyond `MOST_ORDER`.
    """

    id: UUID
    schedule_id: UUID
    selector: Selector
    mode: Mode
    attached_by: str
    attached_at: datetime
    manual: Manual = field(default_factory=Manual)
    """How starts and stops by hand are respected."""
    version: int = 1
    order: int = 0
    """Of what one schedule switches, lower orders are started before and stopped after higher ones."""

    def __post_init__(self) -> None:
        """Refuse an order that nobody means."""
        if abs(self.order) > MOST_ORDER:
            message = f"An order is a whole number between -{MOST_ORDER} and {MOST_ORDER}."
            raise Invalid(message)


@dataclass(frozen=True)
class Switched:
    """A resource that schedules or overrides switch, as the last collection saw it; `protection` is why nothing may be done to it.

    `state` is in EC2's words, whatever the kind.
    """

    resource_id: str
    account_id: str
    region: str
    name: str
    state: str
    attachments: tuple[UUID, ...]
    protection: str | None = None
    kind: Kind = Kind.INSTANCE
    order: int | None = None
    """What its own tag says; None: what it is attached with."""
    type: str | None = None
    """Of an instance."""
    hibernation: bool = False
    """Whether it was launched so that it can hibernate."""
    types: tuple[str, ...] = ()
    """What its tag lists as types to start as, in this order."""


@dataclass(frozen=True)
class Acted:
    """What was decided for a resource in a segment, and what came of it; each segment is acted on once."""

    resource_id: str
    segment_start: datetime
    desired: State
    decided_at: datetime
    reason: str
    outcome: str
    action_id: UUID | None = None
