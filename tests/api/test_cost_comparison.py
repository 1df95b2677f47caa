"""Two periods side by side for people's programs: rows that add up, within what the user may see."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from fastapi.testclient import TestClient

from core.access.roles import Role, User
from services.context import Context
from services.usecases import ingest
from tests.bills import a_bill, a_line

Headers = Callable[[User], dict[str, str]]
DAYS = {"from": "2026-03-01", "to": "2026-03-31", "against_from": "2026-02-01", "against_to": "2026-02-28"}
LINES = [
    a_line(day="2026-02-05", cost="4"),
    a_line(day="2026-03-05", cost="6.000000000001"),
    a_line(day="2026-02-05", cost="3", ServiceName="AWS Lambda"),
    a_line(day="2026-03-05", cost="1", ServiceName="Amazon S3", SubAccountId="333333333333"),
    a_line(day="2026-03-05", cost="0.5", ServiceName=""),
    a_line(day="2026-03-05", cost="90", BillingCurrency="ISK"),
]


def test_two_periods_are_compared_value_by_value_and_add_up(
    client: TestClient,
    ctx: Context,
    organisation_id: UUID,
    viewer: User,
    person: Callable[..., User],
    bearer: Headers,
    tmp_path: Path,
) -> None:
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "bill.csv", LINES)])

    def ask(status: int = 200, who: User = viewer, **more: object) -> dict[str, object]:
        asked = {"currency": "USD", **DAYS, **more}
        answer = client.get("/costs/compare", params=asked, headers=bearer(who))  # type: ignore[arg-type]
        assert answer.status_code == status, answer.text
        body: dict[str, object] = answer.json()
        return body

    body = ask()
    assert (body["period"], body["against"]) == (
        {"first": "2026-03-01", "last": "2026-03-31"},
        {"first": "2026-02-01", "last": "2026-02-28"},
    )
    assert (body["before"], body["now"], body["difference"]) == ("7", "7.500000000001", "0.500000000001")
    rows = body["rows"]
    assert [(row["value"], row["before"], row["now"], row["difference"]) for row in rows] == [  # type: ignore[attr-defined]
        ("AWS Lambda", "3", "0", "-3"),
        ("Amazon Elastic Compute Cloud", "4", "6.000000000001", "2.000000000001"),
        ("Amazon S3", "0", "1", "1"),
        (None, "0", "0.5", "0.5"),
    ]
    assert [row["percent"] for row in rows] == ["-100", "50.000000000025", None, None]  # type: ignore[attr-defined]
    folded = ask(top=1)["rows"]
    assert [(row["difference"], row["other"]) for row in folded] == [("-3", None), ("3.500000000001", 3)]  # type: ignore[attr-defined]
    assert sum(Decimal(row["difference"]) for row in folded) == Decimal(str(body["difference"]))  # type: ignore[attr-defined]
    assert [row["value"] for row in ask(by="account")["rows"]] == ["333333333333", "222222222222"]  # type: ignore[attr-defined]
    stager = person(Role.VIEWER, accounts=frozenset({"333333333333"}))
    assert (ask(who=stager)["before"], ask(who=stager)["now"]) == ("0", "1")
    assert ask(filter="service=AWS Lambda")["difference"] == "-3"
    for path in ("compare", "why"):
        for first, status in (("0001-01-01", 422), ("0001-01-02", 200), ("1500-01-01", 200)):
            ancient = {"from": first, "to": "2026-03-31", "currency": "USD"}
            answer = client.get(f"/costs/{path}", params=ancient, headers=bearer(viewer))
            assert answer.status_code == status, (path, first, answer.text)
            if status == 200:
                assert (answer.json()["before"], answer.json()["now"]) == ("0", "14.500000000001")
    for wrong in ({"by": "colour"}, {"month": "2026-03"}, {"against_to": ""}, {"from": ""}, {"top": 0}):
        ask(422, **wrong)
