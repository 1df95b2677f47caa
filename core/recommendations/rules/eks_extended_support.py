"""Kubernetes clusters whose version is paid for in extended support."""

from core import dates
from core.figures import unrounded
from core.inventory import KubernetesCluster
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.kubernetes import STANDARD_SUPPORT_ENDS
from core.recommendations.lever import Lever
from core.recommendations.rule import rule
from core.savings import Cost, MoneyFrom, changing

SURCHARGED = ("extendedSupport", "ExtendedSupport")
"""SKU meters of a cluster in extended support."""


@rule(
    title="Upgrade Kubernetes clusters out of extended support",
    why="A cluster whose version is past standard support costs six times as much an hour, and is upgraded by AWS a year later anyway.",
    effort=Effort.HIGH,
    risk=Risk.MEDIUM,
    undo=Undo.NEVER,
    lever=Lever.VERSION,
    by_hand="One minor version at a time, the control plane before its nodes and add-ons: look through `aws eks list-insights --cluster-name NAME`, then "
    "aws eks update-cluster-version --name NAME --kubernetes-version VERSION.",
    reads=("eks:ListClusters", "eks:DescribeCluster"),
    peers=("Vantage: three months ahead", "Cost Optimization Hub: none; AWS Health announces the date"),
)
def eks_extended_support(cluster: KubernetesCluster, facts: Facts) -> Finding | Undetermined | None:
    """The surcharge is what the bill says it is; a version past its date without one is not taken for cheap."""
    if cluster.state not in {"ACTIVE", "UPDATING"}:
        return None
    billed, ended = facts.part(cluster, *SURCHARGED), STANDARD_SUPPORT_ENDS.get(cluster.version)
    if billed <= 0:
        if ended is None:
            return Undetermined("When standard support of its version ends is not known.")
        if facts.now.date() <= ended:
            return None
        return Undetermined("Its version is past standard support, but the bill shows no surcharge.")
    now, then = (facts.price(cluster.region, f"eks:{what}") for what in ("extended", "cluster"))
    cost = facts.cost(cluster)
    when = "is over" if ended is None else f"ended on {dates.day(ended)}"
    return Finding(
        because=f"Standard support of Kubernetes {cluster.version} {when}; a cluster past it lists at {unrounded(now)} an hour instead of {unrounded(then)}. "
        "An upgrade to a supported version ends that the same day, and cannot be taken back.",
        saving=changing(Cost(cost.monthly, MoneyFrom.BILL), now, then),
        cost=cost,
        evidence={
            "version": cluster.version,
            "standard_support_ended": None if ended is None else ended.isoformat(),
            "extended_support_usd": str(billed),
            "prices": {"extended_usd_per_hour": str(now), "standard_usd_per_hour": str(then)},
        },
    )
