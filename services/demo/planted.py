"""What is planted, as data: what each rule must find, what none may flag and why, and the stories in the bill. Tests and docs read it."""

from collections.abc import Iterator, Mapping

from core.inventory import Address, Instance, Kind, Resource, Volume
from services.demo import (
    planted_compute,
    planted_containers,
    planted_databases,
    planted_network,
    planted_platform,
    planted_storage,
)
from services.demo.life import World
from services.demo.near_miss import NearMiss
from services.demo.stories import PAST_ACTIONS, PastAction

__all__ = ["NEAR_MISSES", "PAST_ACTIONS", "NearMiss", "PastAction", "findings", "near_misses"]

_FAMILIES = (
    planted_compute,
    planted_containers,
    planted_databases,
    planted_network,
    planted_platform,
    planted_storage,
)
"""Each has `GROUPS`, `NEAR_MISSES` and `planted`."""

GROUPS: Mapping[str, frozenset[str]] = {
    "ec2_idle": frozenset({"legacy-crm", "pilot-eu", "load-test", "old-demo", "old-etl"}),
    "ec2_off_hours": frozenset({"stage-web", "dev-box", "dev-eu", "notebook"}),
}
"""Groups of instances that each rule must find; the other rules go by what a resource is."""
TRAP_ABOVE_GB, TRAP_BELOW_GB = 170, 250
"""Between these sizes, gp3 as fast as gp2 costs more than gp2."""


NEAR_MISSES = (
    NearMiss(
        "ec2_idle",
        ("cache-warmer",),
        Kind.INSTANCE,
        "nearly no CPU, but full load for a quarter of an hour every six hours",
    ),
    NearMiss(
        "ec2_idle",
        ("edge-proxy",),
        Kind.INSTANCE,
        "three per cent CPU, but hundreds of megabytes an hour pass through",
    ),
    NearMiss(
        "ec2_idle",
        ("mailer-eu",),
        Kind.INSTANCE,
        "quiet, but started two days before birth; it takes up its work a day after",
    ),
    NearMiss(
        "ec2_idle",
        ("qa-parked",),
        Kind.INSTANCE,
        "stopped: costs no compute and has no samples, which is not the same as idle",
    ),
    NearMiss(
        "ec2_off_hours", ("invoice-batch", "spark"), Kind.INSTANCE, "works at night and takes in data by day"
    ),
    NearMiss("ec2_off_hours", ("web", "api"), Kind.INSTANCE, "busy by day, but customers come at night, too"),
    NearMiss("ec2_off_hours", ("ci",), Kind.INSTANCE, "quieter at weekends, never quiet"),
    NearMiss(
        "ec2_off_hours", ("training",), Kind.INSTANCE, "busy at all hours; a schedule switches it already"
    ),
    NearMiss("ebs_unattached", ("qa-parked",), Kind.VOLUME, "attached, to a stopped instance"),
    NearMiss(
        "ebs_gp2_to_gp3",
        ("search", "checkout-eu", "airflow"),
        Kind.VOLUME,
        "gp2 between 170 and 250 GB: gp3 as fast costs more",
    ),
    NearMiss(
        "ebs_gp2_to_gp3", ("kafka",), Kind.VOLUME, "gp2 that gp3 would undercut, but protected by its tags"
    ),
    NearMiss("eip_unassociated", ("qa",), Kind.ADDRESS, "associated with a stopped instance"),
    NearMiss("eip_unassociated", ("nat-a", "nat-lake"), Kind.ADDRESS, "held by a NAT gateway"),
    *(miss for family in _FAMILIES for miss in family.NEAR_MISSES),
)


def _planted(rule: str, resource: Resource, group: str) -> bool:
    if resource.protected:
        return False
    match rule, resource:
        case (("ec2_idle" | "ec2_off_hours"), Instance()):
            return group in GROUPS[rule]
        case "ebs_unattached", Volume():
            return resource.attached_to is None
        case "ebs_gp2_to_gp3", Volume():
            return resource.type == "gp2" and not TRAP_ABOVE_GB < resource.size_gb < TRAP_BELOW_GB
        case "eip_unassociated", Address():
            return resource.associated_with is None
    return any(family.planted(rule, resource, group) for family in _FAMILIES)


def findings(world: World) -> dict[str, frozenset[str]]:
    """Rule id to the ids of the resources it must find on the day the company was born, no more and no less."""
    rules = (
        *("ebs_gp2_to_gp3", "ebs_unattached", "eip_unassociated", "ec2_idle", "ec2_off_hours"),
        *(rule for family in _FAMILIES for rule in family.GROUPS),
    )
    return {
        rule: frozenset(
            life.resource.id for life in world.living() if _planted(rule, life.resource, life.group)
        )
        for rule in rules
    }


def near_misses(world: World) -> Iterator[tuple[NearMiss, Resource]]:
    """Each healthy resource that a rule must leave alone, with the reason."""
    for miss in NEAR_MISSES:
        for life in world.living():
            one = life.resource
            of_kind = life.group in miss.groups and one.kind is miss.kind
            if of_kind and (miss.rule != "ebs_gp2_to_gp3" or (isinstance(one, Volume) and one.type == "gp2")):
                yield miss, one
