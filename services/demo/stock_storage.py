"""Fills moto with images, what launches from them, repositories, and what uploads left behind."""

import json
from collections.abc import Iterable
from typing import Any

from moto.ec2.models import amis, ec2_backends, launch_templates
from moto.ecr.models import Image as Pushed
from moto.ecr.models import ecr_backends
from moto.s3.models import s3_backends

from core.inventory import Bucket, Image, Repository
from services.demo.estate_storage import LEFTOVERS
from services.demo.life import Lived
from services.demo.stock import naive, named

PARTITION = "aws"
GIB = 1 << 30
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_POLICY = {
    "rules": [
        {
            "rulePriority": 1,
            "selection": {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": 14,
            },
            "action": {"type": "expire"},
        }
    ]
}


class _Ami(amis.Ami):  # type: ignore[misc]  # moto has no types
    """An image of the size it has: moto's own are all 15 GB."""

    size_gb = 0

    @property
    def block_device_mappings(self) -> list[dict[str, Any]]:
        """One disk."""
        disk = {
            "SnapshotId": self.ebs_snapshot.id,
            "VolumeSize": self.size_gb,
            "DeleteOnTermination": True,
            "VolumeType": "gp3",
        }
        return [{"DeviceName": self.root_device_name, "Ebs": disk}]


class _Part:
    """A part of an upload, without its gigabytes."""

    def __init__(self, number: int, size: int) -> None:
        """`size` in bytes."""
        self.name, self.size = number, size
        self.etag = '"00000000000000000000000000000000"'
        self.last_modified_ISO8601 = "2026-01-01T00:00:00.000Z"

    def dispose(self) -> None:
        """Nothing is held."""


def stock_storage(lives: Iterable[Lived]) -> None:
    """Create them all; instances, snapshots and buckets are there already."""
    for life in lives:
        match life.resource:
            case Image():
                _image(life.resource)
            case Repository():
                _repository(life.resource)
            case Bucket() if life.resource.name in LEFTOVERS:
                _uploads(life.resource, *LEFTOVERS[life.resource.name])


def _image(one: Image) -> None:
    backend = ec2_backends[one.account_id][one.region]
    snapshots = set(backend.snapshots)
    made = _Ami(
        backend, one.short_id, name=one.name, creation_date=naive(one.created_at), tags=dict(one.tags)
    )
    for extra in set(backend.snapshots) - snapshots:  # moto makes one of its own for each image
        del backend.snapshots[extra]
    made.size_gb = one.size_gb
    made.ebs_snapshot = backend.snapshots[one.snapshot_ids[0]]
    backend.amis[one.short_id] = made
    for user in one.used_by or ():
        if user.startswith("lt-"):
            with named(launch_templates, "random_launch_template_id", [user]):
                backend.create_launch_template(
                    one.name, "", {"ImageId": one.short_id, "InstanceType": "m5.large"}, {}
                )
        else:
            backend.get_instance(user).image_id = one.short_id


def _repository(one: Repository) -> None:
    backend = ecr_backends[one.account_id][one.region]
    tags = [{"Key": key, "Value": value} for key, value in one.tags.items()]
    made = backend.create_repository(one.name, None, None, None, None, tags)
    untagged = one.untagged_bytes or 0
    for tag, size in (("latest", (one.stored_bytes or 0) - untagged), (None, untagged)):
        if size:
            manifest = {"schemaVersion": 2, "layers": [{"digest": str(tag)}], "config": {"size": size}}
            made.images.append(Pushed(one.account_id, tag, json.dumps(manifest), one.name, _MANIFEST))
    made.created_at = naive(one.created_at)
    if one.has_lifecycle:
        made.lifecycle_policy = json.dumps(_POLICY)


def _uploads(one: Bucket, count: int, gigabytes: int) -> None:
    backend = s3_backends[one.account_id][PARTITION]
    for number in range(1, count + 1):
        upload = backend.create_multipart_upload(
            one.name, f"broken-off-{number:02d}", {}, "STANDARD", {}, None, None, None
        )
        upload.parts[1] = _Part(1, gigabytes * GIB)
        upload.partlist.append(1)
