"""What a schedule's action is given beside the resource: sizes that were kept, an instance's type and what else it may be, hibernation."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import User
from core.actions.sizing import kept_sizes
from core.inventory import Kind, Resource
from core.prices import InstanceType
from core.schedules.attachment import Switched
from core.schedules.switch import SWITCHES
from services.context import Context
from services.db.stores import sizes

_SIZED = {kind: switch.sized for kind, switch in SWITCHES.items() if switch.sized is not None}


def kept(
    db: Connection, organisation_id: UUID, starting: Iterable[Switched]
) -> Mapping[str, Mapping[str, object]]:
    """By resource, the sizes to give back: one query. What we never scaled down has none."""
    return _kept(db, organisation_id, {one.resource_id: one.kind for one in starting if one.kind in _SIZED})


def sizes_of(ctx: Context, user: User, starting: Iterable[Resource]) -> Mapping[str, Mapping[str, object]]:
    """The same for somebody who starts them by a click."""
    sized = {each.id: each.kind for each in starting if each.kind in _SIZED}
    if not sized:
        return {}
    with ctx.read() as db:
        return _kept(db, user.organisation_id, sized)


def _kept(
    db: Connection, organisation_id: UUID, sized: Mapping[str, Kind]
) -> Mapping[str, Mapping[str, object]]:
    stops = [each.stop for each in _SIZED.values()]
    found: dict[str, Mapping[str, object]] = {}
    for resource_id, before in sizes.kept(db, organisation_id, stops, list(sized)).items():
        given = kept_sizes(before, _SIZED[sized[resource_id]].sizes)
        if given is not None:
            found[resource_id] = given
    return found


def instance(
    resource: Switched, size: str | None, types: Mapping[str, InstanceType]
) -> tuple[dict[str, object], str]:
    """What starting an instance is given, and what of the types listed does not suit it, in words.

    It starts as its period's type, else as the first of its tag, else as it is; where AWS has no capacity, as the others in turn,
    at last as what it was.
    """
    own = resource.type
    listed = tuple(dict.fromkeys((*([size] if size else []), *resource.types)))
    if own is None or not listed:
        return {}, ""
    fit = [each for each in listed if each == own or _alike(each, own, types)]
    unfit = [each for each in listed if each not in fit]
    wanted, *others = dict.fromkeys((*fit, own))
    given: dict[str, object] = {} if wanted == own else {"instance_type": wanted}
    if others:
        given["alternatives"] = others
    return given, f"; it cannot be a {' or a '.join(unfit)}" if unfit else ""


def _alike(one: str, other: str, types: Mapping[str, InstanceType]) -> bool:
    """Whether what runs on one runs on the other, as far as we know both."""
    return one in types and other in types and types[one].architecture == types[other].architecture
