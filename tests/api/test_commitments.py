"""Commitments for people's programs: exact as text, and unknown as null with its reason."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from core.access.roles import Role, User
from services.context import Context
from services.usecases import ingest
from tests.bills import Billed, a_bill, a_line

PLAN = "arn:aws:savingsplans::222222222222:savingsplan/1"
MARK = {"CommitmentDiscountId": PLAN, "PricingCategory": "Committed"}
LINES = [
    a_line(cost="0.75", ListCost="1", CommitmentDiscountStatus="Used", **MARK),
    a_line(cost="0.25", ListCost="0", CommitmentDiscountStatus="Unused", **MARK),
    a_line(cost="3", PricingCategory="Standard", SkuMeter="BoxUsage:m5.large"),
]
MARCH = {"from": "2026-03-01", "to": "2026-03-31"}
Ask = Callable[..., dict[str, object]]


@pytest.fixture
def ask(client: TestClient, viewer: User, bearer: Callable[[User], dict[str, str]], billed: Billed) -> Ask:
    """Asks the API about a bill with one plan, of March unless said otherwise."""
    billed(LINES)

    def get(path: str = "", status: int = 200, **params: object) -> dict[str, object]:
        asked = MARCH | params
        answer = client.get(f"/commitments{path}", params=asked, headers=bearer(viewer))  # type: ignore[arg-type]
        assert answer.status_code == status, answer.text
        body: dict[str, object] = answer.json()
        return body

    return get


def test_a_commitment_is_told_with_its_figures_and_its_unknown_expiry(ask: Ask) -> None:
    body = ask()
    assert (body["from"], body["to"], body["currency"]) == ("2026-03-01", "2026-03-31", "USD")
    assert (body["utilisation"], body["cover"]["coverage"]) == ("0.75", "0.25")  # type: ignore[index]
    [plan] = body["commitments"]  # type: ignore[misc]
    assert (plan["id"], plan["use"]["commitment"], plan["term"]) == (PLAN, "1", "running")
    assert (plan["expires"], body["next_expiry"]) == (None, None)
    assert "CUR 2.0" in plan["expiry_missing"]


def test_an_id_with_slashes_names_its_hours(ask: Ask) -> None:
    for name in (PLAN, quote(PLAN, safe="")):
        [hour] = ask(f"/{name}/hours")["hours"]  # type: ignore[misc]
        assert (hour["day"], hour["hour"], hour["use"]["used"]) == ("2026-03-05", 0, "0.75")
    ask("/sp-nobody/hours", status=404)


def test_coverage_is_cut(ask: Ask) -> None:
    [row] = ask("/coverage", by="region")["rows"]  # type: ignore[misc]
    assert (row["value"], row["cover"]["covered"], row["cover"]["on_demand"]) == ("us-east-1", "1", "3")


def test_what_to_commit_to_is_told_or_why_not(ask: Ask) -> None:
    body = ask("/advice")
    assert (body["advised"], body["curve"], body["regret"]) == (None, [], None)
    assert "fourteen are needed" in str(body["missing"])
    assert (body["discount"], body["discount_from"]) == ("0.27", "assumed")
    assert ask("/advice", discount="31.5")["discount"] == "0.315"


def test_four_weeks_of_compute_are_committed_to(
    ask: Ask, ctx: Context, organisation_id: UUID, tmp_path: Path
) -> None:
    days = [date(2026, 2, 2) + timedelta(days=number) for number in range(27)]
    marks = {"SkuMeter": "BoxUsage:m5.large", "PricingCategory": "Standard"}
    lines = [
        a_line(
            day=day.isoformat(), cost="24", ChargePeriodEnd=f"{day + timedelta(days=1)}T00:00:00Z", **marks
        )
        for day in days
    ]
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "february.csv", lines)])
    body = ask("/advice", **{"from": "2026-02-02", "to": "2026-02-28"})
    advised, regret = body["advised"], body["regret"]
    assert (advised["commitment"], advised["saving"], advised["cost"]) == ("0.73", "197.1", "532.9")  # type: ignore[index]
    assert (advised["utilisation"], advised["coverage"], advised["break_even_hours"]) == ("1", "1", 6395)  # type: ignore[index]
    assert (regret["p90"], body["curve"][0]["cost"]) == ("0", "730")  # type: ignore[index]
    assert body["without_savings"] == advised


def test_who_sees_some_accounts_only_is_not_told_what_to_commit_to(
    ask: Ask,
    client: TestClient,
    person: Callable[..., User],
    organisation_id: UUID,
    bearer: Callable[[User], dict[str, str]],
) -> None:
    assert ask("/advice")
    some = person(Role.ADMIN, organisation=organisation_id, accounts=frozenset({"222222222222"}))
    answer = client.get("/commitments/advice", headers=bearer(some))
    assert answer.status_code == 403
    assert "every account" in answer.text


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/advice", {"discount": "0"}),
        ("/advice", {"discount": "95"}),
        ("/advice", {"discount": "much"}),
        ("", {"to": None}),
        ("", {"from": "2026-04-02"}),
        ("/coverage", {"by": "zone"}),
        (f"/{PLAN}/hours", {"from": "2025-01-01"}),
        ("", {"colour": "red"}),
    ],
)
def test_what_cannot_be_asked_is_422(ask: Ask, path: str, asked: dict[str, object]) -> None:
    ask(path, status=422, **asked)
