"""The ledger over the API."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from core.access.roles import Role, User
from services.context import Beat, Context
from services.usecases import ingest, savings
from tests.bills import a_bill, a_line
from tests.builders import ACCOUNT, an_instance
from tests.fleet import connected, seen

Headers = Callable[[User], dict[str, str]]


@pytest.fixture
def operator(ctx: Context, person: Callable[..., User], data_dir: Path) -> User:
    """An operator of a company whose `i-1` cost 2.40 USD a day until ten days ago."""
    user, today = person(Role.OPERATOR), ctx.now().date()
    priced = {"SkuMeter": "Box", "PricingUnit": "Hrs", "PricingQuantity": "24", "SubAccountId": ACCOUNT}
    lines = [a_line(day=f"{today - timedelta(days=back)}", cost="2.4", **priced) for back in range(10, 40)]
    lines.append(a_line(day=f"{today}", cost="1", ResourceId="i-2"))
    ingest.files(ctx, user.organisation_id, [a_bill(data_dir / "bill.csv", lines)])
    connected(ctx, user.organisation_id, ACCOUNT)
    seen(ctx, user.organisation_id, an_instance("i-1", state="stopped"))
    return user


def test_what_was_told_is_proven_and_read_with_money_as_text(
    ctx: Context, client: TestClient, operator: User, bearer: Headers
) -> None:
    who = bearer(operator)
    day = ctx.now().date() - timedelta(days=10)
    told = {"resource_id": "i-1", "lever": "remove", "day": f"{day}", "promised": "73", "title": "Stopped"}
    answer = client.post("/savings", json=told, headers=who)
    assert (answer.status_code, answer.json()["proof"]) == (201, "waiting")
    assert [answer.json()[name] for name in ("promised", "realised", "low", "high")] == [None] * 4, (
        "unknown, not 0"
    )
    savings.prove(ctx, Beat())
    book = client.get("/savings", headers=who).json()
    assert (book["realised"], book["low"], book["high"]) == ("21.6", "21.6", "21.6")
    [row] = book["savings"]
    assert (row["proof"], row["promised"], row["days"]) == ("proven", "21.6", 9)
    detail = client.get(f"/savings/{row['id']}", headers=who).json()
    assert (detail["before"], detail["after"], detail["change"], detail["saved"]) == (
        "21.6",
        "0",
        "-21.6",
        "21.6",
    )
    assert len(detail["days"]) == 9


@pytest.mark.parametrize("name", ["00000000-0000-0000-0000-000000000009", "nonsense"])
def test_what_is_not_there_is_not_found(
    client: TestClient, operator: User, bearer: Headers, name: str
) -> None:
    assert client.get(f"/savings/{name}", headers=bearer(operator)).status_code == 404
