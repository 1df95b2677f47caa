"""Budgets over the API."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from core.access.roles import Role, User
from core.periods import month_back
from services.context import Context
from tests.bills import Billed, a_line

Headers = Callable[[User], dict[str, str]]
PLAN = {
    "name": "EC2",
    "amount": "120.50",
    "every": "quarter",
    "first": "2026-01-01",
    "growth": "2.5",
    "filters": ["service=Amazon Elastic Compute Cloud"],
}


@pytest.fixture
def finance(ctx: Context, person: Callable[..., User], billed: Billed) -> User:
    """Finance of an organisation that spent a dollar on each first day of the last three months."""
    user, today = person(Role.FINANCE), ctx.now().date()
    lines = [a_line(day=month_back(today, back).isoformat()) for back in range(1, 4)]
    billed(lines)
    return user


def test_a_budget_is_made_changed_read_and_deleted(
    client: TestClient, finance: User, bearer: Headers
) -> None:
    who = bearer(finance)
    answer = client.post("/budgets", json=PLAN, headers=who)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert {name: made[name] for name in PLAN} == PLAN | {"amount": "120.5"}
    assert (made["currency"], made["cost"], made["version"]) == ("USD", "effective", 1)
    assert len(made["history"]) == 6
    assert client.get(f"/budgets/{made['id']}", headers=who).json() == made
    monthly = PLAN | {"every": "month", "version": 1, "growth": "0"}
    changed = client.put(f"/budgets/{made['id']}", json=monthly, headers=who).json()
    assert (changed["version"], changed["history"][-3]["actual"]) == (2, "1")
    assert client.put(f"/budgets/{made['id']}", json=monthly, headers=who).status_code == 409
    assert [each["id"] for each in client.get("/budgets", headers=who).json()["budgets"]] == [made["id"]]
    assert client.delete(f"/budgets/{made['id']}", headers=who).status_code == 204
    assert client.get(f"/budgets/{made['id']}", headers=who).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "0"},
        {"amount": "1.001"},
        {"amount": "NaN"},
        {"every": "week"},
        {"growth": "100"},
        {"filters": ["nothing"]},
        {"filters": ["colour=red"]},
        {"name": ""},
        {"cost": "free"},
        {"colour": "red"},
    ],
)
def test_a_plan_that_cannot_be_meant_is_refused(
    client: TestClient, finance: User, bearer: Headers, change: dict[str, object]
) -> None:
    answer = client.post("/budgets", json=PLAN | change, headers=bearer(finance))
    assert answer.status_code in {400, 422}, answer.text


def test_a_budget_that_is_none_is_not_found(client: TestClient, finance: User, bearer: Headers) -> None:
    for name in (str(uuid4()), "none"):
        assert client.put(f"/budgets/{name}", json=PLAN, headers=bearer(finance)).status_code == 404
