"""Attaching a schedule to resources."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from core.access.roles import Permission, User
from core.errors import Invalid
from core.inventory import Kind
from core.schedules.attachment import MOST_ORDER, Attachment, Mode, Schedule
from core.schedules.manual import LONGEST_HOURS, Manual, Respect
from core.schedules.model import ScheduleDefinition
from core.schedules.period import LONGEST_DAYS
from core.schedules.selector import Selector
from core.schedules.switch import SWITCHED
from services.api.deps import Ctx, Scheduler
from services.api.shape import Answer, Body
from services.context import Context
from services.usecases import schedules

router = APIRouter(prefix="/resources", tags=["resources"])


class TagIn(Body):
    """A tag of resources."""

    key: Annotated[str, Field(min_length=1, max_length=128)]
    value: Annotated[str, Field(max_length=256)]


class PeriodIn(Body):
    """Local time, `HH:MM` to `HH:MM`, on the days that every given list holds; null: all days.

    `off`: in it, things are off whatever other periods say. `days_later`: how many days after it began it ends. `timezone`
    null: the schedule's.
    """

    begin: str | None = None
    end: str | None = None
    weekdays: list[str | int] | None = None
    monthdays: list[str | int] | None = None
    months: list[str | int] | None = None
    instancetype: Annotated[str | None, Field(max_length=100, examples=["m5.large"])] = None
    """What instances run as in this period; of several, the one that began last says it."""
    off: bool = False
    dates: Annotated[list[str] | None, Field(max_length=1000, examples=[["2026-12-24", "12-25"]])] = None
    days_later: Annotated[int | None, Field(ge=0, le=LONGEST_DAYS)] = None
    timezone: Annotated[str | None, Field(max_length=100)] = None


class ScheduleIn(Body):
    """A new schedule: outside its periods, `default` is wanted; on `off_dates`, 2026-12-25 or each 12-25, it is off.

    In its `maintenance` windows nothing is stopped, on days off neither, and nothing started that is stopped.
    Before `valid_from` and after `valid_to`, days in its time zone and both included, it wants nothing at all.
    """

    name: Annotated[str, Field(max_length=100)] = ""
    timezone: Annotated[str, Field(max_length=100, examples=["Europe/Berlin"])]
    default: str = "stopped"
    off_dates: Annotated[
        list[str], Field(default_factory=list, max_length=5000, examples=[["2026-12-24", "12-25"]])
    ]
    periods: Annotated[list[PeriodIn], Field(max_length=100)]
    maintenance: Annotated[list[PeriodIn], Field(default_factory=list, max_length=100)]
    hibernate: bool = False
    valid_from: Annotated[str | None, Field(max_length=40, examples=["2027-03-01"])] = None
    valid_to: Annotated[str | None, Field(max_length=40, examples=["2027-03-31"])] = None


class SelectIn(Body):
    """`resource_ids` or `tag` (an object, or `key=value`), and `schedule_id` or `schedule`.

    `accounts`, `regions` and `kinds` narrow it, or say alone what it is for; null: all.
    """

    resource_ids: Annotated[list[str] | None, Field(max_length=1000)] = None
    tag: TagIn | str | None = None
    kinds: Annotated[
        list[Annotated[Kind, Field(strict=False)]] | None,
        Field(min_length=1, max_length=len(SWITCHED), examples=[["instance", "database"]]),
    ] = None
    accounts: Annotated[list[str] | None, Field(min_length=1, max_length=1000)] = None
    regions: Annotated[list[str] | None, Field(min_length=1, max_length=100)] = None
    schedule_id: Annotated[UUID | None, Field(strict=False)] = None
    schedule: ScheduleIn | None = None

    def selector(self, user: User) -> Selector:
        """What it is for, within the accounts that the user sees."""
        tag = self.tag
        if isinstance(tag, str):
            key, equals, value = tag.partition("=")
            if not equals:
                raise Invalid("A tag is written key=value.")
            tag = TagIn(key=key, value=value)
        return Selector(
            tag=None if tag is None else (tag.key, tag.value),
            resource_ids=None if self.resource_ids is None else tuple(self.resource_ids),
            accounts=None if self.accounts is None else tuple(dict.fromkeys(self.accounts)),
            kinds=None if self.kinds is None else tuple(dict.fromkeys(self.kinds)),
            regions=None if self.regions is None else tuple(dict.fromkeys(self.regions)),
        ).within(user.accounts)

    def demand_one_schedule(self) -> None:
        """Raise `Invalid` unless it names a kept schedule or gives a new one, not both."""
        if (self.schedule_id is None) == (self.schedule is None):
            raise Invalid("Say which schedule: either schedule_id or schedule.")


class ManualIn(Body):
    """`leave` until the next segment, `hold` for `hours` or `until` HH:MM, or `enforce`; `max_hours` ends each start by hand."""

    respect: Annotated[Respect, Field(strict=False)] = Respect.LEAVE
    hours: Annotated[int | None, Field(ge=1, le=LONGEST_HOURS)] = None
    until: Annotated[str | None, Field(max_length=5, examples=["07:00"])] = None
    max_hours: Annotated[int | None, Field(ge=1, le=LONGEST_HOURS)] = None

    def read(self) -> Manual:
        """Raises `Invalid` for what says too little or too much."""
        return Manual.from_json(self.model_dump())


class AttachIn(SelectIn):
    """The same, what becomes of its decisions, and how what is done by hand is respected.

    Of what a schedule switches, lower orders are started before and stopped after higher ones.
    """

    mode: Annotated[Mode, Field(strict=False)] = Mode.APPLY
    manual: ManualIn | None = None
    order: Annotated[int, Field(ge=-MOST_ORDER, le=MOST_ORDER)] = 0


class ManualOut(Answer):
    """How starts and stops by hand are respected."""

    respect: Respect
    hours: int | None
    until: str | None
    max_hours: int | None

    @classmethod
    def of(cls, manual: Manual) -> "ManualOut":
        """What we show of it."""
        names = ("hours", "until", "max_hours")
        return cls.model_validate(dict.fromkeys(names) | manual.to_json(), strict=False)


class ScheduleOut(Answer):
    """A schedule as kept."""

    id: UUID
    name: str
    version: int
    timezone: str
    default: str
    periods: list[dict[str, object]]
    off_dates: Annotated[list[str], Field(default_factory=list)]
    maintenance: Annotated[list[dict[str, object]], Field(default_factory=list)]
    calendars: Annotated[list[UUID], Field(default_factory=list)]
    valid_from: date | None = None
    valid_to: date | None = None
    hibernate: bool = False

    @classmethod
    def of(cls, schedule: Schedule) -> "ScheduleOut":
        """What we show of it."""
        return cls.model_validate(shown(schedule))


def shown(schedule: Schedule) -> dict[str, object]:
    """A schedule as it is written, with the calendars that it observes."""
    return schedule.written.to_json() | {
        "id": schedule.id,
        "name": schedule.name,
        "version": schedule.version,
        "calendars": [kept.id for kept in schedule.observes],
    }


class AttachmentOut(Answer):
    """What was stored."""

    id: UUID
    schedule_id: UUID
    schedule: ScheduleOut
    resource_ids: list[str] | None
    tag: dict[str, str] | None
    kinds: list[str] | None
    regions: list[str] | None
    order: int
    mode: Mode
    manual: ManualOut
    attached_by: str
    attached_at: datetime


@router.post("/schedule", status_code=201)
def attach(body: AttachIn, ctx: Ctx, user: Scheduler) -> AttachmentOut:
    """Switch resources by a schedule, a kept one or a new one; the worker follows it from its next tick on."""
    user.require(Permission.ACT)
    body.demand_one_schedule()
    selector = body.selector(user)
    schedule, attachment = (
        _kept(ctx, user, body.schedule_id, selector, body)
        if body.schedule_id
        else _made(ctx, user, body, selector)
    )
    kept = attachment.selector
    return AttachmentOut(
        id=attachment.id,
        schedule_id=schedule.id,
        schedule=ScheduleOut.of(schedule),
        resource_ids=None if kept.resource_ids is None else list(kept.resource_ids),
        tag=None if kept.tag is None else {"key": kept.tag[0], "value": kept.tag[1]},
        kinds=None if kept.kinds is None else [kind.value for kind in kept.kinds],
        regions=None if kept.regions is None else list(kept.regions),
        order=attachment.order,
        mode=attachment.mode,
        manual=ManualOut.of(attachment.manual),
        attached_by=attachment.attached_by,
        attached_at=attachment.attached_at,
    )


def _kept(
    ctx: Context, user: User, schedule_id: UUID, selector: Selector, body: AttachIn
) -> tuple[Schedule, Attachment]:
    manual = body.manual.read() if body.manual else None
    attachment = schedules.attach(ctx, user, schedule_id, selector, body.mode, manual, order=body.order)
    return schedules.one(ctx, user, schedule_id).schedule, attachment


def _made(ctx: Context, user: User, body: AttachIn, selector: Selector) -> tuple[Schedule, Attachment]:
    given = body.schedule.model_dump() if body.schedule else {}
    definition = ScheduleDefinition.from_json(given)
    name = str(given.get("name") or "Made through the API")
    manual = body.manual.read() if body.manual else None
    return schedules.attach_new(
        ctx, user, name, definition, selector, body.mode, manual=manual, order=body.order
    )
