"""One way into each account: assumed roles, cached clients, retries, and failures in our own words."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.loaders import Loader
from botocore.utils import parse_timestamp

from core.inventory import Account
from services.adapters.aws.failures import EXPIRED, THROTTLED, TRANSPORT, TRUNCATED, code_of, in_words
from services.adapters.aws.paced import Pacing
from services.adapters.aws.permissions import permission
from services.settings import Settings
from services.telemetry import AWS_CALLS, AWS_WAITED

ATTEMPTS = 5
"""Of each reading call, on throttling and faults of the network or of AWS."""
TRUNCATED_ATTEMPTS = 3
USUAL_PACE = 5.0
"""Calls that change something, a second: what EC2 takes of most of them in each account and region."""
SESSION_SECONDS = 3600
HOME_REGION = "us-east-1"
_READING = Config(
    retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    connect_timeout=5,
    read_timeout=30,
    max_pool_connections=16,
)
_WRITING = _READING.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
"""Botocore must not repeat a call that changes something: after a lost answer one looks first."""


Key = tuple[str, ...]


@cache
def _loader() -> Loader:
    """Service models, read from disk once a process: the slow half of making a client."""
    return botocore.session.Session().get_component("data_loader")


class Sessions:
    """Clients for every account, region and service: made once, shared by threads."""

    def __init__(self, settings: Settings) -> None:
        """Remember where AWS is; nothing is asked of it yet."""
        self.demo = settings.demo
        self._endpoint = settings.aws_endpoint_url
        stand_in = settings.demo or settings.aws_endpoint_url is not None
        usual = 0.0 if stand_in else USUAL_PACE
        self.pacing = Pacing(
            usual if settings.aws_calls_per_second is None else settings.aws_calls_per_second
        )
        self._making: dict[Key, threading.RLock] = defaultdict(threading.RLock)
        self._sessions: dict[Key, boto3.Session] = {}
        self._clients: dict[tuple[Key, str, str, bool], BaseClient] = {}

    def client(
        self, account: Account | None, service: str, region: str, *, writes: bool = False
    ) -> BaseClient:
        """A client in the account's role; `account` None is the process itself.

        Threads may share a client, but making one is not safe: each account has its lock. Raises what botocore raises.
        """
        key = _key(account)
        with self._making[key]:
            wanted = (key, service, region, writes)
            if wanted not in self._clients:
                self._clients[wanted] = self._make(self._session(account), service, region, writes=writes)
            return self._clients[wanted]

    def forget(self, account: Account | None) -> None:
        """Drop the account's credentials and clients, so that the next call begins anew."""
        key = _key(account)
        with self._making[key]:
            self._sessions.pop(key, None)
            for known in [known for known in self._clients if known[0] == key]:
                del self._clients[known]

    def assume(self, role_arn: str, external_id: str | None) -> dict[str, str]:
        """Credentials of a role from STS, as botocore's refreshing wants them. Raises what botocore raises."""
        given = {} if external_id is None else {"ExternalId": external_id}
        answer = self.client(None, "sts", HOME_REGION).assume_role(
            RoleArn=role_arn, RoleSessionName="cloud-pioneer", DurationSeconds=SESSION_SECONDS, **given
        )["Credentials"]
        return {
            "access_key": answer["AccessKeyId"],
            "secret_key": answer["SecretAccessKey"],
            "token": answer["SessionToken"],
            "expiry_time": answer["Expiration"].isoformat(),
        }

    def _session(self, account: Account | None) -> boto3.Session:
        key = _key(account)
        if key not in self._sessions:
            session = self._fresh()
            if account is not None and account.role_arn is not None:
                session._session._credentials = self._role(account.role_arn, account.external_id)  # noqa: SLF001  no setter for credentials that refresh
            elif self.demo:  # a stand-in takes any credentials, and must never see real ones
                session._session.set_credentials("demo", "demo")  # noqa: SLF001  boto3 has no setter
            self._sessions[key] = session
        return self._sessions[key]

    def _role(self, role_arn: str, external_id: str) -> RefreshableCredentials:
        def refresh() -> dict[str, str]:
            return self.assume(role_arn, external_id)

        return RefreshableCredentials.create_from_metadata(
            refresh(), refresh_using=refresh, method="sts-assume-role"
        )

    def _fresh(self) -> boto3.Session:
        core = botocore.session.Session()
        core.register_component("data_loader", _loader())
        core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=utc)
        return boto3.Session(botocore_session=core)

    def _make(self, session: boto3.Session, service: str, region: str, *, writes: bool) -> BaseClient:
        client = session.client(
            service,
            region_name=region,
            endpoint_url=self._endpoint,
            config=_WRITING if writes else _READING,
        )
        client.meta.events.register("request-created", _count)
        return client


def _key(account: Account | None) -> Key:
    if account is None:
        return ()
    return (str(account.organisation_id), account.id, account.role_arn or "", account.external_id)


def _count(event_name: str, **_kwargs: object) -> None:
    _, service, operation = event_name.split(".", 2)
    AWS_CALLS.labels(service, operation).inc()


def utc(value: str | float) -> datetime:
    """A timestamp as AWS writes it, aware and in UTC; numbers, the many, take the short way."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    parsed: datetime = parse_timestamp(value)
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)


class Place:
    """An account and region, opened: each call counted, retried where that is safe, and failing in our own words."""

    def __init__(self, sessions: Sessions, account: Account, region: str, *, paced: bool = False) -> None:
        """Nothing is asked of AWS yet. `paced`: no faster than AWS takes it, as what acts by itself must not crowd out people."""
        self.sessions, self.account, self.region, self.paced = sessions, account, region, paced
        self.calls = 0
        self._counting = threading.Lock()

    @property
    def words(self) -> str:
        """How messages name it."""
        return f"account {self.account.id}, {self.region}"

    def open(self) -> None:
        """Take on the account's role, so that a closed door is one failure and not one for each service."""
        self._client("sts", "get_caller_identity", writes=False)

    def read(self, service: str, operation: str, **arguments: object) -> dict[str, Any]:
        """One call that changes nothing. Raises `Forbidden`, `NotFound`, `Refused` or `Unavailable`."""
        return self._call(service, operation, arguments, writes=False)

    def write(self, service: str, operation: str, /, **arguments: object) -> dict[str, Any]:
        """One call that changes something, repeated only when AWS throttled it. Raises as `read`, and `Lost`."""
        return self._call(service, operation, arguments, writes=True)

    def pages(self, service: str, operation: str, key: str, **arguments: object) -> Iterator[dict[str, Any]]:
        """Every item below `key`, over all pages of a call that changes nothing."""
        paging = self._paging(service, operation)
        token: dict[str, object] = {}
        while True:
            answer = self.read(service, operation, **arguments, **token)
            yield from answer.get(key) or ()
            token = {given: answer[got] for got, given in paging if answer.get(got)}
            if not token:
                return

    def _paging(self, service: str, operation: str) -> tuple[tuple[str, str], ...]:
        """(field of the answer, argument of the next call) that carry a page's token, as botocore knows them."""
        client = self._client(service, operation, writes=False)
        if not client.can_paginate(operation):
            return ()
        config = client.get_paginator(operation)._pagination_cfg  # noqa: SLF001  the paginator hides calls from us
        got, given = config["output_token"], config["input_token"]
        return tuple(zip(_many(got), _many(given), strict=True))

    def _client(self, service: str, operation: str, *, writes: bool) -> BaseClient:
        try:
            return self.sessions.client(self.account, service, self.region, writes=writes)
        except TRANSPORT as error:  # taking on the role failed: nothing was sent
            raise in_words(error, permission(service, operation), self.words, writes=False) from error

    def _call(
        self, service: str, operation: str, arguments: dict[str, object], *, writes: bool
    ) -> dict[str, Any]:
        attempt = 0
        turn = (self.account.id, self.region, service, operation)
        while True:
            attempt += 1
            if self.paced:
                AWS_WAITED.labels(service, operation).inc(self.sessions.pacing.wait(turn, writes=writes))
            client = self._client(service, operation, writes=writes)
            with self._counting:
                self.calls += 1
            try:
                answer: dict[str, Any] = getattr(client, operation)(**arguments)
            except TRANSPORT as error:
                if self.paced and code_of(error) in THROTTLED:
                    self.sessions.pacing.throttled(turn, writes=writes)
                if not self._again(error, attempt, writes=writes):
                    raise in_words(
                        error, permission(service, operation), self.words, writes=writes
                    ) from error
            else:
                return answer

    def _again(self, error: Exception, attempt: int, *, writes: bool) -> bool:
        code = code_of(error)
        if code in EXPIRED and attempt == 1:
            self.sessions.forget(self.account)
            return True
        if isinstance(error, TRUNCATED):
            return not writes and attempt < TRUNCATED_ATTEMPTS
        if writes and code in THROTTLED and attempt < ATTEMPTS:
            time.sleep(random.uniform(0.2, 0.4) * 2**attempt)  # noqa: S311  jitter, not a secret
            return True
        return False


def _many(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names
