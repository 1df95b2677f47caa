"""Attachments as they stand: in which mode, and how starts and stops by hand are respected."""

from dataclasses import replace
from uuid import UUID

from core.access.roles import Permission, User
from core.errors import NotFound
from core.events import Event
from core.schedules.attachment import Attachment, Mode
from core.schedules.manual import Manual
from services.context import Context
from services.db import database
from services.db.stores import schedules
from services.usecases.reach import demand_within
from services.usecases.record import record


def change(ctx: Context, user: User, attachment_id: UUID, mode: Mode, manual: Manual) -> Attachment:
    """Give an attachment another mode, or another respect for what is done by hand.

    With another mode it begins anew, as though attached now by this user. Raises `NotFound`, and `Forbidden` for one that reaches
    accounts the user does not see.
    """
    user.require(Permission.EDIT_SCHEDULES)
    user.require(Permission.ACT)
    with ctx.begin() as db:
        held = {each.id: each for each in schedules.attached(db, user.organisation_id)}
        found = held.get(attachment_id)
        schedule = (
            None if found is None else schedules.find(db, user.organisation_id, found.schedule_id, lock=True)
        )
        if found is None or schedule is None:
            message = "This attachment does not exist, or has ended."
            raise NotFound(message)
        demand_within(db, user, schedule, [found], "change how it is attached to them")
        changed = replace(found, mode=mode, manual=manual)
        if changed == found:
            return found
        if mode is not found.mode:
            changed = replace(changed, attached_by=user.email, attached_at=database.now(db))
        schedules.change_attachment(db, user.organisation_id, changed)
        data = {"mode": mode.value, "manual": manual.to_json(), "name": schedule.name}
        event = Event("ScheduleAttachmentChanged", f"schedule:{schedule.id}", data)
        record(db, user, event, subject=str(changed.selector))
    return changed
