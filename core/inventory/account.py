"""Accounts we were let into, and what a collection of one saw and could not see."""

from dataclasses import dataclass
from uuid import UUID

from core.inventory.resource import Kind, Resource


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
