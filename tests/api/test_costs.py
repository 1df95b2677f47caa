"""Costs for people's programs: exact as text, in one currency, down to the lines, within what the user may see."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from core.access.roles import Role, User
from services.context import Context
from services.usecases import ingest
from tests.bills import Billed, a_bill, a_line

Headers = Callable[[User], dict[str, str]]
Ask = Callable[..., dict[str, object]]
STAGING = "333333333333"
LINES = [
    a_line(day="2026-02-27", cost="4"),
    a_line(day="2026-03-01", cost="1.000000000001"),
    a_line(day="2026-03-05", cost="2", ServiceName="Amazon Simple Storage Service", ResourceId="bucket"),
    a_line(day="2026-03-05", cost="4", SubAccountId=STAGING, RegionId="eu-west-1", Tags=""),
    a_line(day="2026-03-06", cost="8", ChargeCategory="Tax", ResourceId="", Tags="", ServiceName=""),
    a_line(day="2026-03-07", cost="3", BillingCurrency="EUR", ResourceId="i-euro", ListCost=""),
]


@pytest.fixture
def ask(client: TestClient, viewer: User, bearer: Headers, billed: Billed) -> Ask:
    """Asks the API about a small bill, as somebody who sees all of it."""
    billed(LINES)

    def get(path: str = "", status: int = 200, who: User = viewer, **params: object) -> dict[str, object]:
        answer = client.get(f"/costs{path}", params=params, headers=bearer(who))
        assert answer.status_code == status, answer.text
        body: dict[str, object] = answer.json()
        return body

    return get


def test_cost_is_cut_and_the_rest_is_exact(ask: Ask) -> None:
    body = ask(by="service", top=1)
    assert (body["currency"], body["total"], body["cost"]) == ("USD", "19.000000000001", "billed")
    assert body["currencies"] == [
        {"currency": "USD", "total": "19.000000000001"},
        {"currency": "EUR", "total": "3"},
    ]
    first, rest = body["rows"]  # type: ignore[misc]
    assert (first["values"], first["cost"], first["other"]) == (
        {"service": "Amazon Elastic Compute Cloud"},
        "9.000000000001",
        None,
    )
    assert (rest["values"], rest["cost"], rest["other"]) == ({"service": None}, "10", 2)


def test_days_and_filters_narrow_it(ask: Ask) -> None:
    assert ask(**{"from": "2026-03-01", "to": "2026-03-05"})["total"] == "7.000000000001"
    assert ask(month="2026-02")["total"] == "4"
    assert ask(filter=["service=", "tag:team="])["total"] == "8"
    assert ask(tax="false", filter=["account!=222222222222"])["total"] == "4"
    assert ask(currency="EUR", cost="list")["unknown_lines"] == 1
    assert ask(currency="EUR", cost="list", by="service")["rows"][0]["cost"] is None  # type: ignore[index]


def test_credits_refunds_and_tax_are_in_or_out(
    ask: Ask, ctx: Context, organisation_id: UUID, tmp_path: Path
) -> None:
    more = [
        a_line(day="2026-04-01", cost="100"),
        a_line(day="2026-04-01", cost="-10", ChargeCategory="Credit"),
        a_line(day="2026-04-01", cost="-5", ChargeClass="Correction"),
        a_line(day="2026-04-01", cost="20", ChargeCategory="Tax"),
    ]
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "april.csv", more)])
    for left, total in (
        ({}, "105"),
        ({"credits": False}, "115"),
        ({"refunds": False}, "110"),
        ({"tax": False}, "85"),
    ):
        assert ask(month="2026-04", **left)["total"] == total


def test_cost_over_time_adds_up_day_by_day(ask: Ask) -> None:
    body = ask(by="service", granularity="week", month="2026-03")
    assert body["steps"] == ["2026-02-23", "2026-03-02"]
    for row in body["rows"]:  # type: ignore[attr-defined]
        assert sum(map(Decimal, row["over_time"])) == Decimal(row["cost"])
    march = ask(granularity="day", **{"from": "2026-03-01", "to": "2026-03-31"})
    assert len(march["steps"]) == 31  # type: ignore[arg-type]


def test_a_number_s_lines_are_counted_and_add_up(ask: Ask) -> None:
    body = ask("/lines", filter=["service=Amazon Elastic Compute Cloud"], limit=1, order="largest")
    assert body["count"] == 4
    assert body["sums"] == [
        {"currency": "USD", "count": 3, "cost": "9.000000000001", "unknown": 0},
        {"currency": "EUR", "count": 1, "cost": "3", "unknown": 0},
    ]
    [line] = body["lines"]  # type: ignore[misc]
    assert (line["billed"], line["start"]) == ("4", "2026-03-05T00:00:00Z")
    same = ask("/lines", limit=500, at=body["at"])
    assert len(same["lines"]) == same["count"] == 6  # type: ignore[arg-type]


def test_why_a_cost_changed_adds_up_to_the_last_digit(ask: Ask) -> None:
    days = {
        "from": "2026-03-01",
        "to": "2026-03-31",
        "against_from": "2026-02-01",
        "against_to": "2026-02-28",
    }
    body = ask("/why", **days, top=1)
    assert (body["before"], body["now"], body["difference"]) == ("4", "15.000000000001", "11.000000000001")
    reasons = {name: Decimal(each["amount"]) for name, each in body["reasons"].items()}  # type: ignore[attr-defined]
    assert sum(reasons.values()) == Decimal("11.000000000001")
    assert reasons["new"] == 6
    [driver] = body["drivers"]  # type: ignore[misc]
    below = [*driver["reasons"].values(), *body["rest"]["reasons"].values()]  # type: ignore[index]
    assert sum(map(Decimal, below)) == Decimal("11.000000000001")
    assert body["rest"]["drivers"] == 3  # type: ignore[index]
    assert ask("/why", **days, filter="service=Amazon Simple Storage Service")["difference"] == "2"
    ask("/why", status=422)
    ask("/why", status=422, **days, month="2026-03")
    ask("/why", status=422, **{**days, "against_to": ""})


def test_what_can_be_asked_is_told(ask: Ask) -> None:
    assert {"service", "cluster", "tag:team"} <= set(ask("/dimensions")["dimensions"])  # type: ignore[call-overload]
    assert ask("/dimensions", dimension="service", containing="SIMPLE")["values"] == [
        "Amazon Simple Storage Service"
    ]
    assert ask("/dimensions", dimension="tag:team")["values"] == ["checkout"]


def test_nobody_is_told_of_accounts_they_do_not_see(ask: Ask, person: Callable[..., User]) -> None:
    stager = person(Role.VIEWER, accounts=frozenset({STAGING}))
    assert ask(who=stager)["total"] == "4"
    assert ask("/lines", who=stager)["count"] == 1
    assert ask(who=stager, filter="account=222222222222")["total"] == "0"
    assert ask("/dimensions", who=stager, dimension="account")["values"] == [STAGING]
    assert "tag:team" not in ask("/dimensions", who=stager)["dimensions"]  # type: ignore[operator]


@pytest.mark.parametrize(
    "asked",
    [
        {"by": "colour"},
        {"by": ["service", "region", "account"]},
        {"by": ["service", "service"]},
        {"by": ["service", "region"], "granularity": "day"},
        {"filter": "service"},
        {"filter": "day=now"},
        {"from": "2026-03-05", "to": "2026-03-01"},
        {"month": "march"},
        {"top": 0},
        {"granularity": "hour"},
        {"colour": "red"},
    ],
)
def test_what_cannot_be_asked_is_422(
    client: TestClient, viewer: User, bearer: Headers, asked: dict[str, object]
) -> None:
    assert client.get("/costs", params=asked, headers=bearer(viewer)).status_code == 422  # type: ignore[arg-type]
