"""Instances whose work would cost less on Graviton."""

from decimal import Decimal

from core.figures import unrounded
from core.inventory import Instance
from core.recommendations import replacing
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule

ARM = "arm64"


@rule(
    title="Move instances to Graviton",
    why="AWS's own processors list about a fifth lower than Intel's at the same vCPU and memory.",
    effort=Effort.HIGH,
    risk=Risk.HIGH,
    undo=Undo.COSTLY,
    lever=Lever.SIZE,
    by_hand="Build the image for arm64, start a second instance from it "
    "(aws ec2 run-instances --image-id AMI --instance-type TYPE), test, move the traffic, then stop this one.",
    reads=("ec2:DescribeInstances",),
    peers=(
        "Thrifty: every architecture but arm64",
        "CID: 20% of Intel, 10% of AMD; on demand only, no Windows",
    ),
    options=(
        Option("least", 50, "USD a month", "Saving below which rebuilding an instance is not worth it."),
    ),
)
def ec2_graviton(instance: Instance, facts: Facts) -> Finding | None:
    """Software must be rebuilt and tested, so small instances are left alone; Windows has no list price here and is undetermined."""
    running = instance.state == "running" and instance.lifecycle == "on-demand"
    if not running or instance.architecture == ARM:
        return None
    now = replacing.specification(facts, instance)
    if not replacing.plain(now.name):
        return None
    found = replacing.offers(
        facts, instance, lambda each: each.vcpu >= now.vcpu and each.memory_mib >= now.memory_mib, ARM
    )
    if not found:
        return None
    best, saving = found[0], replacing.saving(facts, instance, found[0])
    if saving < Decimal(str(facts.option("least"))):
        return None
    return Finding(
        because=f"A {best.type.name} has {best.type.vcpu} vCPU and {best.type.memory_mib / 1024:g} GiB like its {now.name} and "
        f"lists at {unrounded(best.usd)} an hour. Its image and everything it runs must exist for arm64.",
        saving=saving,
        cost=facts.cost(instance),
        part=replacing.running(facts, instance).monthly,
        evidence={"threshold_usd": facts.option("least"), **replacing.evidence(facts, instance, found)},
    )
