"""One resource on the bill, for people's programs."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from fastapi.testclient import TestClient

from core.access.roles import Role, User
from services.context import Context
from services.usecases import ingest
from tests.bills import a_bill, a_line

Headers = Callable[[User], dict[str, str]]
DAYS = {"from": "2026-03-01", "to": "2026-03-03", "resource": "arn:aws:rds:eu-west-1:1:db/x"}
MINE = {"ResourceId": DAYS["resource"]}
LINES = [
    a_line(day="2026-03-01", cost="2", SkuMeter="Hours", ConsumedQuantity="20", **MINE)
    | {"CommitmentDiscountId": "sp-1", "CommitmentDiscountStatus": "Used"},
    a_line(day="2026-03-01", cost="1", SkuMeter="Storage", ConsumedUnit="GB", **MINE),
    a_line(day="2026-03-03", cost="3.000000000001", SkuMeter="Hours", Tags="", **MINE),
    a_line(day="2026-03-03", cost="70", ResourceId="i-2"),
]


def test_a_resource_is_told_by_day_and_sku_with_its_hours_tags_and_commitments(
    client: TestClient,
    ctx: Context,
    organisation_id: UUID,
    viewer: User,
    person: Callable[..., User],
    bearer: Headers,
    tmp_path: Path,
) -> None:
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "bill.csv", LINES)])
    body = client.get("/costs/resource", params=DAYS | {"cost": "effective"}, headers=bearer(viewer)).json()
    assert (body["resource"], body["currency"], body["total"]) == (
        DAYS["resource"],
        "USD",
        "6.000000000001",
    )
    assert body["days"] == ["2026-03-01", "2026-03-02", "2026-03-03"]
    assert {each["sku"]: (each["cost"], each["over_time"]) for each in body["skus"]} == {
        "Hours": ("5.000000000001", ["2", "0", "3.000000000001"]),
        "Storage": ("1", ["1", "0", "0"]),
    }
    assert body["hours"] == ["20", None, "1"]
    assert body["tags"] == [
        {"first": "2026-03-03", "last": "2026-03-03", "tags": None},
        {"first": "2026-03-01", "last": "2026-03-01", "tags": {"team": "checkout"}},
    ]
    [plan] = body["commitments"]
    assert (plan["id"], plan["effective"], plan["hours"]) == ("sp-1", "2", "20")
    assert body["uncovered"] == "4.000000000001"
    stranger = person(Role.VIEWER, accounts=frozenset({"999999999999"}))
    hidden = client.get("/costs/resource", params=DAYS, headers=bearer(stranger)).json()
    assert (hidden["total"], hidden["skus"], hidden["tags"]) == ("0", [], [])
    for wrong in ({"from": ""}, {"month": "2026-03"}, {"resource": ""}):
        assert client.get("/costs/resource", params=DAYS | wrong, headers=bearer(viewer)).status_code == 422
