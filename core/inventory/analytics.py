"""What computes over much data on machines of its own: clusters of EMR."""

from dataclasses import dataclass, field

from core.inventory.resource import Kind, Resource

EMR_TAG = "aws:elasticmapreduce:job-flow-id"
"""EMR puts it on every instance of a cluster (Amazon EMR Management Guide, "Tag and categorize cluster resources")."""


@dataclass(frozen=True, kw_only=True)
class MapReduceCluster(Resource):
    """An EMR cluster on EC2; `instance_ids` are its nodes, `protected_nodes` those that carry the tag which forbids to touch them. States: STARTING, BOOTSTRAPPING, RUNNING (a step), WAITING, TERMINATING."""

    kind: Kind = field(init=False, default=Kind.EMR_CLUSTER)
    release: str = ""
    applications: tuple[str, ...] = ()
    instance_ids: tuple[str, ...] = ()
    protected_nodes: tuple[str, ...] = ()
    termination_protected: bool = False
