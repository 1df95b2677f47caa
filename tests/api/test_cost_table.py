"""Costs as a file for people's programs: every digit, and no cell that a spreadsheet would run."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pyarrow.parquet as pq
from fastapi.testclient import TestClient

from core.access.roles import User
from services.context import Context
from services.usecases import ingest
from tests.bills import a_bill, a_line

LINES = [
    a_line(cost="6.00000000000000000001"),
    a_line(cost="2", ServiceName="=1+1"),
    a_line(cost="1", ServiceName="", day="2026-03-06"),
    a_line(cost="0.5", ServiceName="AWS Lambda"),
]


def test_costs_are_saved_as_each_kind_of_file(
    client: TestClient,
    ctx: Context,
    organisation_id: UUID,
    viewer: User,
    bearer: Callable[[User], dict[str, str]],
    tmp_path: Path,
) -> None:
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "bill.csv", LINES)])

    def ask(**asked: object) -> bytes:
        answer = client.get("/costs/table", params=asked, headers=bearer(viewer))  # type: ignore[arg-type]
        assert answer.status_code == 200, answer.text
        kind = asked.get("format", "csv")
        assert answer.headers["content-disposition"] == f'attachment; filename="costs.{kind}"'
        return answer.content

    header, *rows = csv.reader(io.StringIO(ask(by="service", top=2).decode("utf-8-sig")))
    assert header == ["service", "billed cost, USD", "share, %", "values in it, where it is all others"]
    assert [row[:2] for row in rows] == [
        ["Amazon Elastic Compute Cloud", "6.00000000000000000001"],
        ["'=1+1", "2"],
        ["", "1.5"],
    ]
    assert [row[3] for row in rows] == ["", "", "2"]
    table = pq.read_table(io.BytesIO(ask(by="service", granularity="day", month="2026-03", format="parquet")))
    assert str(table.schema.field("billed cost, USD").type) == "decimal128(38, 20)"
    assert sum(table.column("billed cost, USD").to_pylist()) == Decimal("9.50000000000000000001")
    named = {(str(each["from"]), each["service"]): each["billed cost, USD"] for each in table.to_pylist()}
    assert (named["2026-03-05", "=1+1"], named["2026-03-06", "=1+1"], named["2026-03-06", None]) == (2, 0, 1)
    (empty,) = csv.reader(io.StringIO(ask(by="service", month="2001-01").decode("utf-8-sig")))
    assert empty[0] == "service"
    assert ask(format="xlsx").startswith(b"PK")
    for wrong in ({"format": "xls"}, {"by": "colour"}):
        assert client.get("/costs/table", params=wrong, headers=bearer(viewer)).status_code == 422
