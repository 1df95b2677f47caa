"""Kubernetes clusters that have no nodes."""

from core.inventory import AutoScalingGroup, Instance, Kind, KubernetesCluster, Resource
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule

OF_A_CLUSTER = (
    "eks:cluster-name",
    "aws:eks:cluster-name",
    "eks:eks-cluster-name",
    "alpha.eksctl.io/cluster-name",
)
"""Tags whose value is the cluster's name; `kubernetes.io/cluster/NAME` has it in the key."""


@rule(
    title="Delete Kubernetes clusters without nodes",
    why="EKS bills a control plane by the hour, and extended support six times as much, whether or not a node ever joins it.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    by_hand="Keep its manifests (`kubectl get all,cm,secret,pvc,ingress -A -o yaml`), then: aws eks delete-cluster --name NAME. Its node groups are deleted first.",
    reads=(
        "eks:ListClusters",
        "eks:DescribeCluster",
        "eks:ListFargateProfiles",
        "ec2:DescribeInstances",
        "autoscaling:DescribeAutoScalingGroups",
    ),
    peers=("Thrifty and Flexera: no such check; they look at EKS for Graviton and for Spot",),
    options=(Option("age", 7, "days", "How old it must be: a new one waits for its nodes."),),
)
def eks_idle(cluster: KubernetesCluster, facts: Facts) -> Finding | Undetermined | None:
    """A stopped node is a node, and a group that may grow is not judged by the moment at which it is at zero."""
    if cluster.state != "ACTIVE" or cluster.fargate:
        return None
    facts.there_for(cluster, facts.option("age"))
    facts.seen_whole(cluster, Kind.INSTANCE)
    facts.seen_whole(cluster, Kind.AUTOSCALING_GROUP)
    if any(_of(cluster, one) for one in facts.fleet.all(Instance)):
        return None
    unclear = _unclear(cluster, facts)
    if unclear is not None:
        return Undetermined(unclear)
    cost = facts.cost(cluster)
    return Finding(
        because=f"No instance, no Auto Scaling group and no Fargate profile belongs to it: its control plane ({cluster.version}) has nothing to run on. "
        "Check that nobody attaches nodes by hand, or uses its API alone.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "version": cluster.version,
            "nodes": 0,
            "prices": {"paid_usd_per_month": str(cost.monthly)},
        },
    )


def _unclear(cluster: KubernetesCluster, facts: Facts) -> str | None:
    """Why that no node is there now does not say that none ever is."""
    if cluster.hybrid:
        return "Its nodes may run outside of AWS, where we do not see them."
    if cluster.fargate is None:
        return "Whether it has a Fargate profile could not be read."
    if cluster.auto:
        return "Auto Mode brings it nodes when there is work, and how often is not known."
    if any(one.largest > 0 and _of(cluster, one) for one in facts.fleet.all(AutoScalingGroup)):
        return "A group that brings it nodes is at zero now, and how often it is not is not known."
    return None


def _of(cluster: KubernetesCluster, one: Resource) -> bool:
    """Whether something belongs to the cluster, by its tags."""
    if (one.account_id, one.region) != (cluster.account_id, cluster.region):
        return False
    return f"kubernetes.io/cluster/{cluster.name}" in one.tags or any(
        one.tags.get(key) == cluster.name for key in OF_A_CLUSTER
    )
