"""What was done to the demo cloud after it was seeded, and what that does to lives: a stopped machine stops costing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.inventory import ContainerService, Instance, Resource, Volume
from services.demo.fleet import Disk
from services.demo.holdings_containers import tasks_of
from services.demo.life import Charge, Flow, Lived, World
from services.demo.machines import disk_charges


class What(StrEnum):
    """What can happen to a resource."""

    STOPPED = "stopped"
    STARTED = "started"
    RESIZED = "resized"
    SCALED = "scaled"
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
    count: int = 0
    """Tasks that a scaled service runs."""
    life: Lived | None = None
    """Of what was created."""


_COMPUTES = ("ec2:", "rds:db.", "rds-multi-az:db.", "docdb:db.", "neptune:db.", "redshift:")
"""What is not paid for while something is stopped or paused; its storage is."""


def _runs(charge: Charge) -> bool:
    return charge.item.startswith(_COMPUTES)


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
    changed = life
    match change.what:
        case What.STOPPED:
            changed = replace(
                life, charges=(*_ended(compute, change.at), *rest), flows=_earned(life, change.at)
            )
        case What.STARTED if not running and compute:
            changed = replace(life, charges=(*life.charges, replace(compute[-1], start=change.at, end=None)))
        case What.RESIZED if compute:
            prefix = compute[-1].item.split(":", maxsplit=1)[0]
            ends = None if running else change.at
            fresh = replace(compute[-1], item=f"{prefix}:{change.type}", start=change.at, end=ends)
            charges = (*_ended(compute, change.at), fresh, *rest)
            changed = replace(life, charges=charges, flows=_earned(life, change.at))
        case What.RESIZED:
            disk = Disk(change.type, change.size_gb, change.iops, change.throughput)
            changed = replace(life, charges=(*_ended(rest, change.at), *disk_charges(disk, change.at, None)))
        case What.SCALED if isinstance(life.resource, ContainerService):
            begun = tasks_of(life.resource, change.count, change.at)
            changed = replace(life, charges=(*_ended(life.charges, change.at), *begun))
        case What.DELETED:
            flows = tuple(replace(flow, end=change.at) for flow in life.flows)
            changed = replace(life, ended=change.at, charges=_ended(life.charges, change.at), flows=flows)
    return changed


def _as_before(life: Lived, earlier: Mapping[object, Lived]) -> Lived:
    """A member of an Auto Scaling group is used as those before it were, and its disks as the member is."""
    model = earlier.get(_model_of(life.resource))
    return life if model is None else replace(life, shape=model.shape, group=model.group)


def _model_of(resource: Resource) -> object:
    """What names the life that another is like: its Auto Scaling group, the machine that a disk is attached to."""
    if isinstance(resource, Instance) and resource.autoscaling_group is not None:
        return resource.account_id, resource.region, resource.autoscaling_group
    return resource.attached_to if isinstance(resource, Volume) else None


def _created(world: World, changes: Iterable[Change]) -> Iterator[Lived]:
    made = [change.life for change in changes if change.life is not None]
    if not made:
        return
    earlier: dict[object, Lived] = {
        _model_of(life.resource): life for life in world.lives if isinstance(life.resource, Instance)
    }
    for life in made:  # a machine before its disks
        full = _as_before(life, earlier)
        earlier[full.resource.id] = full
        yield full


def lives_after(world: World, changes: Sequence[Change]) -> tuple[Lived, ...]:
    """Every life, with what was done to it since. `changes` are in the order they happened."""
    by_id: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_id[change.resource_id].append(change)
    lives = []
    for life in (*world.lives, *_created(world, changes)):
        changed = life
        for change in by_id.get(life.resource.id, ()):
            changed = _after(changed, change)
        lives.append(changed)
    return tuple(lives)
