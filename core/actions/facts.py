"""What an action may change about a resource, or must find unchanged: as JSON, and in words."""

from core.inventory import Resource

_FACTS = (
    "type",
    "size_gb",
    "iops",
    "throughput",
    "public_ip",
    "associated_with",
    "attached_to",
    "retention_days",
    "lifecycle_rules",
    "instance_class",
    "pending_class",
    "storage_type",
    "storage_gb",
    "target_count",
    "node_type",
    "nodes",
)
"""Fields of the kinds of resource that are facts, in the order in which words name them."""


def facts_of(resource: Resource) -> dict[str, object]:
    """Its state and what else may be changed or is looked at before, as JSON."""
    held = vars(resource)
    facts = {name: held[name] for name in _FACTS if name in held}
    return {"state": resource.state} | {
        name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()
    }
