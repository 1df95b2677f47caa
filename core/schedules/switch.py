"""What schedules switch: which kinds of resource, by which actions, and what their states and sizes say."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.actions.kinds.stop_autoscaling_group import SIZED as GROUP
from core.actions.kinds.stop_node_group import SIZED as NODES
from core.actions.kinds.stop_service import SIZED as SERVICE
from core.actions.model import ActionKind
from core.actions.sizing import Sized
from core.inventory import Kind, Resource

RUNNING, STOPPED, STARTING, STOPPING = "running", "stopped", "pending", "stopping"
"""EC2's words, which every kind's states are told in."""

_DATABASE = {
    "available": RUNNING,
    "stopped": STOPPED,
    "stopping": STOPPING,
    "starting": STARTING,
    **dict.fromkeys(("backing-up", "modifying", "rebooting", "maintenance", "upgrading"), STARTING),
}
_WAREHOUSE = {
    "available": RUNNING,
    "paused": STOPPED,
    "pausing": STOPPING,
    **dict.fromkeys(("resuming", "modifying", "rebooting"), STARTING),
}


@dataclass(frozen=True)
class Switch:
    """How a kind is switched on and off; `plural` is what a person calls more than one. `words` are its states in EC2's words; what is `sized` is off at size 0."""

    plural: str
    start: ActionKind
    stop: ActionKind
    words: Mapping[str, str] = field(default_factory=dict)
    sized: Sized | None = None


def _sized(sized: Sized) -> Switch:
    return Switch(f"{sized.noun}s", sized.start, sized.stop, sized=sized)


SWITCHES: Mapping[Kind, Switch] = {
    Kind.INSTANCE: Switch(
        "EC2 instances",
        ActionKind.START_INSTANCE,
        ActionKind.STOP_INSTANCE,
        {word: word for word in (RUNNING, STOPPED, STARTING, STOPPING)},
    ),
    Kind.DATABASE: Switch("RDS databases", ActionKind.START_DATABASE, ActionKind.STOP_DATABASE, _DATABASE),
    Kind.DATABASE_CLUSTER: Switch(
        "database clusters",
        ActionKind.START_DATABASE_CLUSTER,
        ActionKind.STOP_DATABASE_CLUSTER,
        _DATABASE,
    ),
    Kind.AUTOSCALING_GROUP: _sized(GROUP),
    Kind.CONTAINER_SERVICE: _sized(SERVICE),
    Kind.NODE_GROUP: _sized(NODES),
    Kind.DATA_WAREHOUSE: Switch(
        "Redshift clusters", ActionKind.RESUME_WAREHOUSE, ActionKind.PAUSE_WAREHOUSE, _WAREHOUSE
    ),
}
"""Every kind that schedules and overrides act on."""

SWITCHED: tuple[Kind, ...] = tuple(SWITCHES)


def observed(kind: Kind, state: str, desired: int | None = None) -> str:
    """What AWS says of a resource in EC2's words; its own word where that is none of them. `desired` is the size of what has one."""
    switch = SWITCHES[kind]
    if switch.sized is None:
        return switch.words.get(state, state)
    if state not in switch.sized.steady:
        return state
    return STOPPED if desired == 0 else RUNNING


EMPTY: Mapping[str, str] = {
    f"{kind}:{word}": STOPPED
    for kind, switch in SWITCHES.items()
    if switch.sized is not None
    for word in sorted(switch.sized.steady)
}
"""What is off at size 0, as `kind:state`: AWS's word is the same at every size, so there it is noted as this one."""


def noted(resource: Resource) -> str:
    """The word under which a resource's state is kept: AWS's own, but for what is scaled to nothing."""
    empty = vars(resource).get("desired") == 0
    return EMPTY.get(f"{resource.kind}:{resource.state}", resource.state) if empty else resource.state


def observed_of(resource: Resource) -> str:
    """The same of a resource; its own word where it is of a kind that nothing switches."""
    if resource.kind not in SWITCHES:
        return resource.state
    desired = vars(resource).get("desired")
    return observed(resource.kind, resource.state, desired if isinstance(desired, int) else None)
