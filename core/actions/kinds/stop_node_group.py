"""Scale an EKS node group to nothing: its nodes are drained and ended, its sizes are kept with the action."""

import json
import shlex

from core.actions.kind import Call
from core.actions.model import ActionKind
from core.actions.sizing import Sized, Sizes
from core.inventory import Kind, NodeGroup, Resource


def _named(resource: Resource) -> tuple[str, str]:
    return (resource.cluster, resource.name) if isinstance(resource, NodeGroup) else ("", resource.name)


def _config(sizes: Sizes) -> dict[str, int]:
    return {"minSize": sizes["smallest"], "desiredSize": sizes["desired"], "maxSize": sizes["largest"]}


def _call(resource: Resource, sizes: Sizes) -> str:
    cluster, name = _named(resource)
    said = f"minSize={sizes['smallest']} desiredSize={sizes['desired']} maxSize={sizes['largest']}"
    return f"eks:UpdateNodegroupConfig ClusterName={cluster} NodegroupName={name} ScalingConfig: {said}"


def _by_hand(resource: Resource, sizes: Sizes) -> str:
    cluster, name = _named(resource)
    named = f"--cluster-name {shlex.quote(cluster)} --nodegroup-name {shlex.quote(name)}"
    config = shlex.quote(json.dumps(_config(sizes)))
    return f"aws eks update-nodegroup-config {named} --scaling-config {config} --region {shlex.quote(resource.region)}"


SIZED = Sized(
    on=Kind.NODE_GROUP,
    noun="EKS node group",
    parts="nodes",
    sizes=("smallest", "desired", "largest"),
    # EKS takes no largest size below 1
    empty=lambda sizes: {**dict.fromkeys(sizes, 0), "largest": sizes["largest"]},
    steady=frozenset({"ACTIVE", "DEGRADED"}),
    there=lambda _: None,
    stop=ActionKind.STOP_NODE_GROUP,
    start=ActionKind.START_NODE_GROUP,
    emptying=Call.EMPTY_NODES,
    filling=Call.FILL_NODES,
    permissions=(
        "eks:ListClusters",
        "eks:ListNodegroups",
        "eks:DescribeNodegroup",
        "eks:UpdateNodegroupConfig",
    ),
    call=_call,
    by_hand=_by_hand,
    terraform=lambda sizes: (
        f"aws_eks_node_group: scaling_config with min_size = {sizes['smallest']}, desired_size = {sizes['desired']}"
    ),
)
DECLARATION = SIZED.stopping()
