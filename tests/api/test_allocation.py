"""Allocating over the API."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient

from core.access.roles import User
from tests.bills import Billed, a_line

Headers = Callable[[User], dict[str, str]]
MARCH = {"from": "2026-03-01", "to": "2026-03-31"}
TEAM = {
    "name": "Team",
    "effective_from": "2026-03-01",
    "rules": [{"filters": ["service=AWS Lambda"], "value": "platform"}, {"of": "tag:team"}],
}
TAX = {
    "tag": "Team",
    "name": "Tax",
    "effective_from": "2026-03-01",
    "filters": ["charge category=Tax"],
    "method": "fixed",
    "among": [{"value": "checkout", "weight": "2"}, {"value": "platform", "weight": "1"}],
}


@pytest.fixture
def asking(client: TestClient, finance: User, bearer: Headers, billed: Billed) -> TestClient:
    """The API as somebody asks it who allocates, over a small bill."""
    lines = [
        a_line(cost="30.1"),
        a_line(cost="2", Tags="", ServiceName="AWS Lambda"),
        a_line(cost="4", Tags="", ChargeCategory="Tax", ServiceName="Tax"),
        a_line(cost="1", Tags="", ServiceName="Amazon S3"),
    ]
    billed(lines)
    client.headers.update(bearer(finance))
    return client


def test_rules_are_looked_at_saved_and_add_up_to_the_bill(asking: TestClient) -> None:
    looked = asking.post("/allocation/preview", json={**MARCH, "rules": TEAM["rules"]}).json()
    assert [each["cost"] for each in looked["rules"]] == ["2", "30.1"]
    assert (looked["rest"], looked["total"]) == ("5", "37.1")
    assert asking.post("/allocation/tags", json=TEAM).status_code == 201
    assert asking.post("/allocation/shared", json=TAX).status_code == 201
    found = asking.get("/allocation", params=MARCH).json()
    assert [(each["value"], each["direct"]) for each in found["values"]] == [
        ("checkout", "30.1"),
        ("platform", "2"),
    ]
    assert (found["direct"], found["shared"], found["unallocated"]) == ("32.1", "4", "1")
    assert sum(Decimal(each["total"]) for each in found["values"]) + 1 == Decimal(found["total"])
    kept = asking.get("/allocation/shared").json()["shared"]
    assert kept[0]["among"][0] == {"value": "checkout", "weight": "2", "metric": None}
    assert asking.get("/allocation/tags").json()["tags"][0]["rules"][1]["of"] == "tag:team"


def test_a_shared_cost_is_looked_at_before_it_is_saved(asking: TestClient) -> None:
    asking.post("/allocation/tags", json=TEAM)
    looked = asking.post("/allocation/preview", json={**MARCH, "shared": TAX}).json()["allocation"]
    assert (looked["shared"], looked["pools"][0]["split"]) == ("4", "4")
    assert asking.get("/allocation/shared").json() == {"shared": []}


def test_coverage_is_by_money(asking: TestClient) -> None:
    (row,) = asking.get("/allocation/coverage", params=MARCH).json()["rows"]
    assert (row["name"], row["cost"]) == ("tag:team", "30.1")


def test_what_is_deleted_is_gone(asking: TestClient) -> None:
    asking.post("/allocation/tags", json=TEAM)
    asking.post("/allocation/shared", json=TAX)
    assert asking.delete("/allocation/shared/Team/Tax").status_code == 200
    assert asking.delete("/allocation/tags/Team").status_code == 200
    assert asking.delete("/allocation/tags/Team").status_code == 404
    assert asking.get("/allocation", params=MARCH).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"rules": []},
        {"rules": [{"value": "x", "of": "tag:team"}]},
        {"rules": [{"filters": ["nothing"], "value": "x"}]},
        {"name": "a/b"},
        {"effective_from": "soon"},
    ],
)
def test_a_virtual_tag_that_makes_no_sense_is_422(asking: TestClient, change: dict[str, object]) -> None:
    assert asking.post("/allocation/tags", json=TEAM | change).status_code == 422
