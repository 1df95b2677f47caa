"""What must not be touched, and why. Asked twice: when an action is requested, and again before each call, of what AWS shows then."""

from collections.abc import Mapping

from core.actions.catalog import DECLARATIONS
from core.actions.model import ActionKind
from core.errors import Refused
from core.inventory import (
    EMR_TAG,
    PROTECTED_TAG,
    AutoScalingGroup,
    Database,
    DatabaseCluster,
    Instance,
    NodeGroup,
    Resource,
)
from core.prices import InstanceType

_EMPTIES = frozenset({ActionKind.STOP_AUTOSCALING_GROUP, ActionKind.STOP_NODE_GROUP})


def forbidden(kind: ActionKind, resource: Resource, accounts: frozenset[str] | None = None) -> str | None:
    """Why this resource is not ours to touch, whatever its state; None when it is. `accounts` None: every account."""
    declared = DECLARATIONS[kind]
    it = resource.short_id
    if resource.kind is not declared.on and resource.kind not in declared.also:
        return f"{declared.title} is for {declared.on.one}; {it} is {resource.kind.one}."
    if accounts is not None and resource.account_id not in accounts:
        return f"Account {resource.account_id} is outside of what you may act on."
    if resource.protected:
        return f"{it} is protected by its tag {PROTECTED_TAG}."
    if isinstance(resource, Instance):
        return _forbidden_instance(resource)
    if isinstance(resource, AutoScalingGroup | NodeGroup):
        return _forbidden_group(resource) if kind in _EMPTIES else None
    return _forbidden_database(resource)


def _forbidden_group(group: AutoScalingGroup | NodeGroup) -> str | None:
    """To be scaled up again ends no member, to nothing ends each."""
    if group.protected_members is None:
        return f"Whether instances of {group.short_id} are protected is not known, as they could not be listed; it is left alone until they are."
    if group.protected_members:
        members = ", ".join(group.protected_members)
        those = f"Instances of {group.short_id}"
        if isinstance(group, NodeGroup):
            those = f"Nodes of {group.short_id}, or the Auto Scaling group behind them,"
        return (
            f"{those} are protected by their tag {PROTECTED_TAG} and would be ended with its size: {members}."
        )
    return None


def _forbidden_database(resource: Resource) -> str | None:
    it = resource.short_id
    if isinstance(resource, Database) and resource.cluster:
        return f"{it} belongs to the cluster {resource.cluster}, which is stopped and changed as a whole; act on the cluster instead."
    if isinstance(resource, DatabaseCluster) and resource.protected_members:
        members = ", ".join(resource.protected_members)
        return f"Instances of {it} are protected by their tag {PROTECTED_TAG} and would be switched with it: {members}."
    return None


def _forbidden_instance(instance: Instance) -> str | None:
    it = instance.short_id
    if instance.autoscaling_group:
        return f"{it} belongs to the Auto Scaling group {instance.autoscaling_group}, which would replace it; change the group instead."
    if EMR_TAG in instance.tags:
        return f"{it} belongs to the EMR cluster {instance.tags[EMR_TAG]}, which loses a node that is stopped; resize or end the cluster instead."
    if instance.lifecycle == "spot":
        return f"{it} is a Spot instance: AWS decides when it stops and starts."
    if instance.lifecycle == "capacity-block":
        return f"{it} runs in a Capacity Block that is paid for whether it runs or not."
    return None


def verdict(
    kind: ActionKind,
    resource: Resource,
    parameters: Mapping[str, object],
    *,
    types: Mapping[str, InstanceType],
    accounts: frozenset[str] | None = None,
) -> str | None:
    """Why this must not or cannot be done now; None when it may. `types` are the instance types we know."""
    return forbidden(kind, resource, accounts) or DECLARATIONS[kind].unsuitable(resource, parameters, types)


def allow(
    kind: ActionKind,
    resource: Resource,
    parameters: Mapping[str, object],
    *,
    types: Mapping[str, InstanceType],
    accounts: frozenset[str] | None = None,
) -> None:
    """Raise `Refused` with the reason unless it may be done now."""
    if why := verdict(kind, resource, parameters, types=types, accounts=accounts):
        raise Refused(why)
