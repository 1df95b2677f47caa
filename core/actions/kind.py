"""What a kind of action declares. One kind is one file in `kinds/`; `catalog` finds them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from core.actions.field import Field
from core.actions.model import Action, ActionKind, ActionState
from core.errors import PioneerError
from core.inventory import Kind, Resource
from core.prices import InstanceType

ACTION_TAG = "pioneer:action"
"""The tag a snapshot of ours carries; its value is the action's id, so that it is found again after a crash."""

Parameters = Mapping[str, object]


class Call(StrEnum):
    """A call that changes something in AWS."""

    START = "start_instance"
    STOP = "stop_instance"
    RESIZE = "resize_instance"
    RESIZE_BACK = "resize_instance_back"
    MODIFY = "modify_volume"
    SNAPSHOT = "snapshot_volume"
    DELETE = "delete_volume"
    RELEASE = "release_address"
    DELETE_SNAPSHOT = "delete_snapshot"
    SET_RETENTION = "set_log_retention"
    ADD_RULES = "add_lifecycle_rules"
    REMOVE_RULES = "remove_lifecycle_rules"
    STOP_DATABASE = "stop_database"
    START_DATABASE = "start_database"
    MODIFY_DATABASE = "modify_database"
    MODIFY_DATABASE_STORAGE = "modify_database_storage"
    DELETE_LOAD_BALANCER = "delete_load_balancer"
    DELETE_NAT_GATEWAY = "delete_nat_gateway"
    IMAGE = "image_instance"
    TERMINATE = "terminate_instance"
    TERMINATE_EMR_CLUSTER = "terminate_emr_cluster"
    PAUSE_WAREHOUSE = "pause_warehouse"
    RESUME_WAREHOUSE = "resume_warehouse"
    STOP_CLUSTER = "stop_database_cluster"
    START_CLUSTER = "start_database_cluster"
    EMPTY_GROUP = "empty_autoscaling_group"
    FILL_GROUP = "fill_autoscaling_group"
    EMPTY_SERVICE = "empty_service"
    FILL_SERVICE = "fill_service"
    EMPTY_NODES = "empty_node_group"
    FILL_NODES = "fill_node_group"


_SHORT, _LONG = timedelta(seconds=20), timedelta(minutes=2)
_TWICE_COUNTS = frozenset(
    {Call.MODIFY, Call.SNAPSHOT, Call.IMAGE, Call.MODIFY_DATABASE, Call.MODIFY_DATABASE_STORAGE}
)
PATIENCE: Mapping[Call, timedelta] = {call: _LONG if call in _TWICE_COUNTS else _SHORT for call in Call}
"""How long AWS gets to show a call's effect before the call may be sent again; doubled with each attempt.

Long where sending twice would do something twice."""


class Copy(StrEnum):
    """What is made of a resource before it is deleted: it carries the action's tag."""

    SNAPSHOT = "snapshot"
    IMAGE = "image"


@dataclass(frozen=True)
class Sight:
    """What AWS shows now: the resource (None: gone), and the copies that carry the action's tag as (id, state)."""

    resource: Resource | None
    copies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Do:
    """Send this call."""

    call: Call


@dataclass(frozen=True)
class Wait:
    """Nothing to do until AWS is further; look again later."""

    why: str


@dataclass(frozen=True)
class Settle:
    """It has ended."""

    state: ActionState
    outcome: str


Next = Do | Wait | Settle


def done(outcome: str) -> Settle:
    """It ended as wished."""
    return Settle(ActionState.DONE, outcome)


def failed(outcome: str) -> Settle:
    """It ended otherwise."""
    return Settle(ActionState.FAILED, outcome)


def _no_parameters(_parameters: Parameters) -> None:
    """Nothing to check."""


def _nothing_instead(_action: Action, _call: Call, _error: PioneerError) -> str | None:
    """No call has a substitute."""


def _nothing_to_undo(_action: Action) -> None:
    """No action takes it back."""


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """Everything that holds for one kind of action.

    `unsuitable` says why a resource as it is now cannot be treated so (None: it can); `calls` and `by_hand` are exact,
    in order; `next` is the next thing to do, from what AWS shows alone: it must never need to remember more than `action`.
    """

    kind: ActionKind
    title: str
    on: Kind
    also: frozenset[Kind] = frozenset()
    """Other kinds of resource that it is for."""
    permissions: tuple[str, ...]
    parameters: frozenset[str] = frozenset()
    asks: tuple[Field, ...] = ()
    """The parameters that a person is asked for, in order; the others are set by schedules or by what was kept."""
    check: Callable[[Parameters], None] = _no_parameters
    unsuitable: Callable[[Resource, Parameters, Mapping[str, InstanceType]], str | None]
    calls: Callable[[Resource, Parameters], tuple[str, ...]]
    by_hand: Callable[[Resource, Parameters], tuple[str, ...]]
    terraform: Callable[[Parameters], str]
    reversal: Callable[[Resource], str]
    undo: Callable[[Action], tuple[ActionKind, dict[str, object]] | None] = _nothing_to_undo
    next: Callable[[Action, Sight], Next]
    instead: Callable[[Action, Call, PioneerError], str | None] = _nothing_instead
    """What to do without from now on, after this answer of AWS to a call; None: nothing else is tried. `next` reads it from `action`."""
    sends: tuple[Call, ...] = ()
    """The calls it makes where all goes well, in order."""
    keeps: Copy | None = None
    """What it makes of the resource before that is gone."""
    final: bool = False
    """Whether no action of ours takes back what it does."""
    deadline: timedelta = field(default=timedelta(hours=1))
    restorable: bool = False
    """Whether a call that fails on the way is put back by the same kind's steps."""
