import json
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from sqlalchemy import insert, text

from core.access.roles import Role, User
from core.connections import Outcome
from core.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from core.inventory import ExportLocation
from services.adapters.aws.session import Sessions
from services.context import Context
from services.db.stores import jobs, loads, records
from services.db.tables.access import organisations
from services.usecases import connections, inventory

OWN, OTHER = "123456789012", "222222222222"
ROLE = f"arn:aws:iam::{OTHER}:role/CloudPioneer"
REGIONS = ("us-east-1",)
EXPORT = ExportLocation("bills", "focus", "daily", "us-east-1")


def add_own(ctx: Context, user: User, **given: object) -> connections.Connection:
    return connections.add(
        ctx,
        user,
        **{
            "account_id": OWN,
            "name": "Own",
            "role_arn": None,
            "external_id": "",
            "regions": REGIONS,
            **given,
        },
    )


def stub_sts(ctx: Context) -> Stubber:
    sessions = ctx.cloud._sessions  # type: ignore[attr-defined]  # the real adapter's clients, to stub one of them
    assert isinstance(sessions, Sessions)
    return Stubber(sessions.client(None, "sts", "us-east-1"))


def test_an_offer_holds_the_policies_to_copy_and_stays_the_same(ctx: Context, admin: User) -> None:
    with mock_aws():
        offer, again = connections.offer(ctx, admin), connections.offer(ctx, admin)
    assert offer == again
    assert len(offer.external_id) > 30
    trust = json.loads(offer.trust_policy_json)["Statement"][0]
    assert trust["Principal"] == {"AWS": f"arn:aws:iam::{OWN}:root"}
    assert trust["Condition"]["StringEquals"]["sts:ExternalId"] == offer.external_id
    assert "ec2:DescribeInstances" in offer.policy_json
    assert offer.note == ""


def test_two_organisations_are_never_offered_the_same_external_id(
    ctx: Context, admin: User, person: Callable[..., User]
) -> None:
    stranger = person(Role.ADMIN, organisation=another_organisation(ctx))
    with mock_aws():
        assert connections.offer(ctx, admin).external_id != connections.offer(ctx, stranger).external_id


def another_organisation(ctx: Context) -> UUID:
    other = uuid4()
    with ctx.begin() as db:
        db.execute(insert(organisations).values(id=other, name="Other", created_at=ctx.now()))
    return other


def test_an_offer_without_credentials_of_our_own_says_what_to_fill_in(ctx: Context, admin: User) -> None:
    with mock_aws(), stub_sts(ctx) as stub:
        stub.add_client_error("get_caller_identity", "AccessDenied", "no", http_status_code=403)
        offer = connections.offer(ctx, admin)
    assert "Put the AWS account" in offer.note
    assert "ACCOUNT-OF-CLOUD-PIONEER" in offer.trust_policy_json


def test_an_account_is_added_recorded_and_its_first_collection_asked_for(ctx: Context, admin: User) -> None:
    with mock_aws():
        connection = add_own(ctx, admin)
    assert (connection.account.id, connection.status) == (OWN, "new")
    assert (connection.inventory.outcome, connection.metrics.outcome, connection.bills) == (
        Outcome.NEVER,
        Outcome.NEVER,
        None,
    )
    with ctx.begin() as db:
        requested = {name for name, job in jobs.listing(db).items() if job.requested_at}
        actions = [row.action for row in records.audit_rows(db, admin.organisation_id)]
    assert requested == {"collect-inventory", "collect-metrics", "ingest-bills"}
    assert actions == ["AccountAdded"]
    with mock_aws(), pytest.raises(Conflict):
        add_own(ctx, admin)


def test_a_role_that_anybody_can_assume_is_not_added(ctx: Context, admin: User) -> None:
    with mock_aws():
        offer = connections.offer(ctx, admin)
        with pytest.raises(Refused, match="a wrong ExternalId"):
            connections.add(ctx, admin, OTHER, "Other", ROLE, offer.external_id, REGIONS)
    assert connections.accounts(ctx, admin) == ()


def test_a_role_that_asks_for_our_external_id_is_added(ctx: Context, admin: User) -> None:
    with mock_aws():
        offer = connections.offer(ctx, admin)
        real = boto3.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="test")
        with stub_sts(ctx) as stub:
            stub.add_response("assume_role", {"Credentials": real["Credentials"]})
            for _ in range(2):
                stub.add_client_error("assume_role", "AccessDenied", "no", http_status_code=403)
            connection = connections.add(ctx, admin, OTHER, "Other", ROLE, offer.external_id, REGIONS)
    assert connection.account.role_arn == ROLE


def test_nobody_registers_a_role_with_another_organisations_external_id(
    ctx: Context, admin: User, person: Callable[..., User]
) -> None:
    with mock_aws():
        theirs = connections.offer(ctx, admin)
        stranger = person(Role.ADMIN, organisation=another_organisation(ctx))
        for ask in (connections.test, lambda *given: connections.add(*given[:3], "x", *given[3:])):
            with pytest.raises(Refused, match="not made for your organisation"):
                ask(ctx, stranger, OTHER, ROLE, theirs.external_id, REGIONS)


def test_our_own_credentials_serve_one_organisation_only(ctx: Context, admin: User) -> None:
    another_organisation(ctx)
    with mock_aws(), pytest.raises(Refused, match="one organisation"):
        add_own(ctx, admin)


@pytest.mark.parametrize(
    "given",
    [
        {"account_id": "12"},
        {"account_id": "12345678901x"},
        {"regions": ()},
        {"regions": ("us-east-1; drop",)},
        {"role_arn": "arn:aws:iam::123456789012:user/x"},
        {"role_arn": ROLE},
    ],
    ids=str,
)
def test_what_cannot_be_right_is_refused_before_anything_is_asked(
    ctx: Context, admin: User, given: dict[str, object]
) -> None:
    with pytest.raises(Invalid):
        add_own(ctx, admin, **given)


def test_an_old_collection_is_stale(ctx: Context, admin: User) -> None:
    with mock_aws():
        add_own(ctx, admin)
        inventory.collect(ctx)
    assert connections.accounts(ctx, admin)[0].inventory.whole
    with ctx.begin() as db:
        db.execute(text("insert into clock_shift (shift) values (interval '31 minutes')"))
    (connection,) = connections.accounts(ctx, admin)
    assert (connection.inventory.outcome, connection.inventory.stale) == (Outcome.COMPLETE, True)


def test_a_paused_account_rests_until_it_is_resumed(ctx: Context, admin: User) -> None:
    with mock_aws():
        add_own(ctx, admin)
        assert connections.pause(ctx, admin, OWN).status == "paused"
        assert connections.pause(ctx, admin, OWN).status == "paused"
        assert inventory.collect(ctx) == "0 of 0 account regions whole."
        assert connections.resume(ctx, admin, OWN).status == "connected"
        assert inventory.collect(ctx) == "1 of 1 account regions whole."
    with ctx.begin() as db:
        changes = [row.data.get("what") for row in records.audit_rows(db, admin.organisation_id)]
    assert changes.count("paused") == 1
    with pytest.raises(NotFound):
        connections.pause(ctx, admin, "999999999999")


def test_bills_are_fresh_when_the_export_was_looked_at_lately(ctx: Context, admin: User) -> None:
    with mock_aws():
        assert add_own(ctx, admin, export=EXPORT).bills is not None
    assert bills(ctx, admin) == (Outcome.NEVER, False)
    settle(ctx, admin, "s3://bills/focus/daily")
    assert bills(ctx, admin) == (Outcome.COMPLETE, False)
    with ctx.begin() as db:
        db.execute(text("insert into clock_shift (shift) values (interval '3 hours')"))
    assert bills(ctx, admin) == (Outcome.COMPLETE, True)
    with ctx.begin() as db:
        jobs.know(db, ["ingest-bills"], ctx.now())
        jobs.start(db, "ingest-bills", 1, ctx.now())
        jobs.end(db, "ingest-bills", 1, ctx.now(), succeeded=True, outcome="", due_at=ctx.now())
    assert bills(ctx, admin) == (Outcome.COMPLETE, False)
    fail(ctx, admin, "s3://bills/focus/daily")
    assert bills(ctx, admin) == (Outcome.PARTIAL, False)
    (connection,) = connections.accounts(ctx, admin)
    assert connection.bills is not None
    assert connection.bills.detail == "Nov 2026: a file is broken"


def bills(ctx: Context, user: User) -> tuple[Outcome, bool]:
    (connection,) = connections.accounts(ctx, user)
    assert connection.bills is not None
    return connection.bills.outcome, connection.bills.stale


def a_load(ctx: Context, user: User, source: str) -> loads.Load:
    at = ctx.now()
    return loads.Load(
        uuid4(), user.organisation_id, source, at.date().replace(month=11, year=2026, day=1), "v", at
    )


def settle(ctx: Context, user: User, source: str) -> None:
    load = a_load(ctx, user, source)
    with ctx.begin() as db:
        loads.intend(db, [load])
        loads.settle(db, load.id, 1, load.started_at)


def fail(ctx: Context, user: User, source: str) -> None:
    load = a_load(ctx, user, source)
    with ctx.begin() as db:
        loads.intend(db, [load])
        loads.fail(db, [load.id], "a file is broken", load.started_at)


def test_progress_is_told_while_a_job_runs(ctx: Context, admin: User, viewer: User) -> None:
    connections.collect_now(ctx, admin)
    with ctx.begin() as db:
        jobs.start(db, "collect-inventory", 1, ctx.now())
        jobs.say(db, "collect-inventory", 1, "1 of 6 account regions")
    told = {progress.job: progress for progress in connections.progress(ctx, viewer)}
    assert told["collect-inventory"].text == "1 of 6 account regions"
    assert told["collect-metrics"].requested_at is not None
    another_organisation(ctx)
    told = {progress.job: progress for progress in connections.progress(ctx, viewer)}
    assert told["collect-inventory"].text == ""


def test_a_user_of_one_account_sees_only_its_connection(
    ctx: Context, admin: User, person: Callable[..., User]
) -> None:
    with mock_aws():
        add_own(ctx, admin)
    assert connections.accounts(ctx, person(Role.VIEWER, accounts=frozenset({OTHER}))) == ()
    assert len(connections.accounts(ctx, person(Role.VIEWER, accounts=frozenset({OWN})))) == 1


def test_connecting_is_for_admins(ctx: Context, operator: User) -> None:
    for ask in (
        lambda: connections.offer(ctx, operator),
        lambda: connections.test(ctx, operator, OWN, None, "", REGIONS),
        lambda: add_own(ctx, operator),
        lambda: connections.pause(ctx, operator, OWN),
        lambda: connections.resume(ctx, operator, OWN),
        lambda: connections.collect_now(ctx, operator),
        lambda: connections.set_export(ctx, operator, OWN, EXPORT),
    ):
        with pytest.raises(Forbidden):
            ask()
    nobody = replace(operator, roles=frozenset())
    with pytest.raises(Forbidden):
        connections.accounts(ctx, nobody)
    with pytest.raises(Forbidden):
        connections.progress(ctx, nobody)
