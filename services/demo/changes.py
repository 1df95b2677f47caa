"""What was done to the demo cloud after it was seeded, and what that does to lives: a stopped machine stops costing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.inventory import Resource
from services.demo.fleet import Disk
from services.demo.life import Charge, Flow, Lived, World
from services.demo.machines import disk_charges


class What(StrEnum):
    """What can happen to a resource."""

    STOPPED = "stopped"
    STARTED = "started"
    RESIZED = "resized"
    DELETED = "deleted"
    CREATED = "created"


@dataclass(frozen=True)
class Change:
    """One thing that happened. `type`, `size_gb`, `iops`, `throughput` are what a resized resource has from then on."""

    at: datetime
    resource_id: str
    what: What
    type: str = ""
    size_gb: int = 0
    iops: int | None = None
    throughput: int | None = None
    created: Resource | None = None
    charge: str = ""
    """The price item of a created resource, `size_gb` units of it."""


def _runs(charge: Charge) -> bool:
    return charge.item.startswith(("ec2:", "rds:db.", "rds-multi-az:db."))


def _ended(charges: Iterable[Charge], at: datetime) -> tuple[Charge, ...]:
    """The same charges, none running past `at`."""
    return tuple(
        charge if charge.end is not None and charge.end <= at else replace(charge, end=at)
        for charge in charges
        if charge.start < at
    )


def _earned(life: Lived, at: datetime) -> tuple[Flow, ...]:
    """The same flows without CPU credits past `at`: what does not compute, or as another type, needs none."""
    return tuple(
        replace(flow, end=at) if flow.item.startswith("cpu-credits:") else flow for flow in life.flows
    )


def _after(life: Lived, change: Change) -> Lived:
    compute = tuple(charge for charge in life.charges if _runs(charge))
    rest = tuple(charge for charge in life.charges if not _runs(charge))
    running = any(charge.end is None for charge in compute)
    match change.what:
        case What.STOPPED:
            return replace(life, charges=(*_ended(compute, change.at), *rest), flows=_earned(life, change.at))
        case What.STARTED if not running and compute:
            return replace(life, charges=(*life.charges, replace(compute[-1], start=change.at, end=None)))
        case What.RESIZED if compute:
            prefix = compute[-1].item.split(":", maxsplit=1)[0]
            fresh = Charge(f"{prefix}:{change.type}", change.at, None if running else change.at)
            return replace(
                life, charges=(*_ended(compute, change.at), fresh, *rest), flows=_earned(life, change.at)
            )
        case What.RESIZED:
            disk = Disk(change.type, change.size_gb, change.iops, change.throughput)
            return replace(life, charges=(*_ended(rest, change.at), *disk_charges(disk, change.at, None)))
        case What.DELETED:
            flows = tuple(replace(flow, end=change.at) for flow in life.flows)
            return replace(life, ended=change.at, charges=_ended(life.charges, change.at), flows=flows)
    return life


def _born(change: Change, resource: Resource) -> Lived:
    return Lived(resource, change.at, None, (Charge(change.charge, change.at, None, change.size_gb),))


def lives_after(world: World, changes: Sequence[Change]) -> tuple[Lived, ...]:
    """Every life, with what was done to it since. `changes` are in the order they happened."""
    by_id: dict[str, list[Change]] = defaultdict(list)
    created: list[Lived] = []
    for change in changes:
        if change.what is What.CREATED and change.created is not None:
            created.append(_born(change, change.created))
        else:
            by_id[change.resource_id].append(change)
    lives = []
    for life in (*world.lives, *created):
        changed = life
        for change in by_id.get(life.resource.id, ()):
            changed = _after(changed, change)
        lives.append(changed)
    return tuple(lives)
