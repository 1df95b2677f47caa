"""What stores: volumes, snapshots, buckets, repositories of images, log groups."""

from dataclasses import dataclass, field

from core.inventory.resource import Kind, Resource


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
    archived: bool = False
    made_by: str | None = None
    """Who made it and deletes it again, such as `AWS Backup` or `Data Lifecycle Manager`; None: a person or a script."""


@dataclass(frozen=True, kw_only=True)
class Bucket(Resource):
    """An S3 bucket; `has_lifecycle` None means we could not read it."""

    kind: Kind = field(init=False, default=Kind.BUCKET)
    has_lifecycle: bool | None = None
    lifecycle_rules: tuple[str, ...] | None = None
    """Names of its lifecycle rules; None: not known (only who looks at one bucket keeps them)."""
    stale_uploads: int | None = None
    """Uploads in parts begun more than 7 days ago and never finished; None: we could not ask."""
    stale_upload_bytes: int | None = None
    """What of their parts we looked at: at least so many bytes."""


@dataclass(frozen=True, kw_only=True)
class LogGroup(Resource):
    """A CloudWatch log group; `retention_days` None means kept for ever."""

    kind: Kind = field(init=False, default=Kind.LOG_GROUP)
    retention_days: int | None = None
    stored_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Repository(Resource):
    """An ECR repository. `stored_bytes` and `untagged_bytes` None mean we could not read its images."""

    kind: Kind = field(init=False, default=Kind.REPOSITORY)
    has_lifecycle: bool | None = None
    stored_bytes: int | None = None
    untagged_bytes: int | None = None
