"""What looks like a finding and is none."""

from dataclasses import dataclass

from core.inventory import Kind


@dataclass(frozen=True)
class NearMiss:
    """Something that looks like a finding and is none: which rule it tempts, the resources, and why it is healthy."""

    rule: str
    groups: tuple[str, ...]
    kind: Kind
    why: str
