"""What computes: instances and what makes them, functions, endpoints of models."""

from dataclasses import dataclass, field
from datetime import datetime

from core.inventory.resource import Kind, Resource

NODE_GROUP_TAG = "eks:nodegroup-name"
"""What EKS writes on the Auto Scaling groups that it makes for its node groups."""


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
    hibernation: bool = False
    """Whether it was launched so that it can hibernate."""


@dataclass(frozen=True, kw_only=True)
class Function(Resource):
    """A Lambda function."""

    kind: Kind = field(init=False, default=Kind.FUNCTION)
    runtime: str
    memory_mib: int
    architecture: str = "x86_64"
    code_bytes: int = 0
    """Size of its package; 0 for a container image."""


@dataclass(frozen=True, kw_only=True)
class AutoScalingGroup(Resource):
    """An EC2 Auto Scaling group. `instance_type` is None where it mixes several or its template could not be read."""

    kind: Kind = field(init=False, default=Kind.AUTOSCALING_GROUP)
    smallest: int
    largest: int
    desired: int
    instance_ids: tuple[str, ...] = ()
    instance_type: str | None = None
    spot_allowed: bool | None = None
    """Whether its mixed instances policy may use Spot; None where we could not read it."""
    protected_members: tuple[str, ...] | None = ()
    """Ids of its instances that carry the tag which forbids to touch them; None where instances could not be read."""

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of the Auto Scaling groups whose instances are its members: its own."""
        return (self.short_id,)

    @property
    def node_group(self) -> str | None:
        """The EKS node group that it was made for and that sets its size; None: it is its own."""
        return self.tags.get(NODE_GROUP_TAG)


@dataclass(frozen=True, kw_only=True)
class Image(Resource):
    """An AMI of ours. `used_by` are instances, launch templates and Auto Scaling groups that name it; None: not known."""

    kind: Kind = field(init=False, default=Kind.IMAGE)
    snapshot_ids: tuple[str, ...] = ()
    """Short ids of the snapshots behind it, which are what costs."""
    size_gb: int = 0
    used_by: tuple[str, ...] | None = None
    last_launched_at: datetime | None = None
    """When AWS last saw an instance launched from it; None: never, or longer ago than AWS remembers."""


@dataclass(frozen=True, kw_only=True)
class ModelEndpoint(Resource):
    """A SageMaker endpoint with instances of its own. `variant` is the production variant whose metrics we read."""

    kind: Kind = field(init=False, default=Kind.MODEL_ENDPOINT)
    instance_type: str
    instance_count: int
    variant: str
    variants: int = 1
