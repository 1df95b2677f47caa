"""Before schedules and overrides stop something that runs, those whom it concerns are told, each as long before as they chose."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from core.access.roles import User
from core.notices.kinds import NoticeKind
from core.notices.model import Occasion, People, Preference
from core.notices.stops import Stopping, occasion
from core.schedules.attachment import Mode, Switched
from core.schedules.decide import decide
from core.schedules.intervals import Segment
from core.schedules.manual import decide_with_hand
from core.schedules.model import State
from core.schedules.override import Override, in_force
from services.context import Beat, Context
from services.db import database
from services.db.stores import access, leases, notices, overrides, resources, switched
from services.db.stores.hands import by_hand
from services.usecases import notify
from services.usecases.at_work import AtWork, Deciding, at_work
from services.usecases.transitions import after_hand, following

SEEN_BEYOND = timedelta(hours=25)
"""How far beyond a stop is looked, to say until when it is off."""
_Found = tuple[Stopping, Deciding, tuple[Override, ...], frozenset[str]]


def tell_what_stops(ctx: Context, beat: Beat) -> str:
    """Worker job: look for stops that are near, and tell each person once of each."""
    with ctx.read() as db:
        organisations = switched.organisations(db)
    told = 0
    for organisation_id in organisations:
        beat.check()
        with ctx.begin() as db:
            leases.fence(db, beat.epoch)
            told += _tell(db, ctx, organisation_id)
    return f"{told} notices." if told else "No stop is near."


def _tell(db: Connection, ctx: Context, organisation_id: UUID) -> int:
    people = People(access.active(db, organisation_id))
    chosen = notices.chosen(db, {user.id for user in people.users})
    usual = ctx.settings.stop_notice_minutes
    ahead = {user: timedelta(minutes=_minutes(chosen.get(user.id, {}), usual)) for user in people.users}
    if not ahead:
        return 0
    now = database.now(db)
    found = _near(db, organisation_id, now, now + max(ahead.values()))
    tags = resources.tags_of(db, organisation_id, [stopping.resource_id for stopping, *_ in found])
    pairs: list[tuple[User, Occasion, _Found]] = []
    for each in found:
        stopping, _, _, emails = each
        whom = people.named(emails) | people.owning(tags.get(stopping.resource_id, {}))
        near = [user for user in whom if stopping.segment.start - now <= ahead[user]]
        if near:
            told = occasion(stopping)
            pairs += [(user, told, each) for user in near]
    known = notices.known(db, [(user.id, told.subject, told.moment) for user, told, _ in pairs])
    fresh = [pair for pair in pairs if (pair[0].id, pair[1].subject, pair[1].moment) not in known]
    held = _held_by_hand(db, organisation_id, [each for _, _, each in fresh])
    wanted = [(user, told) for user, told, each in fresh if each[0].resource_id not in held]
    return notify.tell(db, ctx, organisation_id, wanted, chosen)


def _minutes(chosen: Mapping[NoticeKind, Preference], usual: int) -> int:
    wants = chosen.get(NoticeKind.STOP)
    return usual if wants is None or wants.minutes is None else wants.minutes


def _near(db: Connection, organisation_id: UUID, now: datetime, until: datetime) -> list[_Found]:
    """What runs and is to be stopped by then: a few queries, and one look ahead for each combination of attachments.

    What runs though its schedules do not want it on may have been started by hand: then it is stopped once that is over.
    """
    works, held = at_work(db, organisation_id, now)
    running = [each for each in held if each.state == "running" and each.protection is None]
    wanted = overrides.of_resources(db, organisation_id)
    seen: dict[tuple[UUID, ...], _Ahead] = {}
    for resource in running:
        if resource.attachments not in seen:
            seen[resource.attachments] = _ahead(works.together(resource.attachments, now), now, until)
    outside = [each.resource_id for each in running if not seen[each.attachments].wants_on]
    hands = by_hand(db, organisation_id, outside)
    found: list[_Found] = []
    for resource in running:
        own = tuple(each for each in wanted.get(resource.resource_id, ()) if each.end > now)
        ahead, hand = seen[resource.attachments], hands.get(resource.resource_id)
        deciding, segment = ahead.deciding, ahead.segment
        if own:
            segment = following(deciding.schedules, now, until + SEEN_BEYOND, own)
        elif hand is not None and hand.state is State.RUNNING and not hand.by_aws:
            segment = after_hand(deciding, hand, now, until + SEEN_BEYOND)
        if segment is not None and segment.state is State.STOPPED and segment.start <= until:
            started = not own and segment is not ahead.segment
            found += _stopping(works, resource, deciding, segment, own, by_hand=started)
    return found


@dataclass(frozen=True)
class _Ahead:
    """What decides for a combination of attachments, whether it wants them on now, and what it wants next."""

    deciding: Deciding
    wants_on: bool
    segment: Segment | None


def _ahead(deciding: Deciding, now: datetime, until: datetime) -> _Ahead:
    wants_on = decide(deciding.schedules, now).desired is State.RUNNING
    return _Ahead(deciding, wants_on, following(deciding.schedules, now, until + SEEN_BEYOND))


def _stopping(
    works: AtWork,
    resource: Switched,
    deciding: Deciding,
    segment: Segment,
    own: tuple[Override, ...],
    *,
    by_hand: bool,
) -> Iterator[_Found]:
    held = in_force(own, segment.start)
    if held is None and deciding.mode in {Mode.DRY_RUN, Mode.OFF}:
        return
    stopping = Stopping(
        resource.resource_id,
        resource.name,
        resource.account_id,
        segment,
        () if held else deciding.schedules,
        held.by if held else "",
        asks=held is None and deciding.mode is Mode.APPROVE,
        by_hand=by_hand,
    )
    emails = {works.attachments[one].attached_by for one in resource.attachments} | {each.by for each in own}
    yield stopping, deciding, own, frozenset(emails)


def _held_by_hand(db: Connection, organisation_id: UUID, found: list[_Found]) -> frozenset[str]:
    """Those that somebody started by hand and that their attachments leave on at that time."""
    unique = {stopping.resource_id: (stopping, deciding, own) for stopping, deciding, own, _ in found}
    hands = by_hand(db, organisation_id, sorted(unique))
    return frozenset(
        resource_id
        for resource_id, hand in hands.items()
        if decide_with_hand(
            unique[resource_id][1].schedules,
            unique[resource_id][1].manuals,
            unique[resource_id][0].segment.start,
            unique[resource_id][2],
            None,
            hand,
        ).desired
        is not State.STOPPED
    )
