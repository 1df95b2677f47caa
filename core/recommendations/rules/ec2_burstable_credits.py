"""Burstable instances that pay for more CPU than they earn."""

from decimal import Decimal

from core.actions.model import ActionKind
from core.figures import usd
from core.inventory import Instance
from core.money import HOURS_PER_MONTH, ZERO
from core.recommendations import replacing
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule

CREDITS_PER_VCPU_HOUR = 60
METER = "CPUCredits"


@rule(
    title="Move burstable instances that pay for credits to a steady type",
    why="An instance that always needs more CPU than it earns pays a surcharge above the price of a type with full speed.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    fix=ActionKind.RESIZE_INSTANCE,
    reads=("ec2:DescribeInstances", "cloudwatch:GetMetricData"),
    peers=("Flexera: surplus credits, or the balance against what can be earned, over 30 days",),
    options=(Option("days", 14, "days", "Over which the surplus must have been charged.", lookback=True),),
)
def ec2_burstable_credits(instance: Instance, facts: Facts) -> Finding | None:
    """By the bill's surcharge, else by the credits charged; a steady type must cost less than burstable and surcharge together."""
    if not replacing.resizable(instance) or not replacing.specification(facts, instance).burstable:
        return None
    charged = facts.quiet(instance, "surplus_credits", facts.option("days"))
    if charged <= 0:
        return None
    now, cost = replacing.specification(facts, instance), facts.cost(instance)
    surcharge = facts.part(instance, METER) or _priced(instance, facts, charged)
    found = replacing.offers(
        facts,
        instance,
        lambda each: not each.burstable and each.vcpu >= now.vcpu and each.memory_mib >= now.memory_mib,
        dearer=True,
    )
    if not found:
        return None
    steady = replacing.running(facts, instance).monthly - replacing.saving(facts, instance, found[0])
    hours = replacing.running(facts, instance).monthly
    saving = hours + surcharge - steady
    if saving <= ZERO:
        return None
    return Finding(
        because=f"It was charged for {charged:.0f} CPU credits above what it earns, {usd(surcharge)} a month. "
        f"A {found[0].type.name} needs no credits and costs {usd(steady)} a month.",
        saving=saving,
        cost=cost,
        part=hours + surcharge,
        fix_parameters={"instance_type": found[0].type.name},
        evidence={
            "metrics": [{"metric": "surplus_credits", "mean": charged, "unit": "credits", "threshold": 0}],
            "surcharge_usd_per_month": str(surcharge),
            **replacing.evidence(facts, instance, found),
        },
    )


def _priced(instance: Instance, facts: Facts, charged: float) -> Decimal:
    """USD a month that the credits cost by list price, where the bill does not say."""
    hours = Decimal(str(charged)) / CREDITS_PER_VCPU_HOUR
    month = HOURS_PER_MONTH / Decimal(str(facts.option("days") * 24))
    return hours * month * facts.price(instance.region, f"cpu-credits:{replacing.family(instance.type)}")
