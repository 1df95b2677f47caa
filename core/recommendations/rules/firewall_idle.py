"""Firewalls of a network that no traffic is sent to."""

from core.inventory import Firewall
from core.measured_platform import MOST_ZONES
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Delete network firewalls that nothing passes through",
    why="A firewall of AWS Network Firewall is paid for by the hour in every zone, about $290 a month each, even where no route leads to it.",
    effort=Effort.MEDIUM,
    risk=Risk.MEDIUM,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    by_hand="Keep its policy and rule groups, which cost nothing and bring it back; lift its delete protection (`aws network-firewall "
    "update-firewall-delete-protection --firewall-name NAME --no-delete-protection`), then `aws network-firewall delete-firewall --firewall-name NAME`.",
    reads=(
        "network-firewall:ListFirewalls",
        "network-firewall:DescribeFirewall",
        "ec2:DescribeRouteTables",
        "cloudwatch:GetMetricData",
    ),
    peers=("Trusted Advisor: 0 bytes over 30 days (c2vlfg0bfw)",),
    options=(Option("days", 14, "days", "How long no packet may have reached it.", lookback=True),),
)
def firewall_idle(firewall: Firewall, facts: Facts) -> Finding | Undetermined | None:
    """One that a route table names stands guard, however quiet it is. Firewall Manager's come back by themselves: check who made it."""
    if firewall.state != "READY" or firewall.routed:
        return None
    zones = len(firewall.zones)
    if not zones:
        return Undetermined("Which zones it stands in could not be read.")
    if zones > MOST_ZONES:
        return Undetermined(f"It stands in more zones than the {MOST_ZONES} whose metrics are collected.")
    days = facts.option("days")
    if any(facts.quiet(firewall, f"packets_{zone + 1}", days) > 0 for zone in range(zones)):
        return None
    if firewall.routed is None:
        return Undetermined("No packet reaches it, but whether a route table names it could not be read.")
    cost = facts.cost(firewall)
    return Finding(
        because=f"In {days:.0f} days not a packet reached it in any zone ({zones}), and no route table names its endpoints. "
        "Check that Firewall Manager did not make it: it would come back.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "routed": False,
            "zones": list(firewall.zones),
            "days": days,
            "metrics": [
                {"metric": f"packets_{zone + 1}", "maximum": 0, "unit": "count", "threshold": 0}
                for zone in range(zones)
            ],
            "prices": {"paid_usd_per_month": str(cost.monthly)},
        },
    )
