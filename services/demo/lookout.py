"""Notices what a request did to the cloud, by comparing what moto holds before and after: the bill and the metrics follow from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from moto.ec2.models import ec2_backends
from moto.rds.models import rds_backends

from core.inventory import Snapshot
from services.demo.changes import Change, What
from services.demo.company import ACCOUNTS, REGIONS
from services.demo.holdings import SNAPSHOT_SHARE

_GONE = {"terminated", "shutting-down"}
_UP = {"running", "pending", "available"}


@dataclass(frozen=True)
class _Seen:
    """What of a resource the bill depends on."""

    up: bool | None
    type: str
    size_gb: int = 0
    iops: int | None = None
    throughput: int | None = None


@dataclass
class Lookout:
    """Remembers how the cloud was when it last looked, and everything that changed since the seed."""

    changes: list[Change] = field(default_factory=list)
    _seen: dict[str, _Seen] = field(default_factory=dict)

    def begin(self) -> None:
        """Take the cloud as it is for the beginning."""
        self._seen = dict(_everything())

    def look(self, at: datetime) -> bool:
        """Note what changed; True when anything did."""
        now = dict(_everything())
        found = [
            change for key, was in self._seen.items() for change in _differences(at, key, was, now.get(key))
        ]
        found += [change for key in sorted(now.keys() - self._seen.keys()) for change in _news(at, key)]
        self._seen = now
        self.changes.extend(found)
        return bool(found)


def _news(at: datetime, key: str) -> Iterator[Change]:
    """A snapshot that was not there before; the bill leaves out other things made by hand."""
    for backend in _ec2():
        for one in list(backend.snapshots.values()):
            if _arn(backend, "snapshot", one.id) == key:
                size = max(one.volume.size // SNAPSHOT_SHARE, 1)
                made = _snapshot(backend, one)
                yield Change(at, key, What.CREATED, size_gb=size, created=made, charge="ebs:snapshot")


def _ec2() -> Iterator[Any]:
    return (ec2_backends[account.id][region] for account in ACCOUNTS for region in REGIONS)


def _everything() -> Iterator[tuple[str, _Seen]]:
    for backend in _ec2():
        for one in backend.all_instances():
            if one.state not in _GONE:
                yield one.id, _Seen(one.state in _UP, one.instance_type)
        for one in list(backend.volumes.values()):
            yield one.id, _Seen(None, one.volume_type, one.size, one.iops, one.throughput)
        for one in list(backend.addresses):
            yield _arn(backend, "elastic-ip", one.allocation_id), _Seen(None, "address")
        for one in list(backend.snapshots.values()):
            yield _arn(backend, "snapshot", one.id), _Seen(None, "snapshot")
    for account in ACCOUNTS:
        for region in REGIONS:
            for one in list(rds_backends[account.id][region].databases.values()):
                yield one.db_instance_arn, _Seen(one.status in _UP, one.db_instance_class)


def _arn(backend: Any, kind: str, name: str) -> str:  # noqa: ANN401  # a moto backend
    return f"arn:aws:ec2:{backend.region_name}:{backend.account_id}:{kind}/{name}"


def _differences(at: datetime, key: str, was: _Seen, now: _Seen | None) -> Iterator[Change]:
    if now is None:
        yield Change(at, key, What.DELETED)
        return
    if (was.type, was.size_gb, was.iops, was.throughput) != (now.type, now.size_gb, now.iops, now.throughput):
        # moto forgets that a volume moved away from gp3 has no speed of its own any more; AWS bills none
        yield Change(at, key, What.RESIZED, now.type, now.size_gb, now.iops, now.throughput)
    if was.up is not None and was.up != now.up:
        yield Change(at, key, What.STARTED if now.up else What.STOPPED)


def _snapshot(backend: Any, one: Any) -> Snapshot:  # noqa: ANN401  # moto's
    tags = {tag["key"]: tag["value"] for tag in one.get_tags()}
    return Snapshot(
        id=_arn(backend, "snapshot", one.id),
        account_id=backend.account_id,
        region=backend.region_name,
        name=tags.get("Name", ""),
        state="completed",
        tags=tags,
        created_at=one.start_time.replace(tzinfo=UTC),
        volume_id=one.volume.id,
        size_gb=one.volume.size,
    )
