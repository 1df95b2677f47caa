"""From the fleet's table to instances and their volumes, with the life each has had."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.inventory import Instance, Volume
from services.demo import stories
from services.demo.company import BY_KEY, digest
from services.demo.fleet import FLEET, Disk, Group
from services.demo.life import Charge, Lived
from services.demo.stories import ago
from services.demo.tags import Tags, tagged
from services.pricebook import instance_types

GP3_IOPS, GP3_THROUGHPUT = 3000, 125
"""What a gp3 volume has without paying more: IOPS, and MiB/s."""


def short(prefix: str, seed: int, *name: object) -> str:
    """An EC2 id such as `i-0123456789abcdef0`, the same every time."""
    return f"{prefix}-{digest(seed, prefix, *name)[:17]}"


def disk_charges(disk: Disk, start: datetime, end: datetime | None) -> tuple[Charge, ...]:
    """What a volume costs while it exists: size, and speed above what is free."""
    charges = [Charge(f"ebs:{disk.type}", start, end, disk.size_gb)]
    if disk.type == "gp3" and (disk.iops or 0) > GP3_IOPS:
        charges.append(Charge("ebs:gp3-iops", start, end, (disk.iops or 0) - GP3_IOPS))
    if disk.type == "gp3" and (disk.throughput or 0) > GP3_THROUGHPUT:
        charges.append(Charge("ebs:gp3-throughput", start, end, (disk.throughput or 0) - GP3_THROUGHPUT))
    if disk.type in {"io1", "io2"} and disk.iops:
        charges.append(Charge(f"ebs:{disk.type}-iops", start, end, disk.iops))
    return tuple(charges)


def volume(
    vol_id: str, account: str, region: str, disk: Disk, tags: Tags, attached_to: str | None, created: datetime
) -> Volume:
    """A volume as inventory sees it, gp3 with the speed it has for free filled in."""
    gp3 = disk.type == "gp3"
    return Volume(
        id=vol_id,
        account_id=account,
        region=region,
        name=tags.get("Name", ""),
        state="in-use" if attached_to else "available",
        tags=tags,
        created_at=created,
        type=disk.type,
        size_gb=disk.size_gb,
        iops=disk.iops or (GP3_IOPS if gp3 else None),
        throughput=disk.throughput or (GP3_THROUGHPUT if gp3 else None),
        attached_to=attached_to,
    )


@dataclass(frozen=True)
class _Machine:
    """One instance of a group, and the times of its life."""

    seed: int
    born: date
    group: Group
    number: int

    @property
    def name(self) -> str:
        return f"{self.group.name}-{self.number:02d}"

    @property
    def instance_id(self) -> str:
        return short("i", self.seed, self.group.account, self.name)

    @property
    def account(self) -> str:
        return BY_KEY[self.group.account].id

    @property
    def began(self) -> datetime:
        """Instances of a group come one after the other, a few days apart, where the group is old enough."""
        stagger = (self.number - 1) * 6 if self.group.age > 2 * stories.LOAD_TEST else 0
        return ago(self.born, max(self.group.age - stagger, 2), 9)

    @property
    def ended(self) -> datetime | None:
        return None if self.group.ended is None else ago(self.born, self.group.ended)

    def tags(self, suffix: str = "") -> Tags:
        group = self.group
        whole = tagged(
            self.seed,
            self.name + suffix,
            group.application,
            group.team,
            group.environment,
            strict=group.strict,
        )
        return whole | dict(group.extra)

    def compute(self) -> tuple[Charge, ...]:
        """When it ran, and as what."""
        group, item = self.group, f"ec2:{self.group.type}"
        if group.before is not None:
            earlier, changed = group.before[0], ago(self.born, group.before[1])
            return (Charge(f"ec2:{earlier}", self.began, changed), Charge(item, changed))
        if group.stopped is not None:
            return (Charge(item, self.began, ago(self.born, group.stopped)),)
        if group.name == stories.SCHEDULED_GROUP:
            on, off = ago(self.born, stories.SCHEDULED), ago(self.born, stories.UNSCHEDULED)
            spans = (Charge(item, start, end) for start, end in stories.office_spans(on, off))
            return (Charge(item, self.began, on), *spans, Charge(item, off))
        return (Charge(item, self.began, self.ended),)

    def disks(self) -> Iterator[tuple[str, Disk]]:
        yield "/root", Disk("gp3", self.group.root_gb)
        for index, disk in enumerate(self.group.disks):
            yield f"/data{index}", disk

    def disk_life(self, suffix: str, disk: Disk) -> Lived:
        vol_id = short("vol", self.seed, self.group.account, self.name + suffix)
        tags = self.tags(suffix)
        if self.group.name == stories.MOVED_GROUP and suffix != "/root":
            moved = ago(self.born, stories.GP3_MOVED)
            charges = (
                *disk_charges(Disk("gp2", disk.size_gb), self.began, moved),
                *disk_charges(disk, moved, None),
            )
        else:
            charges = disk_charges(disk, self.began, self.ended)
        seen = volume(vol_id, self.account, self.group.region, disk, tags, self.instance_id, self.began)
        shape = self.group.shape if self.group.stopped is None else None
        return Lived(seen, self.began, self.ended, charges, shape=shape, group=self.group.name)

    def lives(self) -> Iterator[Lived]:
        disks = [self.disk_life(suffix, disk) for suffix, disk in self.disks()]
        compute = self.compute()
        seen = Instance(
            id=self.instance_id,
            account_id=self.account,
            region=self.group.region,
            name=self.name,
            state="running" if self.group.stopped is None else "stopped",
            tags=self.tags(),
            created_at=self.began,
            type=self.group.type,
            zone=self.group.region + "abc"[self.number % 3],
            architecture=instance_types()[self.group.type].architecture,
            autoscaling_group=self.group.extra.get("aws:autoscaling:groupName"),
            launched_at=compute[-1].start,
            volume_ids=tuple(disk.resource.id for disk in disks),
        )
        yield Lived(seen, self.began, self.ended, compute, shape=self.group.shape, group=self.group.name)
        yield from disks


def machines(seed: int, born: date, groups: Sequence[Group] = FLEET) -> Iterator[Lived]:
    """Every instance the company has had, each followed by its volumes."""
    for group in groups:
        for number in range(1, group.count + 1):
            yield from _Machine(seed, born, group, number).lives()
