"""Overrides: a person's word on one instance for a while, obeyed before its schedules and never past its end."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.access.roles import Permission, User
from core.actions import guard
from core.actions.model import ActionKind, Origin
from core.errors import Conflict, Invalid, NotFound, Refused
from core.events import Event
from core.inventory import Kind, Resource
from core.schedules.attachment import Mode, Switched
from core.schedules.model import State
from core.schedules.override import LONGEST_REASON, Override, in_force, tonight
from core.schedules.switch import SWITCHES
from services.context import Context
from services.db import database
from services.db.stores import overrides, resources, schedules
from services.usecases import second_person
from services.usecases.at_work import AtWork, at_work
from services.usecases.record import record

INSTEAD = "Ask for a stop instead; somebody else then approves it."


@dataclass(frozen=True)
class Night:
    """From when until when an instance would be off next, or is off now: what `skip_tonight` keeps it on for."""

    begin: datetime
    until: datetime


def keep(
    ctx: Context,
    user: User,
    resource_id: str,
    state: State,
    until: datetime,
    reason: str,
    *,
    begin: datetime | None = None,
) -> Override:
    """Keep an instance running or stopped until a time at most 30 days ahead, from now or from `begin`; it replaces the override before.

    Raises `Invalid` (no reason, an end that is past or too far), `NotFound`, `Refused` for what is not ours to touch, `Conflict`.
    """
    user.require(Permission.ACT)
    if state is State.STOPPED:
        _demand_no_second_person(ctx, user, resource_id)
    with ctx.begin() as db:
        now = database.now(db)
        return _keep(db, user, resource_id, state, max(begin or now, now), until, reason, now)


def skip_tonight(ctx: Context, user: User, resource_id: str, reason: str) -> Override:
    """Keep an instance running while its schedules would have it off next. Raises as `keep` does, and `Invalid` where none would."""
    user.require(Permission.ACT)
    with ctx.begin() as db:
        now = database.now(db)
        night = _night(db, user, resource_id, now)
        return _keep(db, user, resource_id, State.RUNNING, night.begin, night.until, reason, now)


def nights(ctx: Context, user: User, resource_ids: Sequence[str]) -> Mapping[str, Night]:
    """What `skip_tonight` would skip of each that schedules have off within 24 hours; the others are left out."""
    user.require(Permission.VIEW_SCHEDULES)
    scope = None if user.accounts is None else sorted(user.accounts)
    found: dict[str, Night] = {}
    with ctx.read() as db:
        now = database.now(db)
        works, held = at_work(db, user.organisation_id, now, resource_ids=list(resource_ids), accounts=scope)
        for each in held:
            with suppress(Invalid):
                found[each.resource_id] = _tonight(works, each, now)
    return found


def present(ctx: Context, user: User, resource_id: str) -> Override | None:
    """The override that is in force for an instance, or is to come; None where there is none. Raises `NotFound`."""
    user.require(Permission.VIEW_SCHEDULES)
    with ctx.begin() as db:
        now = database.now(db)
        _resource(db, user, resource_id)
        held = overrides.of_resources(db, user.organisation_id, [resource_id]).get(resource_id, ())
    coming = [each for each in held if each.end > now]
    return in_force(coming, now) or next(iter(coming), None)


def listing(ctx: Context, user: User) -> tuple[Override, ...]:
    """Every override that is in force or to come, of resources that the user sees, soonest end first."""
    user.require(Permission.VIEW_SCHEDULES)
    with ctx.read() as db:
        now = database.now(db)
        held = overrides.of_resources(db, user.organisation_id)
        coming = [each for every in held.values() for each in every if each.end > now]
        ids = [each.resource_id for each in coming]
        seen = resources.by_ids(db, user.organisation_id, ids, accounts=user.accounts)
    shown = (each for each in coming if each.resource_id in seen)
    return tuple(sorted(shown, key=lambda each: (each.end, each.resource_id)))


def end(ctx: Context, user: User, override_id: UUID) -> Override:
    """End an override before its time; the schedules decide anew at the next tick. Raises `NotFound`."""
    user.require(Permission.ACT)
    with ctx.begin() as db:
        now = database.now(db)
        found = overrides.one(db, user.organisation_id, override_id, now)
        resource = None if found is None else _seen(db, user, found.resource_id)
        if found is None or resource is None:
            message = "There is no such override among those you see, or it is over."
            raise NotFound(message)
        overrides.end(db, user.organisation_id, override_id, now)
        data = {**_told(found, resource), "until": found.until.isoformat()}
        record(db, user, Event("OverrideEnded", f"resource:{resource.id}", data), subject=resource.id)
        return replace(found, ended_at=now)


def not_kept_off(ctx: Context, user: User, resource_ids: Sequence[str]) -> Mapping[str, str]:
    """Which of these cannot be kept off since a stop of them would have to wait, each with why. One question to the bill, if any."""
    user.require(Permission.ACT)
    if ctx.settings.approval_above is None:
        return {}
    costs = second_person.monthly_costs(ctx, user, resource_ids)
    whys = {
        each: second_person.needed(ctx, user, ActionKind.STOP_INSTANCE, Origin.CLICK, None, costs.get(each))
        for each in resource_ids
    }
    return {each: why for each, why in whys.items() if why is not None}


def _demand_no_second_person(ctx: Context, user: User, resource_id: str) -> None:
    """An override acts as schedules do, which nobody approves: so it must not stop what a stop by hand would have to wait for.

    Of what the user does not see nothing is said, not even what it costs.
    """
    with ctx.read() as db:
        _resource(db, user, resource_id)
    why = not_kept_off(ctx, user, [resource_id]).get(resource_id)
    if why is not None:
        message = f"It would have to wait: {why}"
        raise Refused(message, mend=INSTEAD)


def _keep(
    db: Connection,
    user: User,
    resource_id: str,
    state: State,
    begin: datetime,
    until: datetime,
    reason: str,
    now: datetime,
) -> Override:
    words = " ".join(reason.split())[:LONGEST_REASON]
    if not words:
        message = "Please say why: the reason is kept with the override."
        raise Invalid(message)
    resource = _resource(db, user, resource_id)
    override = Override(uuid4(), resource_id, state, begin, until, words, user.email, now)
    refusal = guard.forbidden(_action(state, resource.kind), resource, user.accounts)
    if refusal is not None:
        raise Refused(refusal)
    try:
        with db.begin_nested():
            overrides.add(db, user.organisation_id, override)
    except IntegrityError as error:
        message = f"Somebody else has just made an override for {resource.short_id}."
        raise Conflict(message, mend="Look at it, and repeat yours if it is still wanted.") from error
    data = {**_told(override, resource), "from": begin.isoformat(), "until": until.isoformat()}
    event = Event("OverrideMade", f"resource:{resource.id}", data)
    record(db, user, event, subject=resource.id, reason=words)
    return override


def _action(state: State, kind: Kind) -> ActionKind:
    """What brings a resource of this kind there; raises nothing: `_resource` has let only kinds through that are switched."""
    switch = SWITCHES[kind]
    return switch.start if state is State.RUNNING else switch.stop


def _told(override: Override, resource: Resource) -> dict[str, object]:
    return {
        "id": str(override.id),
        "resource_id": resource.id,
        "account_id": resource.account_id,
        "state": override.state.value,
    }


def _night(db: Connection, user: User, resource_id: str, now: datetime) -> Night:
    _resource(db, user, resource_id)
    works, held = at_work(db, user.organisation_id, now, resource_ids=[resource_id])
    return _tonight(works, held[0] if held else None, now)


def _tonight(works: AtWork, held: Switched | None, now: datetime) -> Night:
    deciding = works.together(held.attachments, now) if held else None
    carried_out = deciding is not None and deciding.mode is not Mode.DRY_RUN
    inforce = deciding.schedules if deciding is not None and carried_out else ()
    return Night(*tonight([each.definition for each in inforce], now))


def _resource(db: Connection, user: User, resource_id: str) -> Resource:
    """Raise `NotFound` for what no schedule could switch, is not there, or that the user does not see."""
    scope = None if user.accounts is None else sorted(user.accounts)
    found = _seen(db, user, resource_id)
    if found is None or not schedules.switchable(db, user.organisation_id, [resource_id], scope):
        message = f"There is nothing to switch called {resource_id} among what you see."
        raise NotFound(message, mend="Only what the last collection saw can be kept on or off.")
    return found


def _seen(db: Connection, user: User, resource_id: str) -> Resource | None:
    return resources.by_ids(db, user.organisation_id, [resource_id], accounts=user.accounts).get(resource_id)
