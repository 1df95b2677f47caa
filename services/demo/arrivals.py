"""What was made in the cloud after the seed and is billed: snapshots, the members of Auto Scaling groups, and the disks these came with."""

from datetime import UTC, datetime
from typing import Any

from moto.ec2.models.elastic_block_store import Snapshot as Copy
from moto.ec2.models.elastic_block_store import Volume as Disc
from moto.ec2.models.instances import Instance as Machine

from core.inventory import Instance, Snapshot
from services.demo.estate_compute import GROUP_TAG
from services.demo.fleet import Disk
from services.demo.holdings import SNAPSHOT_SHARE
from services.demo.life import Charge, Lived
from services.demo.machines import disk_charges, volume


def ec2_arn(backend: Any, kind: str, name: str) -> str:  # noqa: ANN401  # a moto backend
    """The ARN of something in EC2."""
    return f"arn:aws:ec2:{backend.region_name}:{backend.account_id}:{kind}/{name}"


def arrived(at: datetime, one: object) -> Lived | None:
    """The life of something of moto's that was not there before; None: made by hand, and left out of the bill."""
    match one:
        case Copy():
            return _snapshot(at, one)
        case Machine() if GROUP_TAG in _tags(one):
            return _member(at, one)
        case Disc() if one.attachment is not None and GROUP_TAG in _tags(one.attachment.instance):
            return _disk(at, one)
    return None


def _tags(one: Any) -> dict[str, str]:  # noqa: ANN401  # moto's
    return {tag["key"]: tag["value"] for tag in one.get_tags()}


def _snapshot(at: datetime, one: Any) -> Lived:  # noqa: ANN401  # moto's
    tags, backend = _tags(one), one.ec2_backend
    seen = Snapshot(
        id=ec2_arn(backend, "snapshot", one.id),
        account_id=backend.account_id,
        region=backend.region_name,
        name=tags.get("Name", ""),
        state="completed",
        tags=tags,
        created_at=one.start_time.replace(tzinfo=UTC),
        volume_id=one.volume.id,
        size_gb=one.volume.size,
    )
    billed = max(one.volume.size // SNAPSHOT_SHARE, 1)
    return Lived(seen, at, None, (Charge("ebs:snapshot", at, None, billed),))


def _member(at: datetime, one: Any) -> Lived:  # noqa: ANN401  # moto's
    tags, backend = _tags(one), one.ec2_backend
    seen = Instance(
        id=one.id,
        account_id=backend.account_id,
        region=backend.region_name,
        name=tags.get("Name", ""),
        state="running",
        tags=tags,
        created_at=at,
        type=one.instance_type,
        zone=one.placement.zone,
        architecture=one.architecture,
        autoscaling_group=tags[GROUP_TAG],
        launched_at=at,
    )
    return Lived(seen, at, None, (Charge(f"ec2:{one.instance_type}", at),))


def _disk(at: datetime, one: Any) -> Lived:  # noqa: ANN401  # moto's
    backend, disk = one.ec2_backend, Disk(one.volume_type, one.size, one.iops, one.throughput)
    seen = volume(
        one.id, backend.account_id, backend.region_name, disk, _tags(one), one.attachment.instance.id, at
    )
    return Lived(seen, at, None, disk_charges(disk, at, None))
