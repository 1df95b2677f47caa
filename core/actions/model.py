"""What an action is: its kinds, its states, and how it may pass from one state to the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from core.errors import Conflict
from core.inventory import Kind, short_id


class ActionKind(StrEnum):
    """What can be done. `attach_schedule` is only a finding's fix: it changes our records, nothing in AWS."""

    START_INSTANCE = "start_instance"
    STOP_INSTANCE = "stop_instance"
    RESIZE_INSTANCE = "resize_instance"
    MODIFY_VOLUME = "modify_volume"
    DELETE_VOLUME = "delete_volume"
    RELEASE_ADDRESS = "release_address"
    DELETE_SNAPSHOT = "delete_snapshot"
    SET_LOG_RETENTION = "set_log_retention"
    SET_BUCKET_LIFECYCLE = "set_bucket_lifecycle"
    STOP_DATABASE = "stop_database"
    START_DATABASE = "start_database"
    MODIFY_DATABASE = "modify_database"
    MODIFY_DATABASE_STORAGE = "modify_database_storage"
    DELETE_LOAD_BALANCER = "delete_load_balancer"
    DELETE_NAT_GATEWAY = "delete_nat_gateway"
    TERMINATE_INSTANCE = "terminate_instance"
    TERMINATE_EMR_CLUSTER = "terminate_emr_cluster"
    PAUSE_WAREHOUSE = "pause_warehouse"
    RESUME_WAREHOUSE = "resume_warehouse"
    STOP_DATABASE_CLUSTER = "stop_database_cluster"
    START_DATABASE_CLUSTER = "start_database_cluster"
    STOP_AUTOSCALING_GROUP = "stop_autoscaling_group"
    START_AUTOSCALING_GROUP = "start_autoscaling_group"
    STOP_SERVICE = "stop_service"
    START_SERVICE = "start_service"
    STOP_NODE_GROUP = "stop_node_group"
    START_NODE_GROUP = "start_node_group"
    ATTACH_SCHEDULE = "attach_schedule"


class ActionState(StrEnum):
    """Waiting (for approval), queued and running are open: a resource has at most one open action. The others are final."""

    WAITING = "waiting"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Origin(StrEnum):
    """Through which door it came."""

    CLICK = "click"
    SCHEDULE = "schedule"
    API = "api"
    RECOMMENDATION = "recommendation"
    UNDO = "undo"


OPEN = frozenset({ActionState.WAITING, ActionState.QUEUED, ActionState.RUNNING})
TRANSITIONS: Mapping[ActionState, frozenset[ActionState]] = {
    ActionState.WAITING: frozenset({ActionState.QUEUED, ActionState.REFUSED, ActionState.CANCELLED}),
    ActionState.QUEUED: frozenset({ActionState.RUNNING, ActionState.CANCELLED}),
    ActionState.RUNNING: frozenset({ActionState.DONE, ActionState.FAILED, ActionState.REFUSED}),
    ActionState.DONE: frozenset(),
    ActionState.FAILED: frozenset(),
    ActionState.REFUSED: frozenset(),
    ActionState.CANCELLED: frozenset(),
}


def passes(current: ActionState, wanted: ActionState) -> ActionState:
    """The wanted state; raises `Conflict` when an action cannot pass to it from where it is."""
    if wanted not in TRANSITIONS[current]:
        message = f"An action that is {current} cannot become {wanted}."
        raise Conflict(message)
    return wanted


@dataclass(frozen=True, kw_only=True)
class Action:
    """One thing to do to one resource, and how far it is.

    `step` names the call last sent (or about to be, at `step_at`), `attempts` how often. `before` is the resource as
    AWS showed it first, `after` as it was read back. `outcome` is in words; while the action runs it says what
    went wrong on the way and is being put back. `expected_saving` is in US dollars a month. `expects` is the resource as
    it was when this was recommended: where AWS shows another by then, nothing is done.
    """

    id: UUID
    organisation_id: UUID
    kind: ActionKind
    resource_id: str
    resource_kind: Kind
    account_id: str
    region: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    state: ActionState = ActionState.QUEUED
    step: str = ""
    step_at: datetime | None = None
    origin: Origin = Origin.CLICK
    origin_id: str | None = None
    reason: str
    requested_by: str
    requested_at: datetime
    expected_saving: Decimal | None = None
    not_before: datetime
    attempts: int = 0
    expects: Mapping[str, object] | None = None
    batch_id: UUID | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    epoch: int | None = None
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
    outcome: str = ""
    started_at: datetime | None = None
    settled_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it is still to be carried out, wholly or in part."""
        return self.state in OPEN

    @property
    def begun(self) -> bool:
        """Whether a call may have been sent to AWS."""
        return self.step != ""

    @property
    def trouble(self) -> str:
        """Why a running action is being put back; empty while all goes well."""
        return self.outcome if self.state is ActionState.RUNNING else ""

    @property
    def waiting(self) -> str:
        """What an open action waits for, in words."""
        return str((self.after or {}).get("waiting", "")) if self.open else ""

    @property
    def without(self) -> tuple[str, ...]:
        """What AWS would not give on the way, so that it is done without: types it has no machines of, or hibernation."""
        kept = (self.after or {}).get("without")
        return tuple(map(str, kept)) if isinstance(kept, list) else ()

    @property
    def short_id(self) -> str:
        """What AWS's calls name the resource by."""
        return short_id(self.resource_id)
