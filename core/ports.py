"""The other side of each border: what we need of the cloud, its metrics, its bill, mail servers and identity providers. Adapters implement these."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from core.actions.kind import Copy
from core.inventory import Account, ExportLocation, RegionInventory, Resource
from core.metrics import MetricQuery, MetricsAnswer
from core.notices.letter import Letter
from core.prices import InstanceType, PriceBook


@dataclass(frozen=True)
class AccountCheck:
    """Whether we reach an account as we should: each line is one thing tried, in words; `missing` are permissions to grant.

    What is wrong in a line does not keep us away where `ok`: it will be unknown.
    """

    ok: bool
    lines: tuple[tuple[bool, str], ...]
    missing: tuple[str, ...] = ()


class Changes(Protocol):
    """What we may do to a resource, named as AWS's calls name it (by its short id; a load balancer by its ARN).

    Every call may raise `Unavailable`, `Forbidden` (AWS said AccessDenied), `NotFound` (no such resource),
    `Refused` (AWS said this state or resource does not allow it), `Lost` (sent, no answer).
    """

    def start_instance(self, account: Account, region: str, instance_id: str) -> None: ...
    def stop_instance(
        self, account: Account, region: str, instance_id: str, *, hibernate: bool = False
    ) -> None: ...
    def resize_instance(self, account: Account, region: str, instance_id: str, instance_type: str) -> None:
        """Change the type of a stopped instance."""

    def image_instance(self, account: Account, region: str, instance_id: str, tags: dict[str, str]) -> None:
        """Begin an image carrying `tags`, `Name` among them."""

    def terminate_instance(self, account: Account, region: str, instance_id: str) -> None: ...
    def modify_volume(
        self,
        account: Account,
        region: str,
        volume_id: str,
        volume_type: str,
        iops: int | None,
        throughput: int | None,
    ) -> None: ...
    def snapshot_volume(self, account: Account, region: str, volume_id: str, tags: dict[str, str]) -> None:
        """Begin a snapshot carrying `tags`."""

    def delete_volume(self, account: Account, region: str, volume_id: str) -> None: ...
    def delete_snapshot(self, account: Account, region: str, snapshot_id: str) -> None: ...
    def release_address(self, account: Account, region: str, allocation_id: str) -> None: ...
    def set_log_retention(self, account: Account, region: str, name: str, days: int | None) -> None:
        """None: keep the events of a log group for ever."""

    def add_lifecycle_rules(
        self, account: Account, region: str, bucket: str, rules: Mapping[str, Mapping[str, object]]
    ) -> None:
        """Add rules by name to those that a bucket has."""

    def remove_lifecycle_rules(
        self, account: Account, region: str, bucket: str, names: Collection[str]
    ) -> None:
        """Take these away and leave the others."""

    def stop_database(self, account: Account, region: str, name: str) -> None: ...
    def start_database(self, account: Account, region: str, name: str) -> None: ...
    def modify_database(
        self, account: Account, region: str, name: str, instance_class: str, *, at_once: bool
    ) -> None: ...
    def modify_database_storage(
        self,
        account: Account,
        region: str,
        name: str,
        storage_type: str,
        iops: int | None,
        throughput: int | None,
    ) -> None: ...
    def delete_load_balancer(self, account: Account, region: str, arn: str) -> None: ...
    def delete_nat_gateway(self, account: Account, region: str, gateway_id: str) -> None: ...
    def terminate_emr_cluster(self, account: Account, region: str, cluster_id: str) -> None: ...
    def pause_warehouse(self, account: Account, region: str, name: str) -> None: ...
    def resume_warehouse(self, account: Account, region: str, name: str) -> None: ...
    def stop_database_cluster(self, account: Account, region: str, name: str) -> None: ...
    def start_database_cluster(self, account: Account, region: str, name: str) -> None: ...
    def size_group(
        self, account: Account, region: str, name: str, smallest: int, desired: int, largest: int
    ) -> None:
        """Set how many instances an Auto Scaling group has at least, now and at most."""

    def size_service(self, account: Account, region: str, cluster: str, name: str, desired: int) -> None:
        """Set how many tasks an ECS service runs."""

    def size_nodes(
        self,
        account: Account,
        region: str,
        cluster: str,
        name: str,
        smallest: int,
        desired: int,
        largest: int | None,
    ) -> None:
        """Set how many nodes an EKS node group has at least, now and at most (None: as it is)."""


class Cloud(Changes, Protocol):
    """AWS as one account and region show it.

    What it raises is as for `Changes`.
    """

    def check(self, account: Account) -> AccountCheck: ...
    def principal(self) -> str:
        """The ARN that a role's trust policy must name to let this process in."""

    def policy(self, export: ExportLocation | None = None) -> dict[str, Any]:
        """The IAM policy that a role of ours needs, as a JSON document."""

    def trust(self, principal: str, external_id: str) -> dict[str, Any]:
        """That role's trust policy, as a JSON document."""

    def regions(self, account: Account) -> tuple[str, ...]: ...
    def inventory(self, account: Account, region: str) -> RegionInventory: ...
    def rehearsal(self) -> Changes:
        """The same calls without effect: they raise as the real ones would now, and `Untried` where AWS has no way to tell."""

    def look(self, account: Account, resource: Resource) -> Resource | None:
        """The same resource as AWS has it now, with what guards need to know; None when it is gone."""

    def copies(
        self, account: Account, region: str, what: Copy, key: str, value: str
    ) -> tuple[tuple[str, str], ...]:
        """(id, state) of our own snapshots or images carrying this tag: how an action finds what it began before a crash."""


class Metrics(Protocol):
    """CloudWatch."""

    def read(
        self,
        account: Account,
        region: str,
        queries: Sequence[MetricQuery],
        start: datetime,
        end: datetime,
        period_seconds: int,
    ) -> MetricsAnswer:
        """All series between two instants, in as few calls as AWS allows."""


@dataclass(frozen=True)
class ExportedMonth:
    """One billing month as an export's manifest lists it, its files downloaded and unchanged while reading."""

    month: date
    etag: str
    files: tuple[Path, ...]
    rows: int | None = None
    """Where the manifest says."""


class BillingExport(Protocol):
    """An AWS Data Export in S3."""

    def new_since(self, account: Account, known: dict[date, str]) -> Iterator[ExportedMonth]:
        """Months whose manifest ETag differs from what is known, oldest first."""


class Prices(Protocol):
    """List prices and instance types."""

    def book(self) -> PriceBook: ...
    def instance_types(self) -> dict[str, InstanceType]: ...


@dataclass(frozen=True)
class Identity:
    """Who an identity provider says somebody is. `(issuer, subject)` is the identity; the e-mail is only a word about it."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str


class Delivered(StrEnum):
    """What a mail server made of a letter: taken, put off by it, or refused for good."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True)
class Delivery:
    """One letter's way: the server's own words where it was not sent."""

    letter: Letter
    outcome: Delivered
    words: str = ""


class Mail(Protocol):
    """A mail server that takes letters of ours."""

    def check(self) -> str:
        """Connect and sign in, and say to what; nothing is sent. Raises `Unavailable`."""

    def deliver(self, letters: Iterable[Letter]) -> Iterator[Delivery]:
        """Hand letters over one by one, in one connection.

        Raises `Unavailable` where the server takes none at all, `Lost` where it went away while it had one: it may have taken it.
        """


class IdentityProvider(Protocol):
    """An OpenID Connect issuer whose id tokens we accept."""

    def verify(self, id_token: str, now: datetime) -> Identity:
        """Raise `Unauthenticated` unless signature, issuer, audience and times are right; `Unavailable` when the issuer's keys cannot be read."""
