"""Instances on Intel whose type has an AMD variant for less."""

from decimal import Decimal

from core.actions.model import ActionKind
from core.figures import unrounded
from core.inventory import Instance
from core.recommendations import list_prices, replacing
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Move Intel instances to the AMD variant of their type",
    why="The AMD variant runs the same software with the same vCPU and memory and lists about a tenth lower.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    fix=ActionKind.RESIZE_INSTANCE,
    reads=("ec2:DescribeInstances",),
    peers=("CID: 10% of what Intel costs, on demand only",),
    options=(Option("least", 5, "USD a month", "Saving below which a restart is not worth it."),),
)
def ec2_amd(instance: Instance, facts: Facts) -> Finding | None:
    """Only the same size with the same memory, and only from a current type: what is old has better ways to go."""
    if not replacing.resizable(instance) or instance.architecture != "x86_64":
        return None
    wanted = replacing.amd_variant(instance.type)
    if wanted is None:
        return None
    now, then = replacing.specification(facts, instance), facts.types.get(wanted)
    if (
        not now.current_generation
        or then is None
        or (then.vcpu, then.memory_mib) != (now.vcpu, now.memory_mib)
    ):
        return None
    listed = facts.prices.find(instance.region, f"ec2:{wanted}")
    before = list_prices.hourly(facts.prices, instance, instance.type).usd
    if listed is None or listed.usd >= before:
        return None
    offer = replacing.Offer(then, listed.usd)
    saving = replacing.saving(facts, instance, offer)
    if saving < Decimal(str(facts.option("least"))):
        return None
    return Finding(
        because=f"A {wanted} has the same {now.vcpu} vCPU and {now.memory_mib / 1024:g} GiB and lists at {unrounded(listed.usd)} an hour "
        f"instead of {unrounded(before)}. It restarts once; software tuned for Intel's AVX-512 may run slower.",
        saving=saving,
        cost=facts.cost(instance),
        part=replacing.running(facts, instance).monthly,
        fix_parameters={"instance_type": wanted},
        evidence={
            "threshold_usd": facts.option("least"),
            **replacing.evidence(facts, instance, (offer,)),
        },
    )
