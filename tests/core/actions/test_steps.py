"""The steps against a small AWS that takes its time, refuses, loses answers, and whose worker forgets everything."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.actions import steps
from core.actions.kind import PATIENCE, Call, Do, Settle, Sight, Wait
from core.actions.model import OPEN, TRANSITIONS, Action, ActionKind, ActionState, passes
from core.errors import Conflict, Forbidden, Lost, NotFound, PioneerError, Refused, Unavailable
from core.inventory import Instance, Kind, Resource, Volume
from core.prices import InstanceType
from tests.builders import a_volume, an_instance

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TYPES = {
    name: InstanceType(name, 2, 8192, "x86_64", current_generation=True, burstable=False)
    for name in ("m5.large", "m5.xlarge")
}
RESIZE = {"instance_type": "m5.xlarge"}


def an_action(
    kind: ActionKind, resource: Resource, parameters: Mapping[str, object] = {}, **given: object
) -> Action:
    return Action(
        **{
            "id": UUID(int=7),
            "organisation_id": UUID(int=1),
            "kind": kind,
            "resource_id": resource.id,
            "resource_kind": resource.kind,
            "account_id": resource.account_id,
            "region": resource.region,
            "parameters": parameters,
            "state": ActionState.RUNNING,
            "reason": "because",
            "requested_by": "a@example.com",
            "requested_at": NOW,
            "not_before": NOW,
            "started_at": NOW,
            **given,
        }
    )


@dataclass
class SlowAws:
    """One resource whose state follows calls after a few looks; `fates` says how each call ends."""

    resource: Resource | None
    fates: list[str]
    pace: int
    snapshots: list[list[str]] = field(default_factory=list)
    sent: list[Call] = field(default_factory=list)
    _left: int = 0

    def look(self) -> Sight:
        """What it shows; time goes on with each look."""
        self._left -= 1
        if self._left <= 0:
            self._arrive()
        shown = self.snapshots if self._left <= 0 else []  # AWS lists what was just made a little later
        return Sight(self.resource, tuple((name, state) for name, state in shown))

    def _arrive(self) -> None:
        ends = {"stopping": "stopped", "pending": "running"}
        if self.resource is not None and self.resource.state in ends:
            self.resource = replace(self.resource, state=ends[self.resource.state])
        if self.resource is not None and self.resource.state == "deleting":
            self.resource = None
        for snapshot in self.snapshots:
            snapshot[1] = "completed"

    def call(self, call: Call, action: Action) -> PioneerError | None:
        """How the call ends: `ok`, `lost` (with effect), `vanished` (without), `busy`, `refused`."""
        fate = self.fates.pop() if self.fates else "ok"
        self.sent.append(call)
        if fate in {"ok", "lost"}:
            self._do(call, action)
        errors: dict[str, PioneerError] = {
            "lost": Lost("lost"),
            "vanished": Lost("lost"),
            "busy": Unavailable("busy"),
            "refused": Refused("refused"),
        }
        return errors.get(fate)

    def _do(self, call: Call, action: Action) -> None:
        self._left = self.pace
        it = self.resource
        match call:
            case Call.STOP:
                assert isinstance(it, Instance)
                self.resource = replace(it, state="stopping" if it.state == "running" else it.state)
            case Call.START:
                assert isinstance(it, Instance)
                self.resource = replace(it, state="pending" if it.state == "stopped" else it.state)
            case Call.RESIZE | Call.RESIZE_BACK:
                assert isinstance(it, Instance)
                assert it.state == "stopped", "AWS refuses to resize what is not stopped"
                wanted = (
                    action.parameters
                    if call is Call.RESIZE
                    else {"instance_type": (action.before or {})["type"]}
                )
                self.resource = replace(it, type=str(wanted["instance_type"]))
            case Call.SNAPSHOT:
                self.snapshots.append([f"snap-{len(self.snapshots)}", "pending"])
            case Call.DELETE:
                assert isinstance(it, Volume)
                assert any(state == "completed" for _, state in self.snapshots), "the data must be safe first"
                self.resource = replace(it, state="deleting")
            case _:
                raise AssertionError(call)


def carry(aws: SlowAws, action: Action, crashes: list[bool]) -> Action:
    """Be the worker; where `crashes` says so, die after the intent and before the call, or right after the call."""
    now = NOW
    for _ in range(600):
        sight = aws.look()
        if action.before is None and isinstance(sight.resource, Instance):
            action = replace(action, before={"state": sight.resource.state, "type": sight.resource.type})
        following = steps.decide(action, sight, now, TYPES)
        if isinstance(following, Do):
            before = action
            attempts = action.attempts + 1 if action.step == following.call else 1
            action = replace(action, step=following.call.value, step_at=now, attempts=attempts)
            if crashes and crashes.pop():
                continue
            error = aws.call(following.call, action)
            if crashes and crashes.pop():
                continue
            if error is None:
                continue
            following = steps.answered(before, following.call, error)
        if isinstance(following, steps.PutBack):
            action = replace(action, outcome=following.why)
        elif isinstance(following, Settle):
            return replace(action, state=following.state, outcome=following.outcome)
        else:
            assert isinstance(following, Wait)
            again = steps.look_again(action, now)
            assert now < again <= now + timedelta(minutes=2)
            now = again
    raise AssertionError("it never ends")


FATES = st.lists(st.sampled_from(["ok", "lost", "vanished", "busy", "refused"]), max_size=8)
CRASHES = st.lists(st.booleans(), max_size=8)
PACES = st.integers(0, 4)


@settings(max_examples=150, deadline=None)
@given(FATES, CRASHES, PACES, st.sampled_from(["running", "stopped"]))
def test_a_resize_ends_as_wished_or_as_it_was_and_never_in_between(
    fates: list[str], crashes: list[bool], pace: int, state: str
) -> None:
    aws = SlowAws(an_instance(state=state), fates, pace)
    ended = carry(aws, an_action(ActionKind.RESIZE_INSTANCE, an_instance(state=state), RESIZE), crashes)
    assert isinstance(aws.resource, Instance)
    if ended.state is ActionState.DONE:
        assert (aws.resource.type, aws.resource.state) == ("m5.xlarge", state)
    elif "put back" in ended.outcome:
        assert (aws.resource.type, aws.resource.state) == ("m5.large", state)
    else:
        assert ended.state in {ActionState.FAILED, ActionState.REFUSED}
        untouched = (aws.resource.type, aws.resource.state) == ("m5.large", state)
        assert untouched or "look at it in AWS" in ended.outcome


@settings(max_examples=150, deadline=None)
@given(FATES, CRASHES, PACES)
def test_a_volume_is_only_deleted_once_its_snapshot_is_complete_and_no_answer_costs_a_second_one(
    fates: list[str], crashes: list[bool], pace: int
) -> None:
    volume = a_volume(state="available", attached_to=None)
    aws = SlowAws(volume, fates, pace)
    ended = carry(aws, an_action(ActionKind.DELETE_VOLUME, volume), crashes)
    assert len(aws.snapshots) <= 1
    assert (ended.state is ActionState.DONE) == (aws.resource is None)
    if aws.resource is None:
        assert aws.snapshots[0][1] == "completed"


@settings(max_examples=100, deadline=None)
@given(FATES, CRASHES, PACES)
def test_a_stop_is_done_only_when_aws_shows_it_stopped(
    fates: list[str], crashes: list[bool], pace: int
) -> None:
    aws = SlowAws(an_instance(), fates, pace)
    ended = carry(aws, an_action(ActionKind.STOP_INSTANCE, an_instance()), crashes)
    assert aws.resource is not None
    assert (ended.state is ActionState.DONE) == (aws.resource.state == "stopped")


@pytest.mark.parametrize("call", list(Call))
def test_each_attempt_waits_twice_as_long_as_the_one_before(call: Call) -> None:
    waits = [steps.patience(call, attempts) for attempts in range(1, 5)]
    assert waits == [PATIENCE[call] * factor for factor in (1, 2, 4, 8)]


def test_a_call_is_not_repeated_before_aws_had_time_to_show_its_effect() -> None:
    asked = an_action(ActionKind.STOP_INSTANCE, an_instance(), step=Call.STOP.value, step_at=NOW, attempts=1)
    soon = steps.decide(asked, Sight(an_instance()), NOW + timedelta(seconds=19), TYPES)
    late = steps.decide(asked, Sight(an_instance()), NOW + timedelta(seconds=20), TYPES)
    assert isinstance(soon, Wait)
    assert late == Do(Call.STOP)


def test_what_hangs_too_long_fails_and_says_where_to_look() -> None:
    action = an_action(ActionKind.STOP_INSTANCE, an_instance(), step=Call.STOP.value, step_at=NOW, attempts=1)
    ended = steps.decide(action, Sight(an_instance(state="stopping")), NOW + timedelta(hours=2), TYPES)
    assert isinstance(ended, Settle)
    assert (ended.state, "look at it in AWS" in ended.outcome) == (ActionState.FAILED, True)


def test_a_resize_under_way_whose_instance_becomes_protected_is_put_back() -> None:
    stopped = an_instance(state="stopped", tags={"pioneer:protected": "true"})
    begun = an_action(
        ActionKind.RESIZE_INSTANCE,
        stopped,
        RESIZE,
        step=Call.STOP.value,
        step_at=NOW,
        before={"state": "running", "type": "m5.large"},
    )
    following = steps.decide(begun, Sight(stopped), NOW, TYPES)
    assert isinstance(following, steps.PutBack)
    back = replace(begun, outcome=following.why)
    assert steps.decide(back, Sight(stopped), NOW, TYPES) == Do(Call.START)


def test_a_volume_that_somebody_else_deleted_is_not_called_done() -> None:
    action = an_action(ActionKind.DELETE_VOLUME, a_volume())
    ended = steps.decide(action, Sight(None), NOW, TYPES)
    assert isinstance(ended, Settle)
    assert ended.state is ActionState.FAILED


@pytest.mark.parametrize("error", [Forbidden("no"), NotFound("no"), Refused("no")])
def test_not_being_let_look_ends_what_has_not_begun_and_only_delays_what_has(error: PioneerError) -> None:
    fresh = an_action(ActionKind.STOP_INSTANCE, an_instance())
    assert isinstance(steps.unseen(fresh, error, NOW), Settle)
    assert isinstance(steps.unseen(replace(fresh, step=Call.STOP.value), error, NOW), Wait)
    assert isinstance(steps.unseen(fresh, Unavailable("busy"), NOW), Wait)
    assert isinstance(steps.unseen(fresh, Unavailable("busy"), NOW + timedelta(hours=2)), Settle)


@given(st.sampled_from(list(ActionState)), st.sampled_from(list(ActionState)))
def test_an_action_that_has_ended_never_changes_again(current: ActionState, wanted: ActionState) -> None:
    if current not in OPEN or wanted not in TRANSITIONS[current]:
        with pytest.raises(Conflict):
            passes(current, wanted)
    else:
        assert passes(current, wanted) is wanted


def test_an_action_names_its_resource_as_aws_calls_do() -> None:
    arn = "arn:aws:ec2:us-east-1:111122223333:elastic-ip/eipalloc-1"
    action = replace(
        an_action(ActionKind.RELEASE_ADDRESS, a_volume()), resource_id=arn, resource_kind=Kind.ADDRESS
    )
    assert action.short_id == "eipalloc-1"
