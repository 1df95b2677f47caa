"""What runs the company's containers, as tables: services of ECS on Fargate, clusters of EKS."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.demo.company import EU, US

P, S, D = "production", "staging", "data"


@dataclass(frozen=True)
class ServiceRow:
    """ECS services: `tasks` of so many vCPUs and GB, `held` per cent of whose memory is taken."""

    name: str
    cluster: str
    account: str
    region: str
    tasks: int
    vcpu: int
    gb: int
    shape: str
    held: float
    age: int
    team: str
    arm: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)


SERVICES: tuple[ServiceRow, ...] = (
    ServiceRow("wishlist", "shop", P, US, 3, 1, 4, "modest", 18.0, 150, "web"),
    ServiceRow("stock-feed", "shop", P, US, 2, 1, 2, "steady", 61.0, 150, "supply"),
    ServiceRow("price-cache", "shop", P, US, 2, 1, 8, "modest", 82.0, 120, "web"),
    ServiceRow("ranker", "shop", P, US, 2, 1, 2, "steady", 61.0, 90, "web", arm=True),
    ServiceRow("stage-catalog", "stage", S, US, 2, 1, 2, "office", 61.0, 110, "web", arm=True),
    ServiceRow(
        "stage-images",
        "stage",
        S,
        US,
        1,
        1,
        2,
        "steady",
        61.0,
        80,
        "web",
        arm=True,
        extra={"schedule": "office-hours"},
    ),
)


@dataclass(frozen=True)
class ClusterRow:
    """EKS clusters; `extended`: the bill has it in extended support. `profile`: a Fargate profile brings it nodes."""

    name: str
    account: str
    region: str
    version: str
    age: int
    team: str
    extended: bool = False
    profile: bool = False


@dataclass(frozen=True)
class NodeGroupRow:
    """Node groups of EKS: `nodes` of them are there now; without one, Kubernetes asks for them."""

    name: str
    cluster: str
    largest: int
    nodes: int = 0
    shape: str = "idle"


NODE_TYPE = "m6a.large"
NODE_GROUPS: tuple[NodeGroupRow, ...] = (
    NodeGroupRow("previews", "preview-apps", 6),
    NodeGroupRow("studio", "batch-jobs", 4, nodes=2, shape="office"),
)


CLUSTERS: tuple[ClusterRow, ...] = (
    ClusterRow("kube-trial", S, EU, "1.34", 110, "platform"),
    ClusterRow("batch-jobs", D, US, "1.31", 300, "data", extended=True, profile=True),
    ClusterRow("preview-apps", S, US, "1.34", 90, "platform", profile=True),
)
