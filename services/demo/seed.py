"""What the product's own records hold when the demo first starts: people, accounts, watched volumes, a schedule, orders and budgets."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid5

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert as upsert

from core.access.roles import Role, User
from core.costs import filters
from core.costs.scope import Dimension
from core.costs.virtual_tags import Method, Rule, SharedCost, VirtualTag
from core.errors import Refused
from core.events import Event
from core.inventory import Firewall, Function, Instance, Resource, Volume
from core.periods import month_back
from core.schedules.attachment import Attachment, Mode, Schedule
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.selector import Selector
from services.context import Context, System
from services.db import database
from services.db.stores import access, allocation, connections, resources, schedules
from services.db.tables.access import clock_shift
from services.demo import seed_costs, seed_savings
from services.demo.birth import birthday
from services.demo.clock import keep_offset
from services.demo.company import (
    ACCOUNTS,
    DATA,
    DEMO_USERS,
    NAME,
    OFFICE_HOURS,
    ORGANISATION_ID,
    DemoUser,
    connection,
)
from services.demo.world import make
from services.usecases import hashing
from services.usecases.allocation_rules import shared_saved, tag_saved
from services.usecases.record import record

SEEDER = System(ORGANISATION_ID, "demo")
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = ScheduleDefinition(
    "Atlantic/Reykjavik",
    (Period(f"{OFFICE_HOURS.start:02d}:00", f"{OFFICE_HOURS.stop:02d}:00", weekdays=WORKDAYS),),
)
TAG = ("schedule", "office-hours")
"""The training machines carry it, and a service."""
WATCHED_DAYS = 21
TEAM_RULES = (
    Rule((), of=Dimension("tag:team")),
    Rule((), of=Dimension("tag:Team")),
    Rule(filters.parse_all(["tag:application=storefront"]), "web"),
    Rule(filters.parse_all([f"account={DATA.id}"]), "data"),
)
"""Some resources carry `Team`, some only their application; whatever else runs in the data account is the data team's."""
TAX = filters.parse_all(["charge category=Tax"])


def first_start(ctx: Context) -> bool:
    """Fill empty records, all at once or not at all; False, and nothing done, where the company is in already."""
    with ctx.begin() as db:
        if access.first_organisation(db) is not None:
            return False
    hashes = {one.email: hashing.hashed(one.password, ctx.settings.bcrypt_cost) for one in DEMO_USERS}
    with ctx.begin() as db:
        at = database.now(db)
        access.add_organisation(db, ORGANISATION_ID, NAME, at)
        for one in DEMO_USERS:
            user = _user(one)
            access.add(db, user, password_hash=hashes[one.email], status="active", at=at)
            event = Event("UserSignedUp", f"user:{user.id}", {"email": one.email, "status": "active"})
            record(db, SEEDER, event, subject=one.email)
        for account in ACCOUNTS:
            connections.add(db, connection(account), at)
            event = Event(
                "AccountAdded", f"account:{account.id}", {"account_id": account.id, "name": account.title}
            )
            record(db, SEEDER, event, subject=account.id)
        _watched(db, ctx.settings.data, at)
        _schedule(db, at)
        _allocation(db, at)
        admin = next(one for one in DEMO_USERS if one.role is Role.ADMIN)
        for event, subject in seed_costs.seed(db, admin.email, birthday(ctx.settings.data, at.date()), at):
            record(db, SEEDER, event, subject=subject)
        operator = next(one for one in DEMO_USERS if one.role is Role.OPERATOR)
        for event, subject in seed_savings.seed(db, operator.email, birthday(ctx.settings.data, at.date())):
            record(db, SEEDER, event, subject=subject)
    return True


def _watched(db: Connection, data: Path, at: datetime) -> None:
    """Some have been watched for a while: AWS does not tell since when volumes are attached to nothing, machines stopped, functions and firewalls there."""
    first = at - timedelta(days=WATCHED_DAYS)
    by_day: defaultdict[datetime, list[Resource]] = defaultdict(list)
    for life in make(birthday(data, at.date())).living():
        one = life.resource
        if isinstance(one, Firewall | Function) or (isinstance(one, Volume) and one.attached_to is None):
            by_day[max(first, life.began)].append(one)
        if isinstance(one, Instance) and one.state == "stopped":
            stopped = max(charge.end for charge in life.charges if charge.end is not None)
            by_day[max(stopped - timedelta(days=1), life.began)].append(replace(one, state="running"))
            by_day[stopped].append(one)
    for day in sorted(by_day):
        resources.publish(db, ORGANISATION_ID, by_day[day], day)


def _user(one: DemoUser) -> User:
    return User(
        uuid5(ORGANISATION_ID, one.email),
        ORGANISATION_ID,
        one.email,
        one.name,
        frozenset({one.role}),
        one.accounts,
    )


def _schedule(db: Connection, at: datetime) -> None:
    admin = next(one for one in DEMO_USERS if one.role is Role.ADMIN)
    schedule_id = uuid5(ORGANISATION_ID, "office-hours")
    schedule = Schedule(schedule_id, "Reykjavik office hours", OFFICE, 1, True, admin.email, at, at)  # noqa: FBT003  # enabled
    schedules.write(db, ORGANISATION_ID, schedule)
    saved = Event("ScheduleSaved", f"schedule:{schedule_id}", {"name": schedule.name, "version": 1})
    record(db, SEEDER, saved, subject=schedule.name)
    attachment = Attachment(
        uuid5(schedule_id, "tag"), schedule_id, Selector(tag=TAG), Mode.APPLY, admin.email, at
    )
    schedules.attach(db, ORGANISATION_ID, attachment)
    data = {"selector": attachment.selector.to_json(), "mode": attachment.mode.value, "name": schedule.name}
    attached = Event("ScheduleAttached", f"schedule:{schedule_id}", data)
    record(db, SEEDER, attached, subject=str(attachment.selector))


def _allocation(db: Connection, at: datetime) -> None:
    """Whose cost it is: by the tag `team`, its gaps filled by rules; tax is shared by what each team cost."""
    finance = next(one for one in DEMO_USERS if one.role is Role.FINANCE)
    begins = month_back(at.date(), 13)
    team = VirtualTag("Team", TEAM_RULES, begins)
    allocation.write_tag(db, ORGANISATION_ID, uuid5(ORGANISATION_ID, team.name), team, finance.email, at)
    record(db, SEEDER, tag_saved(team), subject=team.name)
    tax = SharedCost("Team", "Tax", TAX, Method.PROPORTIONAL, begins)
    allocation.write_shared(db, ORGANISATION_ID, uuid5(ORGANISATION_ID, tax.name), tax, finance.email, at)
    record(db, SEEDER, shared_saved(tax), subject=tax.name)


def move_clock(ctx: Context, by: timedelta) -> None:
    """Move the product's clock forward, and the demo cloud's with it. Raises `Refused` outside the demo, and for a step back."""
    if not ctx.settings.demo:
        raise Refused("Only the demo's clock can be moved.")
    if by <= timedelta():
        raise Refused("The clock only goes forward: what was recorded cannot be in the future.")
    with ctx.begin() as db:
        fresh = upsert(clock_shift).values(shift=by)
        moved = fresh.on_conflict_do_update(
            index_elements=["id"], set_={"shift": clock_shift.c.shift + fresh.excluded.shift}
        )
        shift = db.execute(moved.returning(clock_shift.c.shift)).scalar_one()
        data = {"seconds": int(by.total_seconds())}
        record(db, SEEDER, Event("ClockMoved", "clock:demo", data), subject="clock")
    keep_offset(ctx.settings.data, shift)
