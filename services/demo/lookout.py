"""Notices what a request did to the cloud, by comparing what moto holds before and after: the bill and the metrics follow from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ecs.models import ecs_backends
from moto.rds.models import rds_backends
from moto.redshift.models import redshift_backends

from services.demo.arrivals import arrived, ec2_arn
from services.demo.changes import Change, What
from services.demo.company import ACCOUNTS, REGIONS

_GONE = {"terminated", "shutting-down"}
_UP = {"running", "pending", "available"}
_SERVICES = frozenset({"autoscaling", "ec2", "ecs", "eks", "rds", "redshift"})
"""Whose requests can change what is looked at. A look takes two milliseconds."""


@dataclass(frozen=True)
class _Seen:
    """What of a resource the bill depends on, and moto's own of it."""

    up: bool | None
    type: str
    size_gb: int = 0
    iops: int | None = None
    throughput: int | None = None
    count: int = 0
    """Tasks of a service."""
    one: object = field(default=None, compare=False, repr=False)


@dataclass
class Lookout:
    """Remembers how the cloud was when it last looked, and everything that changed since the seed."""

    changes: list[Change] = field(default_factory=list)
    _seen: dict[str, _Seen] = field(default_factory=dict)

    def begin(self) -> None:
        """Take the cloud as it is for the beginning."""
        self._seen = dict(_everything())

    def look(self, service: str, at: datetime) -> bool:
        """Note what a request to a service of AWS's changed; True when anything did."""
        if service not in _SERVICES:
            return False
        now = dict(_everything())
        found = [
            change for key, was in self._seen.items() for change in _differences(at, key, was, now.get(key))
        ]
        for key in sorted(now.keys() - self._seen.keys()):  # instances (i-) before their volumes (vol-)
            life = arrived(at, now[key].one)
            if life is not None:
                found.append(Change(at, key, What.CREATED, life=life))
        self._seen = now
        self.changes.extend(found)
        return bool(found)


def _everything() -> Iterator[tuple[str, _Seen]]:
    for account in ACCOUNTS:
        for region in REGIONS:
            yield from _machines(ec2_backends[account.id][region])
            for one in list(rds_backends[account.id][region].databases.values()):
                yield one.db_instance_arn, _Seen(one.status in _UP, one.db_instance_class)
            for one in list(ecs_backends[account.id][region].services.values()):
                yield one.arn, _Seen(None, "service", count=one.running_count)
            for one in list(redshift_backends[account.id][region].clusters.values()):
                yield one.arn, _Seen(one.status in _UP, one.node_type)


def _machines(backend: Any) -> Iterator[tuple[str, _Seen]]:  # noqa: ANN401  # a moto backend
    for one in backend.all_instances():
        if one.state not in _GONE:
            yield one.id, _Seen(one.state in _UP, one.instance_type, one=one)
    for one in list(backend.volumes.values()):
        yield one.id, _Seen(None, one.volume_type, one.size, one.iops, one.throughput, one=one)
    for one in list(backend.addresses):
        yield ec2_arn(backend, "elastic-ip", one.allocation_id), _Seen(None, "address")
    for one in list(backend.snapshots.values()):
        yield ec2_arn(backend, "snapshot", one.id), _Seen(None, "snapshot", one=one)


def _differences(at: datetime, key: str, was: _Seen, now: _Seen | None) -> Iterator[Change]:
    if now is None:
        yield Change(at, key, What.DELETED)
        return
    if (was.type, was.size_gb, was.iops, was.throughput) != (now.type, now.size_gb, now.iops, now.throughput):
        # moto forgets that a volume moved away from gp3 has no speed of its own any more; AWS bills none
        yield Change(at, key, What.RESIZED, now.type, now.size_gb, now.iops, now.throughput)
    if was.count != now.count:
        yield Change(at, key, What.SCALED, count=now.count)
    if was.up is not None and was.up != now.up:
        yield Change(at, key, What.STARTED if now.up else What.STOPPED)
