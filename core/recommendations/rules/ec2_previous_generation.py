"""Instances of types that AWS calls previous generation."""

from core.actions.model import ActionKind
from core.figures import unrounded
from core.inventory import Instance
from core.recommendations import replacing
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import rule


@rule(
    title="Move previous-generation instances to the current one",
    why="AWS prices its newer types to draw people to them: as large and faster, they often cost less.",
    effort=Effort.MEDIUM,
    risk=Risk.MEDIUM,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    fix=ActionKind.RESIZE_INSTANCE,
    reads=("ec2:DescribeInstances",),
    peers=(
        "OptScale: CurrentGeneration is false; the cheapest type with as much vCPU and memory",
        "Thrifty: t2, m3 and m4",
        "CID: 5% of what previous generations cost",
    ),
)
def ec2_previous_generation(instance: Instance, facts: Facts) -> Finding | Undetermined | None:
    """The cheapest current type with at least the same vCPU and memory; where that costs no less, there is nothing to say."""
    if not replacing.resizable(instance):
        return None
    now = replacing.specification(facts, instance)
    if now.current_generation:
        return None
    if not replacing.plain(now.name):
        return Undetermined(
            "It has accelerators, disks of its own or bare metal, and what of them is used is not measured."
        )
    found = replacing.offers(
        facts, instance, lambda each: each.vcpu >= now.vcpu and each.memory_mib >= now.memory_mib
    )
    if not found:
        return None
    best = found[0]
    return Finding(
        because=f"AWS calls the {now.name} previous generation. A {best.type.name} has {best.type.vcpu} vCPU and "
        f"{best.type.memory_mib / 1024:g} GiB ({now.vcpu} and {now.memory_mib / 1024:g} now) and lists at {unrounded(best.usd)} an hour. "
        "Check that its image has the ENA and NVMe drivers, and whether it minds another maker of CPU.",
        saving=replacing.saving(facts, instance, best),
        cost=facts.cost(instance),
        part=replacing.running(facts, instance).monthly,
        fix_parameters={"instance_type": best.type.name},
        evidence=replacing.evidence(facts, instance, found),
    )
