"""A bill counts once, whichever way it came in."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import boto3
import pytest
from moto import mock_aws
from sqlalchemy import insert, select

from core.access.roles import User
from core.costs.load import Outcome
from core.costs.scope import CostType, Scope
from core.errors import Invalid
from core.periods import Period
from services.context import Context
from services.db.stores import loads
from services.db.tables.access import organisations
from services.db.tables.cloud import accounts
from services.db.tables.loads import loads as load_table
from services.usecases import costs, ingest
from tests.bills import a_bill, a_line

YEAR = Scope(Period(date(2026, 1, 1), date(2027, 1, 1)), cost=CostType.BILLED)
FILE, EXPORT = "AWS:111111111111", "s3://bills/focus"
Deliver = Callable[..., None]


def year(ctx: Context, user: User) -> Decimal:
    return costs.table(ctx, user, YEAR, ()).total


@pytest.fixture
def deliver(ctx: Context, organisation_id: UUID, tmp_path: Path) -> Iterator[Deliver]:
    """A payer's account with its export; answers how AWS delivers a month of it."""
    export = {"bucket": "bills", "prefix": "", "name": "focus", "region": "us-east-1"}
    row = {"name": "payer", "external_id": "x", "regions": ["us-east-1"], "status": "connected"}
    at = datetime.now(UTC)
    with ctx.begin() as db:
        db.execute(
            insert(accounts).values(
                organisation_id=organisation_id, id="111111111111", export=export, created_at=at, **row
            )
        )

    def put(month: str, **columns: str) -> None:
        body = a_bill(tmp_path / "export.csv", [a_line(day=f"{month}-05", **columns)]).read_bytes()
        key, place = f"focus/data/{month}.csv", f"focus/metadata/BILLING_PERIOD={month}"
        manifest = json.dumps({"dataFiles": [f"s3://bills/{key}"]})
        client = boto3.client("s3", region_name="us-east-1")
        client.put_object(Bucket="bills", Key=key, Body=body)
        client.put_object(Bucket="bills", Key=f"{place}/focus-Manifest.json", Body=manifest.encode())

    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="bills")
        yield put


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    """March of the payer, as a file."""
    return a_bill(tmp_path / "march.csv", [a_line()])


def test_the_same_file_under_another_source_is_refused(
    ctx: Context, organisation_id: UUID, viewer: User, bill: Path
) -> None:
    ingest.files(ctx, organisation_id, [bill])
    with pytest.raises(Invalid, match=r"AWS:111111111111 already has .* for 2026-03; from copy") as refused:
        ingest.files(ctx, organisation_id, [bill], source="copy")
    assert "--source AWS:111111111111 " in (refused.value.mend or "")
    assert year(ctx, viewer) == 1
    with ctx.begin() as db:
        assert db.execute(select(load_table.c.source, load_table.c.state)).all() == [(FILE, "settled")]


def test_an_exports_month_that_a_file_brought_fails_and_keeps_no_other_back(
    ctx: Context, organisation_id: UUID, viewer: User, bill: Path, deliver: Deliver
) -> None:
    ingest.files(ctx, organisation_id, [bill])
    for month in ("2026-02", "2026-03", "2026-04"):
        deliver(month, cost="10")
    with pytest.raises(Invalid, match=f"The source {FILE} already has .* for 2026-03; from {EXPORT}"):
        ingest.bills(ctx)
    assert year(ctx, viewer) == 21
    with ctx.begin() as db:
        (failed,) = loads.failing(db, organisation_id)
    assert (failed.source, failed.month) == (EXPORT, date(2026, 3, 1))
    assert FILE in failed.message


def test_a_file_of_a_month_that_an_export_brought_is_refused_unless_it_replaces_it(
    ctx: Context, organisation_id: UUID, viewer: User, bill: Path, deliver: Deliver
) -> None:
    deliver("2026-03", cost="10")
    ingest.bills(ctx)
    with pytest.raises(Invalid, match=f"The source {EXPORT} already has .* of {FILE} for 2026-03"):
        ingest.files(ctx, organisation_id, [bill])
    assert year(ctx, viewer) == 10
    (report,) = ingest.files(ctx, organisation_id, [bill], source=EXPORT, replace=True)
    assert report.outcome is Outcome.REPLACED
    assert year(ctx, viewer) == 1


def test_one_bill_too_many_keeps_the_whole_file_out(
    ctx: Context, organisation_id: UUID, viewer: User, bill: Path, tmp_path: Path
) -> None:
    ingest.files(ctx, organisation_id, [bill])
    both = a_bill(tmp_path / "both.csv", [a_line(), a_line(BillingAccountId="999")])
    with pytest.raises(Invalid, match=r"the bill of AWS:111111111111 for"):
        ingest.files(ctx, organisation_id, [both], source="all")
    assert year(ctx, viewer) == 1


def test_another_account_month_or_provider_is_another_bill(
    ctx: Context, organisation_id: UUID, viewer: User, bill: Path, tmp_path: Path
) -> None:
    ingest.files(ctx, organisation_id, [bill])
    others = [
        a_line(day="2026-04-05"),
        a_line(BillingAccountId="999", day="2026-03-06"),
        a_line(ProviderName="Microsoft"),
    ]
    for number, line in enumerate(others):
        ingest.files(ctx, organisation_id, [a_bill(tmp_path / f"{number}.csv", [line])], source=f"s{number}")
    assert year(ctx, viewer) == 4


def test_the_same_source_replaces_its_bill_time_and_again(
    ctx: Context, organisation_id: UUID, viewer: User, bill: Path, tmp_path: Path
) -> None:
    ingest.files(ctx, organisation_id, [bill], source="mine")
    for cost in ("2", "3"):
        newer = a_bill(tmp_path / "newer.csv", [a_line(cost=cost)])
        (report,) = ingest.files(ctx, organisation_id, [newer], source="mine")
        assert report.outcome is Outcome.REPLACED
    assert year(ctx, viewer) == 3


def test_a_bill_that_another_source_no_longer_holds_may_come_from_elsewhere(
    ctx: Context, organisation_id: UUID, viewer: User, bill: Path, tmp_path: Path
) -> None:
    ingest.files(ctx, organisation_id, [bill], source="mine")
    ingest.files(
        ctx, organisation_id, [a_bill(tmp_path / "b.csv", [a_line(BillingAccountId="999")])], source="mine"
    )
    ingest.files(ctx, organisation_id, [bill])
    assert year(ctx, viewer) == 2


def test_another_organisation_may_have_the_same_bill(
    ctx: Context, organisation_id: UUID, viewer: User, bill: Path
) -> None:
    other = uuid4()
    with ctx.begin() as db:
        db.execute(insert(organisations).values(id=other, name="Other", created_at=datetime.now(UTC)))
    ingest.files(ctx, other, [bill])
    ingest.files(ctx, organisation_id, [bill], source="copy")
    assert year(ctx, viewer) == 1


def test_a_bill_that_is_just_being_loaded_is_refused_too(
    ctx: Context, organisation_id: UUID, bill: Path
) -> None:
    under_way = loads.Load(uuid4(), organisation_id, "other", date(2026, 3, 1), "v", datetime.now(UTC))
    with ctx.begin() as db:
        loads.intend(db, [replace(under_way, payers=[FILE])])
    with (
        ctx.warehouse.catalog.owning([under_way.id]),
        pytest.raises(Invalid, match="other is just being loaded with"),
    ):
        ingest.files(ctx, organisation_id, [bill])
    ingest.files(ctx, organisation_id, [bill])
