"""What runs in the cloud, as one snapshot saw it.

`id` is always the FOCUS `ResourceId` as AWS writes it in its exports, so that an instance finds its bill lines:
`i-...` and `vol-...` for EC2 instances and volumes, the ARN for snapshots, addresses, databases, load balancers,
NAT gateways, functions and log groups, and the name for buckets. `short_id` is what AWS's API calls take.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

PROTECTED_TAG = "pioneer:protected"
"""A resource tagged with this (any value but `false`) is never touched by an action."""


class Kind(StrEnum):
    """The kinds of resource we collect."""

    INSTANCE = "instance"
    VOLUME = "volume"
    SNAPSHOT = "snapshot"
    ADDRESS = "address"
    DATABASE = "database"
    LOAD_BALANCER = "load_balancer"
    NAT_GATEWAY = "nat_gateway"
    BUCKET = "bucket"
    LOG_GROUP = "log_group"
    FUNCTION = "function"


@dataclass(frozen=True)
class ExportLocation:
    """Where an AWS Data Export is delivered: `s3://bucket/prefix/name` in `region`."""

    bucket: str
    prefix: str
    name: str
    region: str


@dataclass(frozen=True)
class Account:
    """An AWS account we were given access to. `role_arn` None means the process's own credentials."""

    id: str
    organisation_id: UUID
    name: str
    external_id: str
    regions: tuple[str, ...]
    role_arn: str | None = None
    export: ExportLocation | None = None


@dataclass(frozen=True, kw_only=True)
class Resource:
    """What every collected resource has. `state` is AWS's own word; `created_at` is None where AWS does not say."""

    kind: Kind = field(init=False)
    id: str
    account_id: str
    region: str
    name: str
    state: str
    tags: Mapping[str, str] = field(default_factory=dict)
    created_at: datetime | None = None

    @property
    def short_id(self) -> str:
        """What AWS's API calls take: what an ARN says after its type (`db:orders` is `orders`), or the id itself."""
        if not self.id.startswith("arn:"):
            return self.id
        own = self.id.split(":", 5)[-1]
        return re.split("[:/]", own, maxsplit=1)[-1]

    @property
    def protected(self) -> bool:
        """Whether its tags forbid us to touch it."""
        return self.tags.get(PROTECTED_TAG, "false").strip().lower() != "false"


@dataclass(frozen=True, kw_only=True)
class Instance(Resource):
    """An EC2 instance. States: pending, running, stopping, stopped, shutting-down, terminated."""

    kind: Kind = field(init=False, default=Kind.INSTANCE)
    type: str
    zone: str
    platform: str = "Linux/UNIX"
    architecture: str = "x86_64"
    lifecycle: str = "on-demand"
    launched_at: datetime | None = None
    autoscaling_group: str | None = None
    termination_protected: bool | None = None
    """None: not known (asking costs one call an instance, so only a guard asks)."""
    root_device: str = "ebs"
    volume_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Volume(Resource):
    """An EBS volume. States: creating, available (attached to nothing), in-use, deleting, error. Throughput in MiB/s."""

    kind: Kind = field(init=False, default=Kind.VOLUME)
    type: str
    size_gb: int
    iops: int | None = None
    throughput: int | None = None
    attached_to: str | None = None
    encrypted: bool = False


@dataclass(frozen=True, kw_only=True)
class Snapshot(Resource):
    """An EBS snapshot; `size_gb` is the size of its volume, never what is billed."""

    kind: Kind = field(init=False, default=Kind.SNAPSHOT)
    volume_id: str
    size_gb: int


@dataclass(frozen=True, kw_only=True)
class Address(Resource):
    """An Elastic IP address. `state` is associated or unassociated."""

    kind: Kind = field(init=False, default=Kind.ADDRESS)
    public_ip: str
    associated_with: str | None = None


@dataclass(frozen=True, kw_only=True)
class Database(Resource):
    """An RDS instance; its `state` is RDS's DBInstanceStatus."""

    kind: Kind = field(init=False, default=Kind.DATABASE)
    instance_class: str
    engine: str
    engine_version: str
    multi_az: bool
    storage_type: str
    storage_gb: int


@dataclass(frozen=True, kw_only=True)
class LoadBalancer(Resource):
    """An application, network or gateway load balancer."""

    kind: Kind = field(init=False, default=Kind.LOAD_BALANCER)
    type: str
    target_count: int | None = None


@dataclass(frozen=True, kw_only=True)
class NatGateway(Resource):
    """A NAT gateway."""

    kind: Kind = field(init=False, default=Kind.NAT_GATEWAY)
    subnet_id: str
    vpc_id: str


@dataclass(frozen=True, kw_only=True)
class Bucket(Resource):
    """An S3 bucket; `has_lifecycle` None means we could not read it."""

    kind: Kind = field(init=False, default=Kind.BUCKET)
    has_lifecycle: bool | None = None


@dataclass(frozen=True, kw_only=True)
class LogGroup(Resource):
    """A CloudWatch log group; `retention_days` None means kept for ever."""

    kind: Kind = field(init=False, default=Kind.LOG_GROUP)
    retention_days: int | None = None
    stored_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Function(Resource):
    """A Lambda function."""

    kind: Kind = field(init=False, default=Kind.FUNCTION)
    runtime: str
    memory_mib: int
    architecture: str = "x86_64"


KINDS: Mapping[Kind, type[Resource]] = {
    Kind.INSTANCE: Instance,
    Kind.VOLUME: Volume,
    Kind.SNAPSHOT: Snapshot,
    Kind.ADDRESS: Address,
    Kind.DATABASE: Database,
    Kind.LOAD_BALANCER: LoadBalancer,
    Kind.NAT_GATEWAY: NatGateway,
    Kind.BUCKET: Bucket,
    Kind.LOG_GROUP: LogGroup,
    Kind.FUNCTION: Function,
}


@dataclass(frozen=True)
class Gap:
    """Something we could not see: an AWS service in one account and region, and why. Shown as unknown, never as zero."""

    account_id: str
    region: str
    service: str
    reason: str
    permission: str | None = None
    """The IAM action to grant, where that would mend it."""


@dataclass(frozen=True)
class RegionInventory:
    """One account and region as collected: what was seen, and what could not be."""

    account_id: str
    region: str
    resources: tuple[Resource, ...]
    gaps: tuple[Gap, ...]
    kinds_seen: frozenset[Kind]
    """Kinds whose listing was complete: only of these may something missing be called gone."""
    calls: int
