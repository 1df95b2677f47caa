"""The tick that makes schedules happen: what is wanted now is worked out, and each segment is acted on once."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from core.actions.model import Action, ActionKind, Origin
from core.errors import Conflict, PioneerError, Refused
from core.inventory import Kind
from core.prices import InstanceType
from core.schedules.attachment import Acted, Mode, Switched
from core.schedules.by_hand import SETTLED
from core.schedules.decide import Decision, Step, decide, step
from core.schedules.manual import ByHand, decide_with_hand
from core.schedules.model import State
from core.schedules.override import Override, in_force
from core.schedules.sizes import Size
from core.schedules.switch import SWITCHES
from core.schedules.turns import Turn
from services.context import Beat, Context, System
from services.db import database
from services.db.stores import leases, overrides, retries, schedules, switched
from services.db.stores.hands import by_hand
from services.usecases import requesting, second_person, starting, turns
from services.usecases.at_work import AtWork, Deciding, at_work
from services.usecases.requesting import Ask

WRITTEN, REQUESTED = 5000, 500
"""How many segments go into one transaction: where nothing is done, and where actions are requested."""

_QUEUED = "queued"
_log = logging.getLogger(__name__)
_ASKS = "The approval of a second person: its schedule asks before it acts."
Key = tuple[UUID, ...]


@dataclass(frozen=True)
class _Due:
    """A segment of a resource that has not been acted on, and what follows."""

    resource: Switched
    acted: Acted
    action: ActionKind | None = None
    origin_id: str = ""
    """Of the schedule, or of the override that decided."""
    asks: bool = False
    """Whether somebody must approve it first."""
    again: bool = False
    """Whether it was tried before, failed, and is due again."""
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class _Wish:
    """What is decided for a resource, by what, and what people want of it meanwhile."""

    resource: Switched
    deciding: Deciding
    decision: Decision
    own: Sequence[Override]

    @property
    def doubted(self) -> bool:
        """Whether it matters who left it as it is: it is not as decided, or was maybe started by hand for so long at most."""
        if self.decision.desired is State.ANY:
            return self.resource.state == "running" and any(each.max_hours for each in self.deciding.manuals)
        return step(self.decision.desired, self.resource.state) in {Step.START, Step.STOP}

    def misfit(self, size: Size) -> bool:
        """Whether it runs as another type than its periods name."""
        resource = self.resource
        return resource.state == "running" and resource.type not in {None, size.instance_type}

    def respecting(self, hand: ByHand | None, now: datetime) -> "_Wish | None":
        """The same with what was last done by hand respected; None where it was done this very moment."""
        if hand is None:
            return self
        resource, deciding = self.resource, self.deciding
        if SETTLED.get(resource.state) is not hand.state:
            return None
        decision = decide_with_hand(
            deciding.schedules, deciding.manuals, now, self.own, resource.protection, hand
        )
        return replace(self, decision=decision)


def run(ctx: Context, beat: Beat) -> str:
    """Worker job: request what schedules want and is not so, for every organisation. Missed ticks need no catching up."""
    with ctx.begin() as db:
        organisations = switched.organisations(db)
    count: Counter[str] = Counter()
    for organisation_id in organisations:
        beat.say("Working out what schedules want")
        due, over = _due(ctx, organisation_id)
        if over:
            with ctx.begin() as db:
                leases.fence(db, beat.epoch)
                second_person.withdraw(db, over, "Its time has passed: its schedule wants it no more.")
        quiet = [one for one in due if one.action is None]
        for chunk in _chunks(quiet, WRITTEN):
            beat.check()
            with ctx.begin() as db:
                leases.fence(db, beat.epoch)
                count["noted"] += len(schedules.claim(db, organisation_id, [one.acted for one in chunk]))
        for chunk in _chunks([one for one in due if one.action], REQUESTED):
            beat.check()
            with ctx.begin() as db:
                leases.fence(db, beat.epoch)
                count.update(_request(db, ctx, organisation_id, chunk))
    return f"{count[_QUEUED]} requested, {count['refused']} refused, {count['busy']} busy, {count['noted']} noted."


def _due(ctx: Context, organisation_id: UUID) -> tuple[list[_Due], tuple[Action, ...]]:
    """What is to be acted on or noted now, and what waits for approval in vain: a few queries, whatever the fleet's size."""
    with ctx.begin() as db:
        now = database.now(db)
        works, found = at_work(db, organisation_id, now)
        types = ctx.prices.instance_types()
        wanted = overrides.of_resources(db, organisation_id)
        decided: dict[Key, tuple[Deciding, Decision]] = {}
        wishes: list[_Wish] = []
        for resource in found:
            if resource.attachments not in decided:
                deciding = works.together(resource.attachments, now, sized=True)
                decided[resource.attachments] = (deciding, decide(deciding.schedules, now))
            deciding, decision = decided[resource.attachments]
            own = wanted.get(resource.resource_id, ())
            if own or resource.protection:
                decision = decide(deciding.schedules, now, own, resource.protection)
            wishes.append(_Wish(resource, deciding, decision, own))
        doubted = [one.resource.resource_id for one in wishes if one.doubted]
        hands = by_hand(db, organisation_id, doubted)
        told = [one.respecting(hands.get(one.resource.resource_id), now) for one in wishes]
        wishes = [one for one in told if one is not None]
        due = [one for one in (_follow(each, works, now, types) for each in wishes) if one is not None]
        held = turns.waiting(db, organisation_id, _turns(wishes, works, now), now)
        due = [one for one in due if one.action is None or one.resource.resource_id not in held]
        known = schedules.acted_on(db, organisation_id, [_key(one.acted) for one in due])
        begun = [_key(one.acted) for one in due if one.action and _key(one.acted) in known]
        again = {key for key, trial in retries.failed(db, organisation_id, begun).items() if trial.due(now)}
        wanted_now = {
            one.resource.resource_id: one.decision.desired
            for one in wishes
            if one.deciding.mode is Mode.APPROVE and in_force(one.own, now) is None
        }
        over = retries.over(db, organisation_id, wanted_now)
    return [
        replace(one, again=_key(one.acted) in again)
        for one in due
        if _key(one.acted) not in known or _key(one.acted) in again
    ], over


def _turns(wishes: Sequence[_Wish], works: AtWork, now: datetime) -> Mapping[str, Turn]:
    """Where each stands that schedules switch in earnest; empty where nothing has an order."""
    if not any(one.resource.order for one in wishes) and not any(
        one.order for one in works.attachments.values()
    ):
        return {}
    return {
        one.resource.resource_id: works.turn(one.resource, one.decision, now)
        for one in wishes
        if one.deciding.mode is not Mode.DRY_RUN
        and one.decision.desired is not State.ANY
        and one.resource.attachments
        and in_force(one.own, now) is None
    }


def _follow(wish: _Wish, works: AtWork, now: datetime, types: Mapping[str, InstanceType]) -> _Due | None:
    """What a decision means for a resource as it is; None where there is nothing to write down (yet)."""
    resource, decision = wish.resource, wish.decision
    following = step(decision.desired, resource.state)
    left = following is Step.NO_OPINION and resource.protection is None
    if left or following is Step.WAIT:
        return None
    acted = Acted(
        resource.resource_id, decision.segment_start, decision.desired, now, decision.reason, following.value
    )
    held = in_force(wish.own, now)
    size = wish.deciding.size if held is None and resource.kind is Kind.INSTANCE else None
    if following is Step.NOTHING and size is not None and wish.misfit(size):
        following = Step.RESIZE
        begun, reason = max(acted.segment_start, size.since), f"{acted.reason}, as a {size.instance_type}"
        acted = replace(acted, segment_start=begun, reason=reason)
    if following in {Step.NOTHING, Step.NO_OPINION}:
        return _Due(resource, acted)
    if held is None and wish.deciding.mode is Mode.DRY_RUN:
        return _Due(resource, replace(acted, outcome=f"dry run: would {following.value}"))
    kind, given, note = _action(following, wish, size, types)
    return _Due(
        resource,
        replace(acted, outcome=_QUEUED, reason=f"{acted.reason}{note}"),
        kind,
        str(works.first(resource, now) or "" if held is None else held.id),
        asks=held is None and wish.deciding.mode is Mode.APPROVE,
        parameters=given,
    )


def _action(
    following: Step, wish: _Wish, size: Size | None, types: Mapping[str, InstanceType]
) -> tuple[ActionKind, dict[str, object], str]:
    """The action that takes the step, what it is given, and what is to be said of that."""
    resource = wish.resource
    named = None if size is None else size.instance_type
    if following is Step.RESIZE:
        return ActionKind.RESIZE_INSTANCE, {"instance_type": named}, ""
    if following is Step.START:
        return SWITCHES[resource.kind].start, *starting.instance(resource, named, types)
    hibernates = wish.deciding.hibernates and resource.kind is Kind.INSTANCE and resource.hibernation
    return SWITCHES[resource.kind].stop, {"hibernate": True} if hibernates else {}, ""


def _request(db: Connection, ctx: Context, organisation_id: UUID, chunk: Sequence[_Due]) -> Iterable[str]:
    """Claim segments and request their actions; one that is refused is written down so and does not stop the others."""
    fresh = [one.acted for one in chunk if not one.again]
    ours = {_key(acted) for acted in schedules.claim(db, organisation_id, fresh)}
    claimed = [one for one in chunk if one.again or _key(one.acted) in ours]
    return _ask(db, ctx, System(organisation_id, "schedules"), claimed)


def _ask(db: Connection, ctx: Context, who: System, claimed: Sequence[_Due]) -> list[str]:
    """All together; each by itself where one of them meets an error nobody foresaw."""
    starts = [one.resource for one in claimed if one.action is SWITCHES[one.resource.kind].start]
    given = starting.kept(db, who.organisation_id, starts)
    asks = [
        Ask(
            one.action,
            one.resource.resource_id,
            one.acted.reason,
            {**one.parameters, **given.get(one.resource.resource_id, {})},
            origin_id=one.origin_id,
            asks=_ASKS if one.asks else None,
        )
        for one in claimed
        if one.action
    ]
    try:
        with db.begin_nested():
            answers = requesting.request_all(db, ctx, who, asks, Origin.SCHEDULE)
    except Exception as error:  # whatever it was, the others are asked for
        if db.invalidated:  # by nobody, though, where the database has hung up: all of it is for the next run
            raise
        if len(claimed) > 1:
            return [said for one in claimed for said in _ask(db, ctx, who, [one])]
        _log.exception("no action could be requested", extra={"resource": asks[0].resource_id})
        words = f"Cloud Pioneer itself failed on this ({type(error).__name__}); its log says more."
        answers = (Refused(words),)
    return _answered(db, who.organisation_id, claimed, answers)


def _answered(
    db: Connection, organisation_id: UUID, claimed: Sequence[_Due], answers: Sequence[Action | PioneerError]
) -> list[str]:
    """Write down what came of each; where something else is being done to it, the next tick looks again."""
    settled: list[Acted] = []
    busy: list[Acted] = []
    said = []
    for one, answer in zip(claimed, answers, strict=True):
        if isinstance(answer, Action):
            settled.append(replace(one.acted, action_id=answer.id))
            said.append(_QUEUED)
        elif isinstance(answer, Conflict):
            busy += [] if one.again else [one.acted]
            said.append("busy")
        else:
            settled.append(replace(one.acted, outcome=f"refused: {answer}"))
            said.append("refused")
    schedules.settle(db, organisation_id, settled)
    schedules.give_back(db, organisation_id, busy)
    return said


def _key(acted: Acted) -> tuple[str, datetime, State]:
    return acted.resource_id, acted.segment_start, acted.desired


def _chunks(due: Sequence[_Due], size: int) -> Iterator[Sequence[_Due]]:
    return (due[start : start + size] for start in range(0, len(due), size))
