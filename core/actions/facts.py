"""What an action may change about a resource, or must find unchanged: as JSON, and in words."""

from collections.abc import Mapping

from core.actions.model import Action
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
    "smallest",
    "desired",
    "largest",
)
"""Fields of the kinds of resource that are facts, in the order in which words name them."""


def facts_of(resource: Resource) -> dict[str, object]:
    """Its state and what else may be changed or is looked at before, as JSON."""
    held = vars(resource)
    facts = {name: held[name] for name in _FACTS if name in held}
    return {"state": resource.state} | {
        name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()
    }


def changed(action: Action, seen: Resource) -> str | None:
    """Why what was recommended no longer fits what AWS shows; None where it does, or where nothing is expected."""
    expected, now = action.expects or {}, facts_of(seen)
    differing = [
        name
        for name in _WORDS
        if name in expected and name in now and _known(name, expected) and _known(name, now)
        if expected[name] != now[name]
    ]
    if not differing:
        return None
    if {"type", "storage_type"} & set(differing):  # its speed follows from that
        differing = [name for name in differing if name not in {"iops", "throughput"}]
    named = [name for name in _WORDS if name in differing or (name in _ALWAYS and expected.get(name))]
    was = " ".join(_words(name, expected[name]) for name in named)
    is_now = " ".join(_words(name, now[name]) for name in differing)
    return f"{action.short_id} was {was} when it was recommended, and is {is_now} now: look again."


_WORDS: Mapping[str, str] = {
    "state": "{}",
    "type": "{}",
    "node_type": "{}",
    "instance_class": "{}",
    "storage_type": "with {} storage",
    "size_gb": "of {} GB",
    "storage_gb": "of {} GB",
    "nodes": "of {} nodes",
    "iops": "at {} IOPS",
    "throughput": "at {} MiB/s",
    "retention_days": "keeping its events for {} days",
    "lifecycle_rules": "with the rules {}",
    "target_count": "with {} targets",
}
"""What must not have changed, in words."""
_ALWAYS = ("type", "size_gb", "instance_class", "node_type")
"""What is said of it in any case, so that a reader knows which thing is meant."""
_UNKNOWN = frozenset({"lifecycle_rules", "target_count"})
"""Where None means not known."""


def _known(name: str, facts: Mapping[str, object]) -> bool:
    return name not in _UNKNOWN or facts[name] is not None


def _words(name: str, value: object) -> str:
    if value is None:
        return "keeping its events for ever" if name == "retention_days" else f"without {name} set"
    said = ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)
    return _WORDS[name].format(said)
