"""Elastic IP addresses that point at nothing."""

from core.actions.model import ActionKind
from core.inventory import Address
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import rule


@rule(
    title="Release addresses that point at nothing",
    why="A public address is paid for by the hour, and one that is associated with nothing serves nobody.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.NEVER,
    lever=Lever.REMOVE,
    fix=ActionKind.RELEASE_ADDRESS,
    reads=("ec2:DescribeAddresses",),
    peers=(
        "Trusted Advisor, Thrifty, Finala: at once",
        "OptScale and Cloud Custodian: 7 days",
        "Flexera: 30 days since it was detached",
    ),
)
def eip_unassociated(address: Address, facts: Facts) -> Finding | None:
    """Somebody may have the number in a firewall's list: once released it belongs to others."""
    if address.state != "unassociated":
        return None
    cost = facts.cost(address)
    return Finding(
        because=f"{address.public_ip} is associated with nothing. Once released, the same number will not come back: "
        "ask whether a partner has it in an allow-list.",
        saving=cost.monthly,
        cost=cost,
        evidence={"public_ip": address.public_ip, "prices": {"list_usd": str(facts.list_price(address))}},
    )
