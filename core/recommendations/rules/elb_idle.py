"""Load balancers that nothing stands behind, or that nobody asks."""

from core.actions.model import ActionKind
from core.inventory import LoadBalancer
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule

COUNTED = {"application": "requests", "network": "flows"}
"""What is counted of each type; a gateway load balancer is counted by its targets alone."""


@rule(
    title="Delete load balancers without targets or requests",
    why="A load balancer is paid for by the hour, whether or not it has anything to balance.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    fix=ActionKind.DELETE_LOAD_BALANCER,
    reads=(
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTargetHealth",
        "cloudwatch:GetMetricData",
    ),
    peers=(
        "Trusted Advisor: no healthy targets or fewer than 100 requests a day over 7 days",
        "Thrifty: no targets",
        "Flexera: no healthy targets, an hour old",
        "Cloud Custodian: fewer than 7 requests in 7 days",
    ),
    options=(
        Option("days", 7, "days", "How long it must have been there, unused."),
        Option("stray", 100, "a day", "Requests or flows that may come although nothing stands behind it."),
    ),
)
def elb_idle(balancer: LoadBalancer, facts: Facts) -> Finding | Undetermined | None:
    """A balancer that only redirects has no targets and is in use: with more than stray requests it cannot be told."""
    if balancer.state != "active":
        return None
    empty, metric, days = balancer.target_count == 0, COUNTED.get(balancer.type), facts.option("days")
    facts.there_for(balancer, days)
    came = 0.0 if metric is None else facts.quiet(balancer, metric, days)
    a_day = came / max(1, facts.usage.days)
    if balancer.target_count is None and (metric is None or 0 < a_day <= facts.option("stray")):
        return Undetermined("How many targets it has could not be read.")
    if not empty and (came or metric is None):
        return None
    if a_day > facts.option("stray"):
        return Undetermined("It has no targets, yet it is asked: it may redirect or answer by itself.")
    cost = facts.cost(balancer)
    targets = "It has no targets" if empty else "It has targets"
    heard = "" if metric is None else f", and {came:,.0f} {metric} came in {facts.usage.days} days"
    return Finding(
        because=f"{targets}{heard}. Check that nobody keeps it for a failover or a season.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "targets": balancer.target_count,
            "type": balancer.type,
            "metrics": []
            if metric is None
            else [
                {
                    "metric": metric,
                    "mean": a_day,
                    "unit": "a day",
                    "threshold": facts.option("stray") if empty else 0,
                }
            ],
        },
    )
