"""Sending a metric's days, and asking for the cost of one unit."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from core.access.roles import Role, User
from services.context import Context
from tests.bills import Billed, a_line
from tests.builders import ACCOUNT
from tests.fleet import connected

Headers = Callable[[User], dict[str, str]]
MARCH = {"from": "2026-03-01", "to": "2026-03-03", "granularity": "day"}


@pytest.fixture
def finance(person: Callable[..., User], billed: Billed) -> User:
    """Finance of an organisation that spent ten dollars, then nine."""
    user = person(Role.FINANCE)
    days = (("2026-03-01", "10"), ("2026-03-02", "9"), ("2026-03-03", "1"))
    lines = [a_line(day=day, cost=cost) for day, cost in days]
    billed(lines)
    return user


def test_days_sent_come_back_as_cost_per_unit(client: TestClient, finance: User, bearer: Headers) -> None:
    who = bearer(finance)
    first = {"samples": [{"date": "2026-03-01", "value": 3}, {"date": "2026-03-02", "value": "7.5"}]}
    assert client.post("/units/orders/samples", json=first, headers=who).json()["days"] == 2
    again = {"samples": [{"date": "2026-03-01", "value": "4"}]}
    kept = client.post("/units/orders/samples", json=again, headers=who).json()
    assert (kept["days"], kept["first_day"], kept["last_day"]) == (2, "2026-03-01", "2026-03-02")
    found = client.get("/units/orders/cost", params=MARCH, headers=who).json()
    assert [point["per_unit"] for point in found["points"]] == ["2.5", "1.2", None]
    assert found["points"][2]["because"] == "not in the bill in full"
    assert (found["whole"]["cost"], found["whole"]["units"], found["currency"]) == ("19", "11.5", "USD")
    (unit,) = client.get("/units", headers=who).json()["units"]
    assert unit == kept
    nothing = {**MARCH, "filter": "service=Nothing"}
    free = client.get("/units/orders/cost", params=nothing, headers=who).json()
    assert free["points"][0]["per_unit"] == "0"


def test_a_metric_is_named_changed_read_from_cloudwatch_and_deleted(
    client: TestClient, ctx: Context, finance: User, bearer: Headers
) -> None:
    who = bearer(finance)
    connected(ctx, finance.organisation_id, ACCOUNT)
    body = {"per": 1000, "filters": ["service=Amazon Elastic Compute Cloud"], "cost": "billed"}
    made = client.put("/units/requests", json=body, headers=who).json()
    assert (made["name"], made["per"], made["cost"], made["source"]) == ("requests", 1000, "billed", "sent")
    read = {
        "namespace": "Shop",
        "name": "Requests",
        "dimensions": {"Store": "all"},
        "statistic": "Sum",
        "account_id": ACCOUNT,
        "region": "us-east-1",
    }
    changed = client.put("/units/requests", json=body | {"name": "calls", "cloudwatch": read}, headers=who)
    assert (changed.status_code, changed.json()["name"]) == (200, "calls")
    [unit] = client.get("/units", headers=who).json()["units"]
    assert (unit["source"], unit["cloudwatch"], unit["filters"]) == ("cloudwatch", read, body["filters"])
    for wrong, status in (
        ({"per": 7}, 422),
        ({"filters": ["nothing"]}, 422),
        ({"cloudwatch": read | {"statistic": "p99"}}, 422),
        ({"cloudwatch": read | {"account_id": "999999999999"}}, 404),
    ):
        assert client.put("/units/calls", json=body | wrong, headers=who).status_code == status
    assert client.delete("/units/calls", headers=who).status_code == 204
    assert client.delete("/units/calls", headers=who).status_code == 404
    assert client.get("/units", headers=who).json() == {"units": []}


def test_a_metric_that_is_not_there_is_not_renamed(
    client: TestClient, finance: User, bearer: Headers
) -> None:
    who = bearer(finance)
    made = client.put("/units/requests", json={"name": "requests", "per": 1000}, headers=who)
    assert made.status_code == 200
    assert client.put("/units/requests", json={"name": "calls"}, headers=who).status_code == 200
    again = client.put("/units/requests", json={"name": "calls"}, headers=who)
    assert (again.status_code, again.json()["detail"]) == (404, "There is no metric called “requests”.")
    assert client.put("/units/nobody", json={"name": "new"}, headers=who).status_code == 404
    assert [unit["name"] for unit in client.get("/units", headers=who).json()["units"]] == ["calls"]


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        ([{"date": "2026-03-01", "value": 1}, {"date": "2026-03-01", "value": 2}], "there twice"),
        ([{"date": "2999-03-01", "value": 1}], "has not come yet"),
        ([{"date": "2026-03-01", "value": -1}], "greater than or equal to 0"),
        ([{"date": "2026-03-01", "value": "NaN"}], ""),
        ([{"date": "1 March", "value": 1}], ""),
        ([{"date": "2026-03-01", "value": 1, "unit": "x"}], ""),
        ([{"value": 1}], ""),
    ],
)
def test_days_that_cannot_be_kept_are_refused_and_nothing_is(
    client: TestClient, finance: User, bearer: Headers, samples: list[dict[str, object]], said: str
) -> None:
    answer = client.post("/units/orders/samples", json={"samples": samples}, headers=bearer(finance))
    assert answer.status_code in {400, 422}, answer.text
    assert said in answer.text
    assert client.get("/units", headers=bearer(finance)).json() == {"units": []}


def test_a_metric_nobody_sent_is_not_found(client: TestClient, finance: User, bearer: Headers) -> None:
    assert client.get("/units/visits/cost", headers=bearer(finance)).status_code == 404
