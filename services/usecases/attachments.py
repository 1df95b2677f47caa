"""Attachments as they stand: which there are, in which mode, and how starts and stops by hand are respected."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import Permission, User
from core.errors import NotFound
from core.events import Event
from core.schedules.attachment import Attachment, Mode
from core.schedules.manual import Manual
from core.schedules.selector import Selector
from services.context import Context
from services.db import database
from services.db.stores import resources, schedules
from services.usecases import schedule_views, scheduled_savings
from services.usecases.at_work import at_work
from services.usecases.reach import NOWHERE, demand_within, reach
from services.usecases.record import record
from services.usecases.versions import demand_version


def listing(ctx: Context, user: User, schedule_id: UUID) -> tuple[Attachment, ...]:
    """What a schedule is attached to within the accounts that the user sees, oldest first. Raises `NotFound`."""
    user.require(Permission.VIEW_SCHEDULES)
    with ctx.read() as db:
        if schedules.find(db, user.organisation_id, schedule_id) is None:
            raise schedule_views.missing()
        held = schedules.attached(db, user.organisation_id)
        return (
            reach(db, user, [each for each in held if each.schedule_id == schedule_id])
            .get(schedule_id, NOWHERE)
            .shown
        )


@dataclass(frozen=True)
class Followers:
    """How many resources follow other schedules already, and which, by name."""

    resources: int
    schedules: tuple[str, ...]


def already(ctx: Context, user: User, selector: Selector, besides: UUID) -> Followers:
    """Of what a selector selects within the accounts that the user sees: what follows schedules other than one already."""
    user.require(Permission.VIEW_SCHEDULES)
    accounts = None if user.accounts is None else sorted(user.accounts)
    with ctx.read() as db:
        now = database.now(db)
        works, held = at_work(
            db, user.organisation_id, now, resource_ids=selector.resource_ids, accounts=accounts
        )
        followed = {
            one.resource_id: {works.attachments[each].schedule_id for each in one.attachments} - {besides}
            for one in held
        }
        there = resources.by_ids(db, user.organisation_id, [name for name, ids in followed.items() if ids])
    others: dict[str, set[str]] = {}
    for name, resource in there.items():
        if selector.selects(resource):
            for schedule_id in followed[name]:
                others.setdefault(works.schedules[schedule_id].name, set()).add(name)
    return Followers(len(set().union(*others.values())), tuple(sorted(others)))


def change(
    ctx: Context,
    user: User,
    attachment_id: UUID,
    mode: Mode,
    manual: Manual,
    *,
    order: int | None = None,
    version: int | None = None,
) -> Attachment:
    """Give an attachment another mode, another respect for what is done by hand, or another order (None: as before).

    With another mode it begins anew, as though attached now by this user. With `version`, only if it is still that one.
    Raises `NotFound`, `Stale`, `Invalid`, and `Forbidden` for one that reaches accounts the user does not see.
    """
    user.require(Permission.EDIT_SCHEDULES)
    user.require(Permission.ACT)
    with ctx.begin() as db:
        known = _held(db, user, attachment_id)
        schedule = (
            None if known is None else schedules.find(db, user.organisation_id, known.schedule_id, lock=True)
        )
        found = _held(db, user, attachment_id)  # what was read before the lock may be old
        if found is None or schedule is None:
            message = "This attachment does not exist, or has ended."
            raise NotFound(message)
        demand_within(db, user, schedule, [found], "change how it is attached to them")
        demand_version(schedule.name, found.version, version)
        changed = replace(found, mode=mode, manual=manual, order=found.order if order is None else order)
        if changed == found:
            return found
        changed = replace(changed, version=found.version + 1)
        if mode is not found.mode:
            changed = replace(changed, attached_by=user.email, attached_at=database.now(db))
        schedules.change_attachment(db, user.organisation_id, changed)
        if mode is Mode.OFF:
            scheduled_savings.end(db, user.organisation_id, database.now(db))
        data: dict[str, object] = {
            "mode": mode.value,
            "manual": manual.to_json(),
            "order": changed.order,
            "name": schedule.name,
        }
        event = Event("ScheduleAttachmentChanged", f"schedule:{schedule.id}", data)
        record(db, user, event, subject=str(changed.selector))
    return changed


def _held(db: Connection, user: User, attachment_id: UUID) -> Attachment | None:
    held = schedules.attached(db, user.organisation_id)
    return next((each for each in held if each.id == attachment_id), None)
