"""End an EMR cluster that waits for work. One that is protected against termination, or a node of which is protected, is left alone."""

import shlex
from collections.abc import Mapping

from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, Wait, done, failed
from core.actions.model import Action, ActionKind
from core.inventory import PROTECTED_TAG, Kind, MapReduceCluster, Resource
from core.prices import InstanceType


def _unsuitable(
    resource: Resource, _parameters: Parameters, _types: Mapping[str, InstanceType]
) -> str | None:
    it = resource.short_id
    if isinstance(resource, MapReduceCluster):
        if resource.termination_protected:
            return f"{it} is protected against termination; take that protection away in EMR first."
        if resource.protected_nodes:
            nodes = ", ".join(resource.protected_nodes)
            return f"Nodes of {it} are protected by their tag {PROTECTED_TAG} and would end with it: {nodes}."
    if resource.state != "WAITING":
        return f"{it} is {resource.state}; only a cluster that is WAITING for work can be ended."
    return None


def _next(action: Action, sight: Sight) -> Next:
    if sight.resource is None:
        if action.step == Call.TERMINATE_EMR_CLUSTER:
            return done(f"{action.short_id} is terminated, and its nodes with it.")
        return failed(f"{action.short_id} has ended, and it was not us who ended it.")
    if sight.resource.state == "TERMINATING":
        return Wait(f"{action.short_id} is being terminated.")
    return Do(Call.TERMINATE_EMR_CLUSTER)


DECLARATION = Declaration(
    kind=ActionKind.TERMINATE_EMR_CLUSTER,
    title="Terminate EMR cluster",
    on=Kind.EMR_CLUSTER,
    permissions=(
        "elasticmapreduce:DescribeCluster",
        "elasticmapreduce:ListInstances",
        "elasticmapreduce:TerminateJobFlows",
        "ec2:DescribeInstances",
    ),
    unsuitable=_unsuitable,
    calls=lambda it, _: (f"elasticmapreduce:TerminateJobFlows JobFlowIds={it.short_id}",),
    by_hand=lambda it, _: (
        f"aws emr terminate-clusters --cluster-ids {shlex.quote(it.short_id)} --region {shlex.quote(it.region)}",
    ),
    terraform=lambda _: "aws_emr_cluster: remove its block and run terraform state rm",
    reversal=lambda _: (
        "Not by a click: what it held in HDFS is gone. In EMR's console it can be cloned for two months, with the same applications and steps."
    ),
    next=_next,
    sends=(Call.TERMINATE_EMR_CLUSTER,),
    final=True,
)
