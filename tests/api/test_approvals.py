"""Actions over the API: listed, approved, rejected, and batches stopped."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from core.access.roles import Role, User
from services.api import app as api
from services.context import Context
from tests.api.test_resources import found

Headers = Callable[[User], dict[str, str]]
Instance = Callable[..., str]


@pytest.fixture
def strict(ctx: Context) -> TestClient:
    """The API where two must agree to everything above 10 USD a month."""
    settings = ctx.settings.model_copy(update={"approval_above": Decimal(10)})
    return TestClient(api.create(replace(ctx, settings=settings)))


def applied(client: TestClient, headers: dict[str, str]) -> dict[str, object]:
    answer = client.post("/resources/optimize", json={"apply": True, "reason": "Idle."}, headers=headers)
    assert answer.status_code == 202
    told: dict[str, object] = answer.json()
    return told


def test_what_waits_is_approved_or_rejected_by_somebody_else(
    strict: TestClient, ctx: Context, person: Callable[..., User], bearer: Headers, instance: Instance
) -> None:
    asker, other = person(Role.APPROVER), person(Role.APPROVER)
    for name in ("i-1", "i-2"):
        found(ctx, asker.organisation_id, instance(name))
    told = applied(strict, bearer(asker))
    assert [row["outcome"] for row in told["applied"]] == ["waiting", "waiting"]
    first, second = (row["action_id"] for row in told["applied"])

    own = strict.post(f"/actions/{first}/approve", json={"reason": "me"}, headers=bearer(asker))
    assert (own.status_code, "asked for themselves" in own.json()["detail"]) == (409, True)
    yes = strict.post(f"/actions/{first}/approve", json={"reason": "agreed"}, headers=bearer(other))
    assert (yes.status_code, yes.json()["state"], yes.json()["approved_by"]) == (200, "queued", other.email)
    no = strict.post(f"/actions/{second}/reject", json={"reason": "month end"}, headers=bearer(other))
    assert (no.json()["state"], no.json()["outcome"]) == ("refused", f"Rejected by {other.email}: month end")

    listed = strict.get("/actions", params={"state": "queued"}, headers=bearer(asker)).json()
    assert [row["id"] for row in listed["actions"]] == [first]


def test_a_preview_says_beforehand_that_it_waits_only_where_a_limit_is_set(
    strict: TestClient, client: TestClient, operator: User, bearer: Headers, instance: Instance
) -> None:
    body = {"kind": "stop_instance", "resource_id": instance("i-1")}
    said = [
        each.post("/actions/preview", json=body, headers=bearer(operator)).json()["approval"]
        for each in (strict, client)
    ]
    assert said == ["This waits until an approver agrees: what it costs is not known.", ""]


def test_a_batch_tells_how_far_it_is_and_is_stopped(
    client: TestClient, ctx: Context, operator: User, viewer: User, bearer: Headers, instance: Instance
) -> None:
    for name in ("i-1", "i-2"):
        found(ctx, operator.organisation_id, instance(name))
    batch = applied(client, bearer(operator))["batch_id"]
    seen = client.get(f"/actions/batches/{batch}", headers=bearer(viewer)).json()
    assert (seen["asked"], seen["ended"], seen["states"]) == (2, 0, {"queued": 2})
    stop = f"/actions/batches/{batch}/stop"
    assert client.post(stop, json={"reason": "wait"}, headers=bearer(viewer)).status_code == 403
    stopped = client.post(stop, json={"reason": "wait"}, headers=bearer(operator)).json()
    assert (stopped["ended"], stopped["states"]) == (2, {"cancelled": 2})


def test_what_is_not_there_is_404(client: TestClient, admin: User, bearer: Headers) -> None:
    for path in (f"/actions/{uuid4()}/approve", f"/actions/batches/{uuid4()}/stop"):
        assert client.post(path, json={"reason": "agreed"}, headers=bearer(admin)).status_code == 404


def test_a_plan_without_apply_has_no_batch(client: TestClient, viewer: User, bearer: Headers) -> None:
    answer = client.post("/resources/optimize", json={}, headers=bearer(viewer)).json()
    assert (answer["applied"], answer["batch_id"]) == ([], None)
