"""A small fleet in the stand-in cloud, known to our records: what tests of actions, alerts and the worker act on."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import boto3
from sqlalchemy import text

from core.inventory import Account, Address, Instance, Resource, Volume
from services.context import Context
from services.db import database
from services.db.stores import connections, leases, resources
from tests.builders import a_volume, an_address, an_instance

ACCOUNT, REGION, IMAGE = "123456789012", "us-east-1", "ami-12345678"


@dataclass
class Fleet:
    """An account of the stand-in, connected to an organisation; `endpoint` names another process that serves it."""

    ctx: Context
    organisation_id: UUID
    endpoint: str | None = None

    def __post_init__(self) -> None:
        """Connect the account."""
        self.ec2 = boto3.client("ec2", region_name=REGION, endpoint_url=self.endpoint)
        self.account = Account(ACCOUNT, self.organisation_id, "Own", "external-id", (REGION,))
        with self.ctx.begin() as db:
            connections.add(db, self.account, database.now(db))

    def collect(self, *known: Resource) -> list[Resource]:
        """Look at these, and write down what there is."""
        seen = [self.ctx.cloud.look(self.account, one) for one in known]
        found = [one for one in seen if one is not None]
        with self.ctx.begin() as db:
            resources.publish(db, self.organisation_id, found, database.now(db))
        return found

    def instance(self, kind: str = "m5.large", **tags: str) -> Instance:
        """A running instance; `__` in a tag's name stands for a colon."""
        return self.instances(1, kind, **tags)[0]

    def instances(self, count: int, kind: str = "m5.large", **tags: str) -> list[Instance]:
        """Running instances."""
        given: dict[str, Any] = {}
        if tags:
            words = [{"Key": key.replace("__", ":"), "Value": value} for key, value in tags.items()]
            given["TagSpecifications"] = [{"ResourceType": "instance", "Tags": words}]
        answer = self.ec2.run_instances(
            ImageId=IMAGE, MinCount=count, MaxCount=count, InstanceType=kind, **given
        )
        ids = [instance["InstanceId"] for instance in answer["Instances"]]
        found = self.collect(*(an_instance(one, account_id=ACCOUNT, region=REGION) for one in ids))
        return [one for one in found if isinstance(one, Instance)]

    def volume(self, kind: str = "gp2", size_gb: int = 20) -> Volume:
        """A volume attached to nothing."""
        made = self.ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=size_gb, VolumeType=kind)
        (found,) = self.collect(a_volume(made["VolumeId"], account_id=ACCOUNT, region=REGION))
        assert isinstance(found, Volume)
        return found

    def address(self) -> Address:
        """An address that points at nothing."""
        made = self.ec2.allocate_address(Domain="vpc")["AllocationId"]
        arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:elastic-ip/{made}"
        (found,) = self.collect(an_address(id=arn, account_id=ACCOUNT, region=REGION))
        assert isinstance(found, Address)
        return found

    def state_of(self, resource: Resource) -> str:
        """What AWS says of an instance now."""
        answer = self.ec2.describe_instances(InstanceIds=[resource.short_id])
        return str(answer["Reservations"][0]["Instances"][0]["State"]["Name"])

    def type_of(self, resource: Resource) -> str:
        """The instance type AWS shows now."""
        answer = self.ec2.describe_instances(InstanceIds=[resource.short_id])
        return str(answer["Reservations"][0]["Instances"][0]["InstanceType"])

    def volume_exists(self, volume: Volume) -> bool:
        """Whether AWS has the volume still."""
        known = self.ec2.describe_volumes()["Volumes"]
        return any(one["VolumeId"] == volume.short_id for one in known)

    def snapshots_of(self, volume: Volume) -> list[str]:
        """Snapshots of a volume, whoever made them."""
        known = self.ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
        return [one["SnapshotId"] for one in known if one["VolumeId"] == volume.short_id]

    def stored(self, resource: Resource) -> Resource:
        """The resource as our records show it."""
        with self.ctx.begin() as db:
            return resources.by_ids(db, self.organisation_id, [resource.id])[resource.id]


def later(ctx: Context, span: timedelta) -> None:
    """Let the product's clock go forward."""
    with ctx.begin() as db:
        db.execute(
            text(
                "insert into clock_shift (shift) values (:span) "
                "on conflict (id) do update set shift = clock_shift.shift + excluded.shift"
            ),
            {"span": span},
        )


def take_lease(ctx: Context, holder: str = "test", seconds: float = 60) -> int:
    """Be the worker."""
    with ctx.begin() as db:
        epoch = leases.take(db, holder, seconds)
    assert epoch is not None
    return epoch
