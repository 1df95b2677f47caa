"""What runs containers: services of ECS, clusters of EKS."""

from dataclasses import dataclass, field

from core.inventory.resource import Kind, Resource


@dataclass(frozen=True, kw_only=True)
class ContainerService(Resource):
    """An ECS service. `launch` is FARGATE, FARGATE_SPOT, EC2, EXTERNAL, or several joined by `+`.

    `cpu` (1,024 are a vCPU) and `memory_mib` are those of one task; None where its task definition says none, or could not be read.
    """

    kind: Kind = field(init=False, default=Kind.CONTAINER_SERVICE)
    cluster: str
    launch: str
    desired: int
    cpu: int | None = None
    memory_mib: int | None = None
    architecture: str = "x86_64"
    platform: str = "LINUX"
    task_definition: str = ""
    running: int | None = None
    """How many tasks run; None: not seen yet."""
    daemon: bool = False
    """Whether it runs one task on each machine, so that it has no count."""

    @property
    def short_id(self) -> str:
        """Its name: its ARN carries the cluster before it."""
        return self.id.rpartition("/")[2]


@dataclass(frozen=True, kw_only=True)
class KubernetesCluster(Resource):
    """An EKS cluster, of which AWS runs the control plane. `fargate`, `auto` and `hybrid`: nodes may come by Fargate profiles, by Auto Mode, from elsewhere.

    `fargate` None: its profiles could not be read.
    """

    kind: Kind = field(init=False, default=Kind.KUBERNETES_CLUSTER)
    version: str
    fargate: bool | None = None
    auto: bool = False
    hybrid: bool = False


@dataclass(frozen=True, kw_only=True)
class NodeGroup(Resource):
    """A managed node group of EKS: how many nodes it has at least, wants and has at most. States: ACTIVE, UPDATING, DEGRADED, ..."""

    kind: Kind = field(init=False, default=Kind.NODE_GROUP)
    cluster: str
    smallest: int
    desired: int
    largest: int
    instance_types: tuple[str, ...] = ()
    spot: bool = False
    groups: tuple[str, ...] = ()
    """The names of the Auto Scaling groups that EKS made for it, whose instances are its nodes."""
    protected_members: tuple[str, ...] | None = ()
    """Ids of its nodes, and names of its `groups`, that carry the tag which forbids to touch them; None where instances could not be read."""

    @property
    def short_id(self) -> str:
        """Its name: its ARN carries the cluster before it, and an id after."""
        return self.name
