"""A schedule as kept, what it is attached to, and what came of each segment."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from core.schedules.manual import Manual
from core.schedules.model import ScheduleDefinition, State
from core.schedules.selector import Selector


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
    definition: ScheduleDefinition
    version: int
    enabled: bool
    created_by: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class Attachment:
    """A schedule at work on what the selector selects."""

    id: UUID
    schedule_id: UUID
    selector: Selector
    mode: Mode
    attached_by: str
    attached_at: datetime
    manual: Manual = field(default_factory=Manual)
    """How starts and stops by hand are respected."""


@dataclass(frozen=True)
class Switched:
    """A resource that schedules or overrides switch, as the last collection saw it; `protection` is why nothing may be done to it."""

    resource_id: str
    account_id: str
    region: str
    name: str
    state: str
    attachments: tuple[UUID, ...]
    protection: str | None = None


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
