"""From the tables of what is stored to lives: further volumes, images and their snapshots, buckets, log groups, repositories."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from core.inventory import Image, Instance, Repository, Snapshot, Volume
from services.demo import estate_storage, serverless
from services.demo.company import BY_KEY
from services.demo.holdings import SNAPSHOT_SHARE
from services.demo.life import Charge, Lived
from services.demo.machines import disk_charges, short, volume
from services.demo.stories import ago
from services.demo.tags import tagged

GIB = 1 << 30
POLICY_TAG = "aws:dlm:lifecycle-policy-id"


def attached(seed: int, born: date, fleet: Sequence[Lived]) -> list[Lived]:
    """The fleet with the further volumes of its machines, each after all that was there before."""
    more: list[Lived] = []
    held: dict[str, list[str]] = {}
    for row in estate_storage.ATTACHED:
        holders = [life for life in fleet if life.group == row.holder and isinstance(life.resource, Instance)]
        for life in holders[: row.count]:
            one = _attached(seed, born, row, life)
            held.setdefault(life.resource.id, []).append(one.resource.id)
            more.append(one)
    return [*(_holding(life, held.get(life.resource.id, ())) for life in fleet), *more]


def _attached(seed: int, born: date, row: estate_storage.AttachedRow, holder: Lived) -> Lived:
    name = f"{holder.resource.name}/{row.name}"
    vol_id = short("vol", seed, row.account, name)
    tags = tagged(seed, name, row.application, row.team, row.account, strict=True)
    began = max(ago(born, row.age, 9), holder.began)
    seen = volume(vol_id, BY_KEY[row.account].id, row.region, row.disk, tags, holder.resource.id, began)
    return Lived(seen, began, None, disk_charges(row.disk, began, None), shape=row.shape, group=row.name)


def _holding(life: Lived, volumes: Sequence[str]) -> Lived:
    if not volumes or not isinstance(life.resource, Instance):
        return life
    return replace(life, resource=replace(life.resource, volume_ids=(*life.resource.volume_ids, *volumes)))


def lives(
    seed: int, born: date, fleet: Sequence[Lived], groups: Mapping[str, Sequence[str]]
) -> Iterator[Lived]:
    """All that is not attached to a machine."""
    for row in estate_storage.IMAGES:
        yield from _image(seed, born, row, groups)
    yield _by_policy(seed, born, fleet)
    yield from serverless.buckets(seed, born, estate_storage.BUCKETS)
    yield from serverless.log_groups(seed, born, estate_storage.LOG_GROUPS)
    yield from _repositories(seed, born)


def template_id(seed: int, account: str, name: str) -> str:
    """The id of a launch template."""
    return short("lt", seed, account, name)


def _image(
    seed: int, born: date, row: estate_storage.ImageRow, groups: Mapping[str, Sequence[str]]
) -> Iterator[Lived]:
    """An image, which costs nothing, and the snapshot behind it, which does."""
    account, began = BY_KEY[row.account].id, ago(born, row.age, 5)
    snap_id, ami_id = short("snap", seed, row.account, row.name), short("ami", seed, row.account, row.name)
    tags = tagged(seed, row.name, "images", "platform", row.account, strict=True)
    snapshot = Snapshot(
        id=f"arn:aws:ec2:{row.region}:{account}:snapshot/{snap_id}",
        account_id=account,
        region=row.region,
        name=row.name,
        state="completed",
        tags=tags,
        created_at=began,
        volume_id=short("vol", seed, row.account, "built", row.name),
        size_gb=row.size_gb,
    )
    users = [] if row.holder is None else list(groups[row.holder])
    users += [] if row.template is None else [template_id(seed, row.account, row.template)]
    image = Image(
        id=f"arn:aws:ec2:{row.region}::image/{ami_id}",
        account_id=account,
        region=row.region,
        name=row.name,
        state="available",
        tags=tags,
        created_at=began,
        snapshot_ids=(snap_id,),
        size_gb=row.size_gb,
        used_by=tuple(sorted(users)),
    )
    yield Lived(snapshot, began, None, (Charge("ebs:snapshot", began, None, row.stored_gb),), group=row.name)
    yield Lived(image, began, None, group=row.name)


def _by_policy(seed: int, born: date, fleet: Sequence[Lived]) -> Lived:
    """A snapshot that a lifecycle policy made and will delete in time."""
    group, age = estate_storage.POLICY_SNAPSHOT
    of = next(
        life.resource
        for life in fleet
        if life.group == group and isinstance(life.resource, Volume) and life.resource.name.endswith("/data0")
    )
    began = ago(born, age, 3)
    seen = Snapshot(
        id=f"arn:aws:ec2:{of.region}:{of.account_id}:snapshot/{short('snap', seed, of.id, 'policy')}",
        account_id=of.account_id,
        region=of.region,
        name=f"{of.name} by policy",
        state="completed",
        tags={"Name": f"{of.name} by policy", POLICY_TAG: "policy-0hekla0000000001"},
        created_at=began,
        volume_id=of.id,
        size_gb=of.size_gb,
        made_by="Data Lifecycle Manager",
    )
    charge = Charge("ebs:snapshot", began, None, of.size_gb // SNAPSHOT_SHARE)
    return Lived(seen, began, None, (charge,), group="by-policy")


def _repositories(seed: int, born: date) -> Iterator[Lived]:
    """ECR repositories, billed for all that is in them."""
    for row in estate_storage.REPOSITORIES:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 7)
        stored = row.tagged_gb + row.untagged_gb
        seen = Repository(
            id=f"arn:aws:ecr:{row.region}:{account}:repository/{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="available",
            tags=tagged(seed, f"{row.name}-images", row.name, "platform", row.account, strict=True),
            created_at=began,
            has_lifecycle=row.lifecycle,
            stored_bytes=stored * GIB,
            untagged_bytes=row.untagged_gb * GIB,
        )
        yield Lived(seen, began, None, (Charge("ecr:storage", began, None, stored),), group=row.name)
