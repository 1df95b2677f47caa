"""Instances larger than what they do."""

from core.actions.model import ActionKind
from core.inventory import Instance
from core.prices import InstanceType
from core.recommendations import replacing, sizing
from core.recommendations.choice import chosen
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.machine_demand import demand
from core.recommendations.rule import Option, rule


@rule(
    title="Move instances to a size that fits what they do",
    why="What an instance never uses of its vCPUs and memory is paid for all the same.",
    effort=Effort.MEDIUM,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    fix=ActionKind.RESIZE_INSTANCE,
    reads=("ec2:DescribeInstances", "ec2:DescribeVolumes", "cloudwatch:GetMetricData"),
    peers=(
        "Compute Optimizer: P99.5 with 30% headroom for CPU and memory, 14 days; P95 and P90 as presets",
        "OptScale: P99 of CPU at most 80% of the target, 3 days, CPU alone",
        "Flexera: average CPU or memory below 40%, 30 days, one size down",
    ),
    options=(
        Option(
            "percentile",
            99,
            "%",
            "Share of the hours whose CPU, traffic and disk traffic must fit, with the headroom.",
        ),
        Option("headroom", 30, "%", "CPU and bandwidth of the new type left free at that percentile."),
        Option("memory_headroom", 20, "%", "Memory of the new type left free in its highest hour."),
        Option(
            "burstable", 5, "%", "Average CPU on a new burstable type up to which even the smallest earns it."
        ),
        Option("days", 14, "days", "Of so many days nine hours of ten must have samples.", lookback=True),
    ),
)
def ec2_rightsizing(instance: Instance, facts: Facts) -> Finding | Undetermined | None:
    """Of memory and disk traffic that are not known, no type with less than there is now is proposed."""
    if not replacing.resizable(instance):
        return None
    now = replacing.specification(facts, instance)
    if not replacing.plain(now.name):
        return Undetermined(
            "It has accelerators, disks of its own or bare metal, and what of them is used is not measured."
        )
    need = demand(instance, now, facts)
    found = replacing.offers(facts, instance, lambda each: _smaller(now, each) and need.suits(each))
    if not found:
        known = replacing.offers(
            facts, instance, lambda each: _smaller(now, each) and need.fits_what_is_known(each)
        )
        return sizing.unless_known(need, "type") if known else None
    best = found[0]
    why = chosen(instance, now, need, facts, found)
    cost, saving = facts.cost(instance), replacing.saving(facts, instance, best)
    return Finding(
        because=f"Its CPU stayed under {need.cpu:.0f}% in {facts.option('percentile'):g}% of {need.hours} hours, and {why.memory}. "
        f"A {best.type.name} ({best.type.vcpu} vCPU, {best.type.memory_mib / 1024:g} GiB) would have been too small in {why.risk}. "
        f"{why.words} vCPUs of all families are taken as equal.",
        saving=saving,
        cost=cost,
        part=replacing.running(facts, instance).monthly,
        fix_parameters={"instance_type": best.type.name},
        evidence={**why.evidence, **replacing.evidence(facts, instance, found)},
    )


def _smaller(now: InstanceType, then: InstanceType) -> bool:
    """Whether it is another size: the same size of another make is another rule's."""
    return then.vcpu < now.vcpu or then.memory_mib < now.memory_mib
