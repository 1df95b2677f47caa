"""What runs, what is recommended, and the plan."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, select

from core.access.roles import Role, User
from services.context import Context
from services.db.tables.access import organisations
from services.db.tables.actions import actions
from services.db.tables.recommendations import findings

Headers = Callable[[User], dict[str, str]]
Instance = Callable[..., str]
OFFICE = {
    "timezone": "Europe/Berlin",
    "periods": [{"begin": "09:00", "end": "17:00", "weekdays": ["mon-fri"]}],
}


@pytest.fixture
def other_organisation(ctx: Context) -> UUID:
    identity = uuid4()
    with ctx.begin() as db:
        db.execute(insert(organisations).values(id=identity, name="Other", created_at=datetime.now(UTC)))
    return identity


def found(
    ctx: Context,
    organisation_id: UUID,
    resource_id: str,
    *,
    saving: str = "12.50",
    rule: str = "ec2_idle",
    fix: str = "stop_instance",
) -> UUID:
    identity, at = uuid4(), datetime.now(UTC)
    with ctx.begin() as db:
        db.execute(
            insert(findings).values(
                organisation_id=organisation_id,
                rule=rule,
                resource_id=resource_id,
                id=identity,
                account_id="111122223333",
                region="us-east-1",
                resource_kind="instance",
                resource_name="web",
                state="open",
                because="CPU stayed below 2% for 14 days.",
                saving=Decimal(saving),
                cost=Decimal("100.00"),
                money_from="bill",
                effort="low",
                risk="low",
                undo="reversible",
                lever="schedule" if rule == "ec2_off_hours" else "remove",
                fix=fix,
                fix_parameters={},
                evidence={},
                first_found_at=at,
                last_found_at=at,
            )
        )
    return identity


def test_resources_are_filtered_and_paged(
    client: TestClient, viewer: User, bearer: Headers, instance: Instance
) -> None:
    for number in range(5):
        instance(f"i-{number}", tags={"environment": "dev" if number < 3 else "prod"})
    headers = bearer(viewer)
    body = client.get(
        "/resources", params={"tag": "environment=dev", "limit": 2, "offset": 1}, headers=headers
    ).json()
    assert (body["total"], [row["id"] for row in body["resources"]]) == (3, ["i-1", "i-2"])
    row = body["resources"][0]
    assert (row["kind"], row["state"], row["tags"], row["details"]["type"]) == (
        "instance",
        "running",
        {"environment": "dev"},
        "m5.large",
    )
    assert (
        client.get("/resources", params={"kind": ["volume", "bucket"]}, headers=headers).json()["total"] == 0
    )


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 0},
        {"limit": 501},
        {"offset": -1},
        {"kind": "king"},
        {"sort": "1; drop table"},
        {"unknown": "x"},
        {"text": "nul\0"},
    ],
)
def test_what_cannot_be_asked_is_422(
    client: TestClient, viewer: User, bearer: Headers, asked: dict[str, str]
) -> None:
    assert client.get("/resources", params=asked, headers=bearer(viewer)).status_code == 422


@pytest.mark.parametrize("text", ["'; drop table resource; --", "%", "_", "\\", "$1", ":x"])
def test_text_is_only_text_to_the_database(
    client: TestClient, viewer: User, bearer: Headers, instance: Instance, text: str
) -> None:
    instance("i-1", tags={"note": f"before {text} after"})
    instance("i-2")
    body = client.get("/resources", params={"text": text}, headers=bearer(viewer)).json()
    assert [row["id"] for row in body["resources"]] == ["i-1"]


def test_one_sees_only_ones_own_organisation_and_accounts(
    client: TestClient,
    person: Callable[..., User],
    bearer: Headers,
    instance: Instance,
    other_organisation: UUID,
) -> None:
    instance("i-mine")
    instance("i-elsewhere", account="999900001111")
    instance("i-theirs", organisation=other_organisation)
    narrow = person(Role.ADMIN, accounts=frozenset({"111122223333"}))
    seen = client.get("/resources", headers=bearer(narrow)).json()
    assert (seen["total"], [row["id"] for row in seen["resources"]]) == (1, ["i-mine"])
    for hidden in ("i-elsewhere", "i-theirs"):
        answer = client.post(
            "/resources/schedule", json={"resource_ids": [hidden], "schedule": OFFICE}, headers=bearer(narrow)
        )
        assert answer.status_code == 404
        body = {"metric": "cpu", "resource_id": hidden, "comparison": ">", "threshold": 1, "for_minutes": 5}
        assert client.post("/alerts", json=body, headers=bearer(narrow)).status_code == 404
        assert client.get("/metrics", params={"resource_id": hidden}, headers=bearer(narrow)).json()[
            "unknown"
        ] == [hidden]


def test_recommendations_come_largest_first_with_money_as_text(
    client: TestClient, ctx: Context, viewer: User, bearer: Headers
) -> None:
    found(ctx, viewer.organisation_id, "i-1", saving="12.50")
    found(ctx, viewer.organisation_id, "i-2", saving="40")
    body = client.get("/resources/recommendations", headers=bearer(viewer)).json()
    assert (body["total"], body["saving"], body["plan_saving"], body["currency"]) == (
        2,
        "52.5",
        "52.5",
        "USD",
    )
    assert [(row["resource_id"], row["saving"], row["cost"]) for row in body["recommendations"]] == [
        ("i-2", "40", "100"),
        ("i-1", "12.5", "100"),
    ]


def test_recommendations_and_plans_are_narrowed_alike_sorted_and_paged(
    client: TestClient, ctx: Context, viewer: User, bearer: Headers, instance: Instance
) -> None:
    instance("i-1", tags={"team": "web"})
    found(ctx, viewer.organisation_id, "i-1", saving="12.50")
    found(ctx, viewer.organisation_id, "i-2", saving="40")
    headers = bearer(viewer)

    def asked(**given: object) -> list[str]:
        answer = client.get("/resources/recommendations", params=given, headers=headers)
        assert answer.headers["X-Total-Count"] == str(answer.json()["total"])
        return [row["resource_id"] for row in answer.json()["recommendations"]]

    assert asked(sort="resource", limit=1, offset=1) == ["i-1"]
    assert asked(least_saving="20") == asked(text="i-2") == ["i-2"]
    assert asked(tag="team=web") == ["i-1"]
    assert asked(owner="nobody@example.com") == asked(state="dismissed") == asked(kind="volume") == []
    for wrong in ({"tag": "team"}, {"sort": "colour"}, {"least_saving": "-1"}):
        assert client.get("/resources/recommendations", params=wrong, headers=headers).status_code == 422
    for given, saving in (({"tag": "team=web"}, "12.5"), ({"kinds": ["volume"]}, "0"), ({}, "52.5")):
        assert (
            client.post("/resources/optimize", json=given, headers=headers).json()["total_saving"] == saving
        )


def test_a_plan_counts_each_resource_once(
    client: TestClient, ctx: Context, viewer: User, bearer: Headers
) -> None:
    found(ctx, viewer.organisation_id, "i-1", saving="30")
    found(ctx, viewer.organisation_id, "i-1", saving="20", rule="ec2_off_hours", fix="attach_schedule")
    body = client.post("/resources/optimize", json={}, headers=bearer(viewer)).json()
    assert body["total_saving"] == "30"
    assert [row["finding"]["rule"] for row in body["alternatives"]] == ["ec2_off_hours"]
    assert body["applied"] == []


def test_applying_a_plan_queues_actions_and_needs_a_reason(
    client: TestClient, ctx: Context, operator: User, bearer: Headers, instance: Instance
) -> None:
    instance("i-1")
    finding_id = found(ctx, operator.organisation_id, "i-1")
    found(ctx, operator.organisation_id, "i-gone")
    headers = bearer(operator)
    assert client.post("/resources/optimize", json={"apply": True}, headers=headers).status_code == 422
    answer = client.post("/resources/optimize", json={"apply": True, "reason": "Idle."}, headers=headers)
    assert answer.status_code == 202
    outcomes = {row["resource_id"]: row["outcome"] for row in answer.json()["applied"]}
    assert outcomes == {"i-1": "queued", "i-gone": "refused"}
    with ctx.begin() as db:
        row = db.execute(select(actions)).mappings().one()
    assert (row["resource_id"], row["origin"], row["origin_id"], row["reason"]) == (
        "i-1",
        "recommendation",
        str(finding_id),
        "Idle.",
    )


def test_a_viewer_may_plan_but_not_apply(
    client: TestClient, ctx: Context, viewer: User, bearer: Headers, instance: Instance
) -> None:
    instance("i-1")
    found(ctx, viewer.organisation_id, "i-1")
    answer = client.post(
        "/resources/optimize", json={"apply": True, "reason": "Idle."}, headers=bearer(viewer)
    )
    assert answer.status_code == 403
    with ctx.begin() as db:
        assert db.execute(select(actions)).all() == []
