"""Reconciling, FOCUS files and saved views by API."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

from fastapi.testclient import TestClient

from core.access.roles import Role, User
from services.context import Context
from services.usecases import ingest
from tests.bills import a_bill, a_line

Headers = Callable[[User], dict[str, str]]


def test_an_invoice_typed_in_is_compared_and_the_difference_told(
    client: TestClient, ctx: Context, finance: User, bearer: Headers, data_dir: Path
) -> None:
    bill = a_bill(data_dir / "bill.csv", [a_line(cost="100.2"), a_line(cost="3", ChargeCategory="Tax")])
    ingest.files(ctx, finance.organisation_id, [bill])
    asked = {"month": "2026-03", "amount": "100", "payer": "AWS:111111111111"}
    kept = client.post("/reconcile/invoices", json=asked, headers=bearer(finance)).json()
    (row, files) = client.get("/reconcile", params={"month": "2026-03"}, headers=bearer(finance)).json()[
        "rows"
    ]
    assert row["statement"]["id"] == kept["id"]
    assert (row["ours"], row["residual"], row["unexplained"]) == ("103.2", "3.2", "0.2")
    assert [(part["what"], part["amount"], part["sure"]) for part in row["parts"]] == [("tax", "3", False)]
    assert row["said"] == "off by $3.20: $3.00 tax left out of theirs, $0.20 unexplained"
    assert (files["state"], files["statement"]["rows"], files["rows"]) == ("ties to the last digit", 2, 2)
    gone = client.delete(f"/reconcile/invoices/{kept['id']}", headers=bearer(finance))
    assert gone.status_code == 204
    assert len(client.get("/reconcile", headers=bearer(finance)).json()["rows"]) == 1


def test_an_amount_that_is_none_is_refused(client: TestClient, finance: User, bearer: Headers) -> None:
    for given in ({"amount": "1e30"}, {"amount": "NaN"}, {"amount": "1", "month": "2026-13"}):
        body = {"month": "2026-03"} | given
        assert client.post("/reconcile/invoices", json=body, headers=bearer(finance)).status_code == 422


def test_lines_come_as_a_focus_file_and_leave_none_behind(
    client: TestClient, ctx: Context, viewer: User, bearer: Headers, data_dir: Path
) -> None:
    lines = [a_line(day=day) for day in ("2026-02-05", "2026-03-05", "2026-03-06")]
    ingest.files(ctx, viewer.organisation_id, [a_bill(data_dir / "bill.csv", lines)])
    answer = client.get("/costs/focus", params={"month": "2026-03", "format": "csv"}, headers=bearer(viewer))
    assert answer.status_code == 200
    assert 'filename="focus-1.2-2026-03.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["BilledCost"] for row in rows] == ["1", "1"]
    assert not list((ctx.warehouse.directory / "exports").iterdir())
    assert client.get("/costs/focus", params={"format": "xls"}, headers=bearer(viewer)).status_code == 422


def test_a_view_is_kept_shared_renamed_deleted_and_brought_back(
    client: TestClient, person: Callable[..., User], bearer: Headers
) -> None:
    mine, other = person(Role.VIEWER), person(Role.VIEWER)
    body = {"name": "EC2", "page": "costs", "query": "by=service&service=Amazon+EC2&tag=team%3Dweb"}
    kept = client.post("/views", json=body, headers=bearer(mine)).json()
    assert kept["link"] == "/costs?" + body["query"]
    assert client.get("/views", headers=bearer(other)).json()["views"] == []
    path = f"/views/{kept['id']}"
    changed = client.patch(path, json={"name": "Machines", "shared": True}, headers=bearer(mine)).json()
    assert (changed["name"], changed["shared"]) == ("Machines", True)
    (seen,) = client.get("/views", params={"page": "costs"}, headers=bearer(other)).json()["views"]
    assert (seen["name"], seen["yours"]) == ("Machines", False)
    assert client.delete(path, headers=bearer(other)).status_code == 403
    assert client.delete(path, headers=bearer(mine)).status_code == 200
    assert client.get("/views", headers=bearer(mine)).json()["views"] == []
    assert client.post(f"{path}/restore", headers=bearer(mine)).json()["name"] == "Machines"


def test_a_view_leads_nowhere_else(client: TestClient, viewer: User, bearer: Headers) -> None:
    for page in ("//evil.example", "https:", "../x", "Costs"):
        body = {"name": "x", "page": page}
        assert client.post("/views", json=body, headers=bearer(viewer)).status_code == 422
