"""Links in a notice: made for one person, looked at before anything is done, and carried out by that person only."""

from dataclasses import dataclass

from core import dates
from core.access.roles import Permission, User
from core.errors import NotFound
from core.inventory import Resource
from core.notices import links
from core.notices.model import Deed, Offer
from core.schedules.model import State
from core.schedules.switch import SWITCHES
from services.context import Context
from services.db.stores import resources
from services.usecases import actions, overrides, second_person

REASON = "Asked for from a notice"


@dataclass(frozen=True)
class Wanted:
    """What a link asks for, the resource as we last saw it, and what to say where a second person must agree (else empty)."""

    offer: Offer
    resource: Resource
    waits: str = ""


def link(ctx: Context, user: User, offer: Offer) -> str:
    """The signed text that asks for an offer, good for this person only."""
    user.require(Permission.ACT)
    return links.sign(ctx.secret, user.id, offer)


def look(ctx: Context, user: User, text: str) -> Wanted:
    """What a link asks for; nothing is done. Raises `Invalid` (changed, expired, somebody else's), `NotFound`."""
    user.require(Permission.ACT)
    asked = links.read(ctx.secret, text, user.id, ctx.now())
    with ctx.read() as db:
        found = resources.by_ids(
            db, user.organisation_id, [asked.offer.resource_id], accounts=user.accounts
        ).get(asked.offer.resource_id)
    if found is None:
        message = f"There is no resource {asked.offer.resource_id} among those you see."
        raise NotFound(message)
    waits = ""
    if asked.offer.deed is Deed.STOP:
        waits = second_person.foretold(ctx, user, [(SWITCHES[found.kind].stop, found, {})])
    return Wanted(asked.offer, found, waits)


def carry_out(ctx: Context, user: User, text: str, reason: str) -> str:
    """Do what a link asks for, and say so in a sentence. Raises as `look`, and as the override or action itself does."""
    wanted = look(ctx, user, text)
    offer, name = wanted.offer, wanted.resource.name or wanted.resource.short_id
    if offer.deed is Deed.STOP or offer.until is None:
        stop = SWITCHES[wanted.resource.kind].stop
        actions.request(ctx, user, stop, offer.resource_id, {}, reason)
        return f"Asked for: stop {name}. The Actions screen says how far it is."
    overrides.keep(ctx, user, offer.resource_id, State.RUNNING, offer.until, reason, begin=offer.begin)
    return f"{name} is kept on until {dates.when(offer.until)}."
