"""Bill lines written as FOCUS 1.2, and read again."""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pyarrow.parquet as pq
import pytest
from sqlalchemy import insert

from core.access.roles import Role, User
from core.costs.filters import parse_all
from core.costs.focus import COSTS
from core.costs.scope import EVER, Scope
from core.errors import Forbidden, Invalid
from services.context import Context
from services.db.tables.access import organisations
from services.usecases import focus_export, ingest
from services.usecases.focus_export import FocusFormat, focus_lines
from services.warehouse.columns import LINES, PARTITION
from tests.bills import DATA, FOCUS_SAMPLE, MYBINDER, a_bill, a_line
from tests.reports import LEGACY_SAMPLE, a_row, cur2_parquet

ALL = Scope(EVER)
SPECIFIED = set(json.loads((DATA / "focus_headers.json").read_text())["FOCUS 1.2"].split())
COMPARED = [column.name for column in LINES if column.name not in PARTITION] + ["billing_month"]


@pytest.fixture
def elsewhere(ctx: Context) -> UUID:
    """Another organisation: one month of a bill is taken in once in each."""
    identity = uuid4()
    with ctx.begin() as db:
        db.execute(insert(organisations).values(id=identity, name="Elsewhere", created_at=datetime.now(UTC)))
    return identity


def rows_of(ctx: Context, organisation_id: UUID) -> list[str]:
    pinned = ctx.warehouse.pin(organisation_id)
    lines = pinned.tables.lines
    lines = lines.select(**{name: lines[name].cast("string") for name in COMPARED})
    return sorted(repr(row) for row in pinned.run(pinned.compiled(lines)))


def totals_of(ctx: Context, organisation_id: UUID) -> Counter[tuple[object, ...]]:
    pinned = ctx.warehouse.pin(organisation_id)
    lines = pinned.tables.lines
    sums = lines.group_by("billing_month", "BillingCurrency").agg(
        **{cost: lines[cost].sum() for cost in COSTS}
    )
    return Counter(pinned.run(pinned.compiled(sums)))


def odd(folder: Path) -> Path:
    """A bill with columns that nobody expected, texts that begin as formulas do, tags of all kinds and fractions of seconds."""
    return a_bill(
        folder / "odd.csv",
        [
            a_line(ResourceId="=1+1", ChargeDescription='a, "b"\nc', Tags='{"k": null, "": "x"}', Team="red"),
            a_line(cost="-0.00000000000000000001", Tags="{}", HostProviderName="AWS", x_Discounts='{"a": 1}'),
            a_line(cost="123456789012345678.12345678901234567890", Tags="", BillingCurrency="EUR"),
            a_line(ChargePeriodStart="2026-03-05T00:00:00.25Z"),
        ],
    )


BILLS: dict[str, Callable[[Path], Path]] = {
    "focus": lambda _: FOCUS_SAMPLE,
    "cur": lambda _: LEGACY_SAMPLE,
    "mybinder": lambda _: MYBINDER,
    "odd": odd,
    "split": lambda folder: cur2_parquet(
        folder / "split",
        [
            a_row("Usage", "1.25"),
            a_row("Usage", "0", split_line_item_split_cost=0.5, split_line_item_unused_cost=0.25),
        ],
    ),
}


@pytest.mark.parametrize(
    ("bill", "wanted"),
    [*((bill, FocusFormat.CSV_GZ) for bill in BILLS), ("odd", FocusFormat.CSV), ("odd", FocusFormat.PARQUET)],
)
def test_what_was_exported_is_taken_in_as_the_same_rows_to_the_last_digit(
    ctx: Context, admin: User, elsewhere: UUID, data_dir: Path, bill: str, wanted: FocusFormat
) -> None:
    ingest.files(ctx, admin.organisation_id, [BILLS[bill](data_dir)])
    to = data_dir / f"export.{wanted}"
    count = focus_lines(ctx, admin, ALL, to)
    before = rows_of(ctx, admin.organisation_id)
    assert count == len(before) > 0
    reports = ingest.files(ctx, elsewhere, [to], source="again")
    assert {report.unknown_columns for report in reports} == {()}
    assert rows_of(ctx, elsewhere) == before
    assert totals_of(ctx, elsewhere) == totals_of(ctx, admin.organisation_id)


def test_the_columns_are_those_of_the_specification_and_ours_after_them(
    ctx: Context, admin: User, data_dir: Path
) -> None:
    ingest.files(ctx, admin.organisation_id, [odd(data_dir)])
    focus_lines(ctx, admin, ALL, data_dir / "bill.csv.gz")
    with gzip.open(data_dir / "bill.csv.gz", "rt", newline="") as file:
        header, *_ = lines = list(csv.reader(file))
    spec, ours = header[: len(SPECIFIED)], header[len(SPECIFIED) :]
    assert set(spec) == SPECIFIED
    assert all(name.startswith("x_") for name in ours)
    costs = {line[header.index("BilledCost")] for line in lines[1:]}
    assert costs == {"1", "-0.00000000000000000001", "123456789012345678.1234567890123456789"}
    assert {line[header.index("ChargePeriodStart")] for line in lines[1:]} == {
        "2026-03-05T00:00:00Z",
        "2026-03-05T00:00:00.250000Z",
    }
    focus_lines(ctx, admin, ALL, data_dir / "bill.parquet")
    assert pq.read_schema(data_dir / "bill.parquet").names == header


def test_only_what_is_asked_for_and_seen_is_written(
    ctx: Context, person: Callable[..., User], data_dir: Path
) -> None:
    admin = person(Role.ADMIN)
    lines = [a_line(SubAccountId=account, RegionId=region) for account in "123" for region in ("a", "b")]
    ingest.files(ctx, admin.organisation_id, [a_bill(data_dir / "bill.csv", lines)])
    one = person(Role.VIEWER, organisation=admin.organisation_id, accounts=frozenset({"2"}))
    scope = replace(ALL, filters=parse_all(["region=a"]))
    assert focus_lines(ctx, admin, scope, data_dir / "out.parquet") == 3
    assert focus_lines(ctx, one, scope, data_dir / "out.parquet") == 1
    assert pq.read_table(data_dir / "out.parquet").column("SubAccountId").to_pylist() == ["2"]


def test_an_empty_bill_is_a_file_with_a_header(ctx: Context, viewer: User, data_dir: Path) -> None:
    assert focus_lines(ctx, viewer, ALL, data_dir / "none.csv") == 0
    assert "BilledCost" in (data_dir / "none.csv").read_text()


def test_where_no_file_can_be_written_is_said_and_nothing_is_left(
    ctx: Context, viewer: User, data_dir: Path
) -> None:
    with pytest.raises(Invalid, match="No file can be written"):
        focus_lines(ctx, viewer, ALL, data_dir / "nowhere" / "bill.csv")
    with pytest.raises(Invalid, match="which kind of file"):
        focus_lines(ctx, viewer, ALL, data_dir / "bill.txt")
    assert not list(data_dir.glob("*bill*"))


def test_one_without_the_permission_is_refused(
    ctx: Context, person: Callable[..., User], data_dir: Path
) -> None:
    with pytest.raises(Forbidden):
        focus_lines(ctx, person(), ALL, data_dir / "bill.csv")
    with pytest.raises(Forbidden):
        focus_export.for_sending(ctx, person(), ALL, FocusFormat.CSV)
