"""Load balancers of the first generation that nobody asks."""

from core.inventory import ClassicLoadBalancer
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Delete Classic Load Balancers without instances or requests",
    why="A Classic Load Balancer is paid for by the hour, whether or not it has anything to balance, and is mostly the oldest thing in its account.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    by_hand="Look for DNS names that point at it (`aws route53 list-resource-record-sets`), then: `aws elb delete-load-balancer --load-balancer-name NAME`. "
    "Its instances stay; what is worth keeping is better made anew as an application or network load balancer.",
    reads=("elasticloadbalancing:DescribeLoadBalancers", "cloudwatch:GetMetricData"),
    peers=(
        "Trusted Advisor: no healthy instances or fewer than 100 requests a day over 7 days",
        "Finala: no request in 7 days",
        "Cloud Custodian: fewer than 7 requests in 7 days",
    ),
    options=(
        Option("days", 7, "days", "How long it must have been there, unused."),
        Option(
            "stray", 100, "a day", "Requests or connections that may come although no instance is registered."
        ),
    ),
)
def elb_classic_idle(balancer: ClassicLoadBalancer, facts: Facts) -> Finding | None:
    """It never redirects or answers by itself, so without an instance nobody is served, whatever comes. With instances a single request is use."""
    days = facts.option("days")
    facts.there_for(balancer, days)
    came = facts.quiet(balancer, "requests", days)
    a_day = came / max(1, facts.usage.days)
    if a_day > (0 if balancer.instances else facts.option("stray")):
        return None
    cost = facts.cost(balancer)
    behind = f"Instances registered with it: {balancer.instances or 'none'}"
    return Finding(
        because=f"{behind}. Requests or connections in {facts.usage.days} days: {came:,.0f}. "
        "Check that nobody keeps it for a failover or a season.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "instances": balancer.instances,
            "metrics": [
                {
                    "metric": "requests",
                    "mean": a_day,
                    "unit": "a day",
                    "threshold": 0 if balancer.instances else facts.option("stray"),
                }
            ],
            "prices": {"paid_usd_per_month": str(cost.monthly)},
        },
    )
