"""What every resource has, and the kinds there are.

`id` is always the FOCUS `ResourceId` as AWS writes it in its exports, so that an instance finds its bill lines:
`i-...` and `vol-...` for EC2 instances and volumes, the ARN for snapshots, addresses, databases, load balancers,
NAT gateways, functions and log groups, and the name for buckets. `short_id` is what AWS's API calls take.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

PROTECTED_TAG = "pioneer:protected"
"""A resource tagged with this (any value but `false`) is never touched by an action."""

GROUP_NAME = "autoScalingGroupName/"
"""What an Auto Scaling group's ARN says before its name, after an id of its own."""


_ABBREVIATED = frozenset({"nat", "emr"})


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
    AUTOSCALING_GROUP = "autoscaling_group"
    IMAGE = "image"
    ENDPOINT = "endpoint"
    REPOSITORY = "repository"
    DATABASE_SNAPSHOT = "database_snapshot"
    CACHE = "cache"
    DATA_WAREHOUSE = "data_warehouse"
    TABLE = "table"
    SEARCH_DOMAIN = "search_domain"
    MODEL_ENDPOINT = "model_endpoint"
    CONTAINER_SERVICE = "container_service"
    KUBERNETES_CLUSTER = "kubernetes_cluster"
    STREAM = "stream"
    DATABASE_CLUSTER = "database_cluster"
    NODE_GROUP = "node_group"
    KAFKA_CLUSTER = "kafka_cluster"
    FIREWALL = "firewall"
    CLASSIC_LOAD_BALANCER = "classic_load_balancer"
    SECRET = "secret"  # noqa: S105  the name of a kind
    TRAIL = "trail"
    EMR_CLUSTER = "emr_cluster"

    @property
    def noun(self) -> str:
        """What one is called within a sentence: `data warehouse`, `NAT gateway`."""
        return " ".join(word.upper() if word in _ABBREVIATED else word for word in self.split("_"))

    @property
    def one(self) -> str:
        """One of them within a sentence: `a volume`, `an EMR cluster`."""
        return f"{'an' if self[0] in 'aeio' else 'a'} {self.noun}"


def short_id(resource_id: str) -> str:
    """What AWS's API calls take: what an ARN says after its type (`db:orders` is `orders`), or the id itself."""
    if not resource_id.startswith("arn:"):
        return resource_id
    if GROUP_NAME in resource_id:
        return resource_id.partition(GROUP_NAME)[2]
    own = resource_id.split(":", 5)[-1]
    return re.split("[:/]", own, maxsplit=1)[-1]


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
        return short_id(self.id)

    @property
    def protected(self) -> bool:
        """Whether its tags forbid us to touch it."""
        return protects(self.tags.get(PROTECTED_TAG))


def protects(value: str | None) -> bool:
    """Whether this value of the tag forbids us to touch what carries it; None: it carries none."""
    return value is not None and value.strip().lower() != "false"
