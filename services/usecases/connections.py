"""The AWS accounts we were let into: how well we see each, and letting us into another."""

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from core import dates
from core.access.roles import Permission, User
from core.connections import (
    STALE_AFTER,
    Connection,
    Freshness,
    Offer,
    Outcome,
    Progress,
    What,
    freshness,
    interval,
)
from core.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Unavailable
from core.events import Event
from core.inventory import Account, ExportLocation
from core.metrics import asking_cost
from core.periods import midnight
from core.ports import AccountCheck
from services.context import Context
from services.db import database
from services.db.stores import collections, jobs, loads
from services.db.stores import connections as store
from services.usecases.ingest import export_source
from services.usecases.record import record
from services.usecases.unchanged import standing_and_failing

JOBS = ("collect-inventory", "collect-metrics", "ingest-bills")
"""The worker's jobs that bring data in."""
UNKNOWN_PRINCIPAL = "arn:aws:iam::ACCOUNT-OF-CLOUD-PIONEER:root"
EXTERNAL_ID_BYTES = 24
_ACCOUNT = re.compile(r"[0-9]{12}")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):role/[\w+=,.@/-]{1,512}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]{1,2}")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def accounts(ctx: Context, user: User) -> tuple[Connection, ...]:
    """The accounts that the user may see, by name, each with how fresh and how whole our picture of it is."""
    user.require(Permission.VIEW_CONNECTIONS)
    return tuple(each for each in of_organisation(ctx, user.organisation_id) if user.sees(each.account.id))


def of_organisation(ctx: Context, owner: UUID) -> tuple[Connection, ...]:
    """All of them: for the worker, which sees every account."""
    with ctx.read() as db:
        standing, failing, now = standing_and_failing(ctx, db, owner)
        attempts = collections.attempts(db, owner)
        asked = collections.metrics_asked(db, owner, midnight(now.date().replace(day=1)))
        known = store.of_organisation(db, owner)
        bills = _Bills(standing, failing, jobs.listing(db).get(JOBS[-1]))

    def seen(what: What, account: Account, every: str) -> Freshness:
        found = attempts.get((account.id, what), ())
        return freshness(what, account.regions, found, interval(every), now)

    return tuple(
        Connection(
            account,
            status,
            seen(What.INVENTORY, account, ctx.settings.collect_every),
            seen(What.METRICS, account, ctx.settings.metrics_every),
            bills.fresh(account, interval(ctx.settings.bills_every), now),
            asked.get(account.id, 0),
            asking_cost(asked.get(account.id, 0)),
        )
        for account, status in known
    )


@dataclass(frozen=True)
class _Bills:
    """What is known of all billing exports of an organisation."""

    standing: Sequence[loads.Load]
    failing: Sequence[loads.Load]
    job: jobs.JobRow | None

    def fresh(self, account: Account, every: timedelta, now: datetime) -> Freshness | None:
        """How fresh the account's own export is; None when its bills come with another account's."""
        if account.export is None:
            return None
        source = export_source(account)
        settled = [load.settled_at for load in self.standing if load.source == source and load.settled_at]
        failed = [load for load in self.failing if load.source == source]
        looked = self.job.succeeded_at if self.job and settled else None
        good = max([*settled, *([looked] if looked else [])], default=None)
        details = [f"{dates.month(load.month)}: {load.message}" for load in failed]
        if self.job and self.job.state == jobs.FAILED and not failed:
            details = ["The last look at the billing exports failed; what was loaded before stands."]
        outcome = Outcome.COMPLETE if settled else Outcome.NEVER
        if details:
            outcome = Outcome.PARTIAL if settled else Outcome.FAILED
        tried = self.job.ended_at if self.job else None
        stale = good is not None and now - good > STALE_AFTER * every
        detail = " ".join(details) or ("" if settled else "Not collected yet.")
        return Freshness(What.BILLS, outcome, good, tried, stale, detail, ())


def offer(ctx: Context, user: User, export: ExportLocation | None = None) -> Offer:
    """What to hand to whoever lets us into an account: our ExternalId, and the role's two policies to copy.

    The ExternalId is made by us, once an organisation: nobody can choose another's.
    """
    user.require(Permission.MANAGE_CONNECTIONS)
    with ctx.begin() as db:
        external_id = store.newest_offer(db, user.organisation_id)
        if external_id is None:
            external_id = "pioneer-" + secrets.token_urlsafe(EXTERNAL_ID_BYTES)
            store.keep_offer(db, user.organisation_id, external_id, database.now(db))
            event = Event("AccountChanged", "connections", {"account_id": "", "what": "ExternalId made"})
            record(db, user, event, subject="connections")
    note = ""
    try:
        principal = ctx.cloud.principal()
    except (Forbidden, Unavailable) as error:
        principal = UNKNOWN_PRINCIPAL
        note = f"Put the AWS account that Cloud Pioneer runs in into the trust policy. {error.message}"
    policy, trust = ctx.cloud.policy(export), ctx.cloud.trust(principal, external_id)
    return Offer(external_id, json.dumps(policy, indent=2), json.dumps(trust, indent=2), note)


def test(
    ctx: Context, user: User, account_id: str, role_arn: str | None, external_id: str, regions: Sequence[str]
) -> AccountCheck:
    """Try to enter an account as it would be added; nothing is kept. Raises `Invalid` or `Refused` as `add` does."""
    user.require(Permission.MANAGE_CONNECTIONS)
    account = _described(ctx, user, account_id, account_id, role_arn, external_id, regions, None)
    return ctx.cloud.check(account)


def add(
    ctx: Context,
    user: User,
    account_id: str,
    name: str,
    role_arn: str | None,
    external_id: str,
    regions: Sequence[str],
    export: ExportLocation | None = None,
) -> Connection:
    """Connect an account that passes its test, and ask for its first collection.

    Raises `Invalid` for what cannot be right, `Refused` when the test fails or the ExternalId is not ours, `Conflict`
    when it is connected already.
    """
    user.require(Permission.MANAGE_CONNECTIONS)
    account = _described(
        ctx, user, account_id, name.strip() or account_id, role_arn, external_id, regions, export
    )
    checked = ctx.cloud.check(account)
    if not checked.ok:
        wrong = " ".join(words for ok, words in checked.lines if not ok)
        raise Refused(f"Account {account_id} was not added. {wrong}")
    with ctx.begin() as db:
        now = database.now(db)
        if not store.add(db, account, now):
            raise Conflict(f"Account {account_id} is connected already.")
        jobs.request(db, JOBS, now)
        event = Event(
            "AccountAdded", f"account:{account_id}", {"account_id": account_id, "name": account.name}
        )
        record(db, user, event, subject=account_id)
    return _one(ctx, user, account_id)


def _described(
    ctx: Context,
    user: User,
    account_id: str,
    name: str,
    role_arn: str | None,
    external_id: str,
    regions: Sequence[str],
    export: ExportLocation | None,
) -> Account:
    """The account, if it can be right at all, with an ExternalId that is ours to use."""
    if not _ACCOUNT.fullmatch(account_id):
        raise Invalid("An AWS account id has twelve digits.")
    if not regions or not all(_REGION.fullmatch(region) for region in regions):
        raise Invalid("Name at least one region, such as us-east-1.")
    role = _ROLE.fullmatch(role_arn) if role_arn else None
    if role_arn and role is None:
        raise Invalid("A role is named by its ARN: arn:aws:iam::123456789012:role/CloudPioneer.")
    if role and role[1] != account_id:
        raise Invalid(f"This role belongs to account {role[1]}, not to {account_id}.")
    with ctx.begin() as db:
        if role and not store.offered(db, user.organisation_id, external_id):
            raise Refused(
                "This ExternalId was not made for your organisation.",
                mend="Use the one that the connections screen shows.",
            )
        if not role and store.organisations_served(db) > 1:
            raise Refused("Our own credentials may be used only where one organisation is served.")
    ordered = tuple(dict.fromkeys(regions))
    return Account(account_id, user.organisation_id, name, external_id, ordered, role_arn or None, export)


def _one(ctx: Context, user: User, account_id: str) -> Connection:
    for connection in accounts(ctx, user):
        if connection.account.id == account_id:
            return connection
    raise NotFound(f"There is no account {account_id} within what you may see.")


def pause(ctx: Context, user: User, account_id: str) -> Connection:
    """Collect nothing more from an account until it is resumed; what was collected stays."""
    user.require(Permission.MANAGE_CONNECTIONS)
    return _turn(ctx, user, account_id, "paused", paused=False)


def resume(ctx: Context, user: User, account_id: str) -> Connection:
    """Collect from a paused account again, beginning at the next tick."""
    user.require(Permission.MANAGE_CONNECTIONS)
    return _turn(ctx, user, account_id, "connected", paused=True)


def _turn(ctx: Context, user: User, account_id: str, status: str, *, paused: bool) -> Connection:
    before = _one(ctx, user, account_id)
    if (before.status == "paused") is not paused:
        return before
    with ctx.begin() as db:
        store.set_status(db, user.organisation_id, account_id, status)
        if paused:
            jobs.request(db, JOBS, database.now(db))
        event = Event("AccountChanged", f"account:{account_id}", {"account_id": account_id, "what": status})
        record(db, user, event, subject=account_id)
    return _one(ctx, user, account_id)


def set_export(ctx: Context, user: User, account_id: str, export: ExportLocation | None) -> Connection:
    """Say where an account's billing export is delivered, or that it has none, and ask for the bills to be read.

    What was loaded from another place before stays. Raises `Invalid`, `NotFound`.
    """
    user.require(Permission.MANAGE_CONNECTIONS)
    before = _one(ctx, user, account_id)
    if export is not None:
        if not _BUCKET.fullmatch(export.bucket) or not export.name:
            raise Invalid(
                "An export is named by its bucket (without s3://) and the name it was given in AWS."
            )
        if not _REGION.fullmatch(export.region):
            raise Invalid("Name the region of the bucket, such as us-east-1.")
    if before.account.export == export:
        return before
    with ctx.begin() as db:
        store.set_export(db, user.organisation_id, account_id, export)
        jobs.request(db, ["ingest-bills"], database.now(db))
        what = f"export is {export_source(replace(before.account, export=export))}" if export else "no export"
        event = Event("AccountChanged", f"account:{account_id}", {"account_id": account_id, "what": what})
        record(db, user, event, subject=account_id)
    return _one(ctx, user, account_id)


def collect_now(ctx: Context, user: User) -> None:
    """Ask the worker to collect inventory, metrics and bills at its next tick."""
    user.require(Permission.MANAGE_CONNECTIONS)
    with ctx.begin() as db:
        jobs.request(db, JOBS, database.now(db))
        event = Event("AccountChanged", "connections", {"account_id": "", "what": "collection asked for"})
        record(db, user, event, subject="connections")


def progress(ctx: Context, user: User) -> tuple[Progress, ...]:
    """How each kind of collection stands: what runs now and how far it is, what waits, what failed."""
    user.require(Permission.VIEW_CONNECTIONS)
    with ctx.read() as db:
        known = jobs.listing(db)
        alone = store.organisations_served(db) == 1  # what a job says may name another organisation's things
    return tuple(
        Progress(
            name,
            row.state,
            row.progress if alone and row.running else "",
            row.requested_at,
            row.started_at,
            row.ended_at,
        )
        for name, row in known.items()
        if name in JOBS
    )
