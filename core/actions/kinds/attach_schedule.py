"""Attach a schedule: a finding's fix that changes our records only. It never enters the queue."""

from collections.abc import Mapping

from core.actions.kind import Declaration, Next, Parameters, Sight, failed
from core.actions.model import Action, ActionKind
from core.inventory import Kind, Resource
from core.prices import InstanceType


def _unsuitable(
    resource: Resource, _parameters: Parameters, _types: Mapping[str, InstanceType]
) -> str | None:
    return f"A schedule is attached to {resource.short_id} on the schedules screen or from its finding, not as an action."


def _next(action: Action, _sight: Sight) -> Next:
    return failed(f"{action.kind} is no action on AWS.")


DECLARATION = Declaration(
    kind=ActionKind.ATTACH_SCHEDULE,
    title="Attach schedule",
    on=Kind.INSTANCE,
    also=frozenset(
        {
            Kind.DATABASE,
            Kind.DATABASE_CLUSTER,
            Kind.DATA_WAREHOUSE,
            Kind.AUTOSCALING_GROUP,
            Kind.CONTAINER_SERVICE,
            Kind.NODE_GROUP,
        }
    ),
    permissions=(),
    parameters=frozenset({"schedule_id", "name", "definition"}),
    unsuitable=_unsuitable,
    calls=lambda _, __: (),
    by_hand=lambda _, __: (),
    terraform=lambda _: "",
    reversal=lambda _: "Detach the schedule; what it stopped is then started by hand.",
    next=_next,
)
