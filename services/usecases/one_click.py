"""One click on any resources: start or stop them now, keep them on or off until a time, skip tonight. An owner may, too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from core.access.ownership import as_owner
from core.access.roles import Permission, User
from core.actions import approval
from core.actions.model import ActionState, Origin
from core.errors import Invalid, NotFound, PioneerError
from core.inventory import Resource
from core.schedules.model import State
from core.schedules.switch import SWITCHES
from services.context import Context
from services.db.stores import resources
from services.usecases import actions, overrides, second_person, starting

MOST = 500
"""Resources in one click."""


class Click(StrEnum):
    """What one click does."""

    START = "start"
    STOP = "stop"
    KEEP_ON = "keep_on"
    KEEP_OFF = "keep_off"
    SKIP_TONIGHT = "skip_tonight"


@dataclass(frozen=True)
class Clicked:
    """What became of one resource: queued (or waiting for approval) as an action, kept by an override, or refused, and why."""

    resource_id: str
    outcome: Literal["queued", "waiting", "kept", "refused"]
    detail: str
    action_id: UUID | None = None
    override_id: UUID | None = None
    until: datetime | None = None


def may(ctx: Context, user: User, among: Sequence[Resource]) -> bool:
    """Whether this person may click for each of these: as an operator, or as the owner that its tags name."""
    return bool(among) and all(_acting(ctx, user, each).may(Permission.ACT) for each in among)


def foretold(ctx: Context, user: User, what: Click, among: Sequence[Resource]) -> str:
    """What to say before a click where a second person must agree to some of it; else empty. What would have to wait is not kept off."""
    if what in {Click.KEEP_ON, Click.SKIP_TONIGHT} or not may(ctx, user, among):
        return ""
    if what is Click.KEEP_OFF:
        whys = overrides.not_kept_off(ctx, _acting(ctx, user, among[0]), [each.id for each in among])
        return _not_kept_off(list(whys.values()), len(among))
    switches = [(SWITCHES[each.kind], each) for each in among if each.kind in SWITCHES]
    if what is Click.START:
        sizes = starting.sizes_of(ctx, user, among)
        wanted = [(switch.start, each, sizes.get(each.id, {})) for switch, each in switches]
    else:
        wanted = [(switch.stop, each, {}) for switch, each in switches]
    return second_person.foretold(ctx, _acting(ctx, user, among[0]), wanted)


def _not_kept_off(whys: Sequence[str], asked: int) -> str:
    if not whys:
        return ""
    if asked == 1:
        return f"It would have to wait, which what is kept off cannot: {whys[0].removeprefix(approval.WAITS)} {overrides.INSTEAD}"
    which = f"All {asked:,}" if len(whys) == asked else f"{len(whys):,} of these {asked:,}"
    return f"{which} would have to wait, which what is kept off cannot. {overrides.INSTEAD}"


def click(
    ctx: Context,
    user: User,
    what: Click,
    resource_ids: Sequence[str],
    reason: str,
    *,
    until: datetime | None = None,
    origin: Origin = Origin.CLICK,
) -> tuple[Clicked, ...]:
    """Do it for each, in a transaction of its own: what is refused does not stop the others. To keep takes `until`, and nothing else does.

    Each is asked of as an operator, or as its owner; that somebody may not is a refusal like others. Raises `Invalid` for no reason,
    no or too many resources, or a missing end.
    """
    user.require(Permission.VIEW_RESOURCES)
    wanted = tuple(dict.fromkeys(resource_ids))
    if not 0 < len(wanted) <= MOST:
        message = f"One click is for 1 to {MOST} resources; this one is for {len(wanted)}."
        raise Invalid(message)
    if not reason.strip():
        message = "Please say why: the reason is kept in the audit log."
        raise Invalid(message)
    if (until is not None) != (what in {Click.KEEP_ON, Click.KEEP_OFF}):
        message = "To keep something on or off takes an end; nothing else does."
        raise Invalid(message, mend="Give until with keep_on and keep_off only.")
    with ctx.read() as db:
        found = resources.by_ids(db, user.organisation_id, wanted, accounts=user.accounts)
    return tuple(_one(ctx, user, what, key, found.get(key), reason, until, origin) for key in wanted)


def _one(
    ctx: Context,
    user: User,
    what: Click,
    resource_id: str,
    resource: Resource | None,
    reason: str,
    until: datetime | None,
    origin: Origin,
) -> Clicked:
    try:
        if resource is None:
            message = f"There is no resource {resource_id} among those you see."
            raise NotFound(message)
        user = _acting(ctx, user, resource)
        if what in {Click.START, Click.STOP}:
            return _switched(ctx, user, what, resource, reason, origin)
        return _kept(ctx, user, what, resource, reason, until)
    except PioneerError as error:
        return Clicked(resource_id, "refused", str(error))


def _switched(
    ctx: Context, user: User, what: Click, resource: Resource, reason: str, origin: Origin
) -> Clicked:
    switch = SWITCHES.get(resource.kind)
    if switch is None:
        message = f"Nothing starts or stops {resource.kind.one}."
        raise Invalid(message)
    kind, given = switch.stop, {}
    if what is Click.START:
        kind, given = switch.start, dict(starting.sizes_of(ctx, user, (resource,)).get(resource.id, {}))
    action = actions.request(ctx, user, kind, resource.id, given, reason, origin=origin)
    waits = action.state is ActionState.WAITING
    return Clicked(
        resource.id, "waiting" if waits else "queued", action.waiting or "Queued.", action_id=action.id
    )


def _kept(
    ctx: Context, user: User, what: Click, resource: Resource, reason: str, until: datetime | None
) -> Clicked:
    if what is Click.SKIP_TONIGHT or until is None:
        made = overrides.skip_tonight(ctx, user, resource.id, reason)
    else:
        state = State.RUNNING if what is Click.KEEP_ON else State.STOPPED
        made = overrides.keep(ctx, user, resource.id, state, until, reason)
    word = "on" if made.state is State.RUNNING else "off"
    return Clicked(resource.id, "kept", f"Kept {word}.", override_id=made.id, until=made.until)


def _acting(ctx: Context, user: User, resource: Resource) -> User:
    """As an owner only where an admin let people in: where sign-up is open, an address proves nothing."""
    return user if ctx.settings.signup == "open" else as_owner(user, resource.tags)
