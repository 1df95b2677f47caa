"""An export is read by its manifests, whole and unchanged, or not at all."""

import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import boto3
import pytest
from botocore.client import BaseClient
from botocore.response import StreamingBody
from botocore.stub import Stubber
from moto import mock_aws
from sqlalchemy import insert, select

from core.access.roles import User
from core.costs.load import Outcome
from core.costs.scope import CostType, Scope
from core.errors import Invalid, NotFound, Unavailable
from core.inventory import Account, ExportLocation
from core.periods import Period
from core.ports import ExportedMonth
from services.adapters.aws.billing_export import S3BillingExport
from services.adapters.aws.session import Sessions
from services.context import Context
from services.db.tables.cloud import accounts
from services.db.tables.loads import loads
from services.settings import Settings
from services.usecases import costs, ingest
from tests.bills import a_bill, a_line

BUCKET = "bills"
LOCATION = ExportLocation(bucket=BUCKET, prefix="pre/fix", name="focus", region="us-east-1")
ACCOUNT = Account(
    id="111111111111",
    organisation_id=UUID(int=1),
    name="payer",
    external_id="x",
    regions=("us-east-1",),
    export=LOCATION,
)
FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)
YEAR = Scope(Period(date(2026, 1, 1), date(2027, 1, 1)), cost=CostType.BILLED)


@pytest.fixture
def bucket() -> Iterator[BaseClient]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield client


@pytest.fixture
def export(tmp_path: Path) -> S3BillingExport:
    return S3BillingExport(Sessions(Settings(_env_file=None)), tmp_path / "cache")


def deliver(bucket: BaseClient, month: date, *bodies: bytes, manifest: object = None) -> None:
    """What AWS does: the data, then the manifest."""
    partition = f"BILLING_PERIOD={month:%Y-%m}"
    keys = [f"pre/fix/focus/data/{partition}/focus-{number:05}.csv" for number in range(len(bodies))]
    for key, body in zip(keys, bodies, strict=True):
        bucket.put_object(Bucket=BUCKET, Key=key, Body=body)
    content = {"dataFiles": [f"s3://{BUCKET}/{key}" for key in keys]} if manifest is None else manifest
    bucket.put_object(
        Bucket=BUCKET,
        Key=f"pre/fix/focus/metadata/{partition}/focus-Manifest.json",
        Body=json.dumps(content).encode(),
    )


def read(
    export: S3BillingExport, known: dict[date, str] | None = None
) -> list[tuple[ExportedMonth, list[bytes]]]:
    return [
        (month, [path.read_bytes() for path in month.files])
        for month in export.new_since(ACCOUNT, known or {})
    ]


def test_months_come_oldest_first_with_the_files_of_their_manifest(
    bucket: BaseClient, export: S3BillingExport
) -> None:
    deliver(bucket, MARCH, b"three", b"four")
    deliver(bucket, FEBRUARY, b"two")
    bucket.put_object(
        Bucket=BUCKET, Key="pre/fix/focus/data/BILLING_PERIOD=2026-02/stray.csv", Body=b"not listed"
    )
    assert [(month.month, files) for month, files in read(export)] == [
        (FEBRUARY, [b"two"]),
        (MARCH, [b"three", b"four"]),
    ]


def test_a_month_whose_manifest_is_known_is_not_downloaded(
    bucket: BaseClient, export: S3BillingExport
) -> None:
    deliver(bucket, FEBRUARY, b"two")
    deliver(bucket, MARCH, b"three")
    known = {month.month: month.etag for month, _ in read(export)}
    assert read(export, known) == []
    deliver(bucket, MARCH, b"three", b"and more")
    assert [month.month for month, _ in read(export, known)] == [MARCH]


def test_downloads_go_once_their_month_is_done(
    bucket: BaseClient, export: S3BillingExport, tmp_path: Path
) -> None:
    deliver(bucket, MARCH, b"three")
    assert read(export)
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_a_legacy_manifest_names_its_files_by_key(bucket: BaseClient, export: S3BillingExport) -> None:
    bucket.put_object(Bucket=BUCKET, Key="elsewhere/report.csv", Body=b"legacy")
    deliver(bucket, MARCH, manifest={"reportKeys": ["elsewhere/report.csv"]})
    assert read(export)[0][1] == [b"legacy"]


@pytest.mark.usefixtures("connected")
def test_files_with_other_rows_than_the_manifest_promises_are_refused(
    ctx: Context, bucket: BaseClient, tmp_path: Path
) -> None:
    deliver(bucket, MARCH, bill(tmp_path / "b.csv", a_line()))
    listed = "pre/fix/focus/data/BILLING_PERIOD=2026-03/focus-00000.csv"
    deliver(bucket, MARCH, manifest={"dataFiles": [f"s3://bills/{listed}"], "rows": 2})
    with pytest.raises(Invalid, match="promises 2 rows, its files have 1"):
        ingest.bills(ctx)


def test_an_export_that_delivered_nothing_says_so(bucket: BaseClient, export: S3BillingExport) -> None:
    assert bucket is not None
    with pytest.raises(Unavailable, match="no manifest below s3://bills/pre/fix/focus/metadata/"):
        read(export)


@pytest.mark.parametrize(
    "manifest", [{}, [], {"dataFiles": "all"}, {"dataFiles": [1]}, {"dataFiles": ["s3://other/x"]}]
)
def test_a_manifest_that_cannot_be_followed_is_refused(
    bucket: BaseClient, export: S3BillingExport, manifest: object
) -> None:
    deliver(bucket, MARCH, manifest=manifest)
    with pytest.raises(Invalid, match="manifest s3://bills/"):
        read(export)


def test_a_month_with_a_missing_file_keeps_no_other_back(bucket: BaseClient, export: S3BillingExport) -> None:
    deliver(bucket, FEBRUARY, manifest={"dataFiles": ["s3://bills/gone.csv"]})
    deliver(bucket, MARCH, b"three")
    months = export.new_since(ACCOUNT, {})
    assert next(months).month == MARCH
    with pytest.raises(NotFound):
        next(months)


def answered(body: bytes, *, promised: int | None = None, etag: str | None = None) -> dict[str, object]:
    length = len(body) if promised is None else promised
    return {
        "Body": StreamingBody(io.BytesIO(body), length),
        "ContentLength": length,
        "ETag": f'"{etag or hashlib.md5(body, usedforsecurity=False).hexdigest()}"',
    }


@pytest.fixture
def stubbed(export: S3BillingExport) -> Iterator[Stubber]:
    """AWS's answers, one after another."""
    with mock_aws(), Stubber(export._sessions.client(ACCOUNT, "s3", "us-east-1")) as stub:
        key = "pre/fix/focus/metadata/BILLING_PERIOD=2026-03/focus-Manifest.json"
        stub.add_response("list_objects_v2", {"Contents": [{"Key": key, "ETag": '"m"'}]})
        stub.add_response(
            "get_object", answered(json.dumps({"dataFiles": ["s3://bills/a"]}).encode(), etag="m")
        )
        yield stub


def test_a_body_that_broke_off_is_fetched_again(export: S3BillingExport, stubbed: Stubber) -> None:
    stubbed.add_response("get_object", answered(b"hal", promised=4, etag="a"))
    stubbed.add_response("get_object", answered(b"half", etag="a"))
    stubbed.add_response("head_object", {"ETag": '"m"'})
    stubbed.add_response("head_object", {"ETag": '"a"'})
    assert [files for _, files in read(export)] == [[b"half"]]


def test_a_body_that_keeps_breaking_off_is_given_up(export: S3BillingExport, stubbed: Stubber) -> None:
    for _ in range(3):
        stubbed.add_response("get_object", answered(b"hal", promised=4))
    with pytest.raises(Unavailable, match="broke off 3 times"):
        read(export)


def test_a_file_that_changed_while_it_was_read_is_not_used(export: S3BillingExport, stubbed: Stubber) -> None:
    stubbed.add_response("get_object", answered(b"half", etag="a"))
    stubbed.add_response("head_object", {"ETag": '"m"'})
    stubbed.add_response("head_object", {"ETag": '"b"'})
    with pytest.raises(Unavailable, match="changed while 2026-03 was being read"):
        read(export)


@pytest.fixture
def connected(ctx: Context, organisation_id: UUID) -> None:
    """The payer's account, with its export, in our records."""
    with ctx.begin() as db:
        db.execute(
            insert(accounts).values(
                organisation_id=organisation_id,
                id=ACCOUNT.id,
                name="payer",
                external_id="x",
                regions=["us-east-1"],
                export=LOCATION.__dict__,
                status="connected",
                created_at=datetime.now(UTC),
            )
        )


def bill(path: Path, *lines: dict[str, str]) -> bytes:
    return a_bill(path, lines).read_bytes()


@pytest.mark.usefixtures("connected")
def test_the_job_loads_what_changed_and_nothing_else(
    ctx: Context, bucket: BaseClient, viewer: User, tmp_path: Path
) -> None:
    scratch = tmp_path / "b.csv"
    deliver(bucket, FEBRUARY, bill(scratch, a_line(day="2026-02-05")))
    deliver(bucket, MARCH, bill(scratch, a_line()), bill(scratch, a_line(cost="2")))
    assert [(report.source, report.rows, report.outcome) for report in ingest.bills(ctx)] == [
        ("s3://bills/pre/fix/focus", 1, Outcome.LOADED),
        ("s3://bills/pre/fix/focus", 2, Outcome.LOADED),
    ]
    assert ingest.bills(ctx) == ()
    deliver(bucket, MARCH, bill(scratch, a_line(cost="7")))
    assert [(report.month, report.outcome) for report in ingest.bills(ctx)] == [(MARCH, Outcome.REPLACED)]
    assert costs.table(ctx, viewer, YEAR, ()).total == 8


@pytest.mark.usefixtures("connected")
def test_a_bad_month_is_written_down_and_keeps_no_other_back(
    ctx: Context, bucket: BaseClient, viewer: User, tmp_path: Path
) -> None:
    scratch = tmp_path / "b.csv"
    deliver(bucket, FEBRUARY, bill(scratch, a_line(day="2026-02-05", cost="x")))
    deliver(bucket, MARCH, bill(scratch, a_line()))
    with pytest.raises(Invalid, match="row 2"):
        ingest.bills(ctx)
    assert costs.table(ctx, viewer, YEAR, ()).total == 1
    with ctx.begin() as db:
        found = db.execute(
            select(loads.c.month, loads.c.state, loads.c.message).order_by(loads.c.month)
        ).all()
    assert [(row.month, row.state) for row in found] == [(FEBRUARY, "failed"), (MARCH, "settled")]
    assert "row 2" in found[0].message


@pytest.mark.usefixtures("connected")
def test_files_of_another_month_than_the_manifest_says_are_refused(
    ctx: Context, bucket: BaseClient, tmp_path: Path
) -> None:
    deliver(bucket, FEBRUARY, bill(tmp_path / "b.csv", a_line(day="2026-03-05")))
    with pytest.raises(Invalid, match="manifest of 2026-02 lists files with lines of 2026-03"):
        ingest.bills(ctx)
