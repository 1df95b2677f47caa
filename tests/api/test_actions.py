"""Following what was asked for, judging recommendations and ending attachments through the API."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from core.access.roles import Role, User
from core.recommendations.selection import FindingFilter
from services.context import Context
from services.usecases import recommendations
from tests.api.conftest import ACCOUNT
from tests.api.test_resources import found
from tests.api.test_schedule import OFFICE

Headers = Callable[[User], dict[str, str]]
Instance = Callable[..., str]


@pytest.fixture
def finding(ctx: Context, operator: User, instance: Instance) -> str:
    found(ctx, operator.organisation_id, instance("i-1"), saving="90")
    wanted = FindingFilter(resource_ids=("i-1",))
    return str(recommendations.listing(ctx, operator, wanted).findings[0].id)


def test_what_was_applied_is_followed_and_withdrawn(
    client: TestClient, operator: User, bearer: Headers, finding: str
) -> None:
    headers = bearer(operator)
    applied = client.post(
        f"/resources/recommendations/{finding}/apply", json={"reason": "Idle."}, headers=headers
    )
    assert applied.status_code == 202
    action = applied.json()["action_id"]
    shown = client.get(f"/actions/{action}", headers=headers).json()
    assert (shown["state"], shown["resource_id"], shown["expected_saving"]) == ("queued", "i-1", "90")
    listed = client.get("/actions", params={"state": "queued", "limit": 1}, headers=headers).json()
    assert (listed["total"], [row["id"] for row in listed["actions"]]) == (1, [action])
    undone = client.post(f"/actions/{action}/undo", json={"reason": "No."}, headers=headers)
    assert undone.status_code == 409
    cancelled = client.post(f"/actions/{action}/cancel", json={"reason": "Too early."}, headers=headers)
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    again = client.post(f"/actions/{action}/cancel", json={"reason": "Twice."}, headers=headers)
    assert again.status_code == 409


def test_a_recommendation_is_dismissed_opened_again_and_put_off(
    client: TestClient, ctx: Context, operator: User, bearer: Headers, finding: str
) -> None:
    headers, at = bearer(operator), f"/resources/recommendations/{finding}"
    no = client.post(f"{at}/dismiss", json={"reason": "We need it."}, headers=headers).json()
    assert (no["state"], no["judged_by"], no["judgement"]) == ("dismissed", operator.email, "We need it.")
    assert client.post(f"{at}/reopen", json={}, headers=headers).json()["state"] == "open"
    until = (ctx.now() + timedelta(days=3)).isoformat()
    later = client.post(f"{at}/snooze", json={"reason": "Later.", "until": until}, headers=headers).json()
    assert later["state"] == "snoozed"
    for body in (
        {"reason": "Later.", "until": "2020-01-01T00:00:00Z"},
        {"reason": "Later.", "until": "soon"},
    ):
        assert client.post(f"{at}/snooze", json=body, headers=headers).status_code == 422
    assert client.post(f"{at}/dismiss", json={"reason": " "}, headers=headers).status_code == 422


def test_who_may_judge_but_not_act_applies_nothing(
    client: TestClient, operator: User, person: Callable[..., User], bearer: Headers, finding: str
) -> None:
    finance = bearer(person(Role.FINANCE, organisation=operator.organisation_id))
    at = f"/resources/recommendations/{finding}"
    assert client.post(f"{at}/apply", json={"reason": "Idle."}, headers=finance).status_code == 403
    assert client.post(f"{at}/dismiss", json={"reason": "No."}, headers=finance).status_code == 200


def test_what_is_in_an_account_that_one_does_not_see_is_not_there(
    client: TestClient, operator: User, person: Callable[..., User], bearer: Headers, finding: str
) -> None:
    applied = client.post(
        f"/resources/recommendations/{finding}/apply", json={"reason": "Idle."}, headers=bearer(operator)
    ).json()
    other = bearer(
        person(Role.OPERATOR, organisation=operator.organisation_id, accounts=frozenset({"999999999999"}))
    )
    assert client.get("/actions", headers=other).json()["total"] == 0
    for path in (f"/actions/{applied['action_id']}/cancel", f"/resources/recommendations/{finding}/dismiss"):
        assert client.post(path, json={"reason": "No."}, headers=other).status_code == 404
    assert client.get("/connections", headers=other).json() == {"connections": []}


def test_a_schedule_is_listed_with_what_it_switches_and_ended(
    client: TestClient, operator: User, bearer: Headers, instance: Instance
) -> None:
    headers = bearer(operator)
    body = {"resource_ids": [instance("i-1")], "schedule": OFFICE | {"name": "Hours"}}
    attached = client.post("/resources/schedule", json=body, headers=headers).json()
    (kept,) = client.get("/schedules", headers=headers).json()["schedules"]
    assert (kept["name"], kept["resources"], kept["timezone"]) == ("Hours", 1, "Europe/Berlin")
    assert [each["resource_ids"] for each in kept["attachments"]] == [["i-1"]]
    path = f"/schedules/attachments/{UUID(attached['id'])}"
    assert client.delete(path, headers=headers).status_code == 204
    assert client.delete(path, headers=headers).status_code == 404
    (kept,) = client.get("/schedules", headers=headers).json()["schedules"]
    assert (kept["resources"], kept["attachments"]) == (0, [])


def test_connections_say_what_is_missing(
    client: TestClient, operator: User, bearer: Headers, instance: Instance
) -> None:
    assert instance("i-1")
    (one,) = client.get("/connections", headers=bearer(operator)).json()["connections"]
    assert (one["account_id"], one["status"], one["bills"]) == (ACCOUNT, "connected", None)
    assert (one["inventory"]["outcome"], one["inventory"]["at"]) == ("never", None)


def test_a_plain_action_is_asked_for_and_followed(
    client: TestClient, operator: User, bearer: Headers, instance: Instance
) -> None:
    headers = bearer(operator)
    body = {"kind": "stop_instance", "resource_id": instance("i-1"), "reason": "Nobody uses it."}
    asked = client.post("/actions", json=body, headers=headers)
    assert asked.status_code == 202, asked.json()
    assert (asked.status_code, asked.json()["state"], asked.json()["origin"]) == (202, "queued", "api")
    assert client.get(f"/actions/{asked.json()['id']}", headers=headers).json() == asked.json()
    assert client.post("/actions", json=body, headers=headers).status_code == 409


def test_a_preview_says_what_would_be_done_and_asks_for_nothing(
    client: TestClient, operator: User, bearer: Headers, instance: Instance
) -> None:
    headers = bearer(operator)
    body = {"kind": "terminate_instance", "resource_id": instance("i-1")}
    shown = client.post("/actions/preview", json=body, headers=headers).json()
    assert shown["calls"] == ["ec2:CreateImage InstanceId=i-1", "ec2:TerminateInstances InstanceIds=[i-1]"]
    assert "only a stopped instance" in shown["refusal"]
    assert client.post("/actions/preview", json=body | {"reason": "Idle."}, headers=headers).json() == shown
    assert (shown["tried"], client.get("/actions", headers=headers).json()["total"]) == ([], 0)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"kind": "stop_instance", "reason": " "}, 422),
        ({"kind": "reboot_instance", "reason": "Why not."}, 422),
        ({"kind": "stop_instance", "reason": "Idle.", "parameters": {"force": True}}, 422),
        ({"kind": "resize_instance", "reason": "Idle."}, 422),
        ({"kind": "terminate_instance", "reason": "Idle."}, 409),
        ({"kind": "attach_schedule", "reason": "Idle."}, 409),
        ({"kind": "stop_instance", "reason": "Idle.", "resource_id": "i-none"}, 404),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_queued(
    client: TestClient,
    operator: User,
    bearer: Headers,
    instance: Instance,
    body: dict[str, object],
    status: int,
) -> None:
    headers = bearer(operator)
    answer = client.post("/actions", json={"resource_id": instance("i-1"), **body}, headers=headers)
    assert answer.status_code == status, answer.json()
    assert client.get("/actions", headers=headers).json()["total"] == 0


def test_who_may_not_act_asks_for_nothing(
    client: TestClient, operator: User, person: Callable[..., User], bearer: Headers, instance: Instance
) -> None:
    viewer = bearer(person(Role.VIEWER, organisation=operator.organisation_id))
    body = {"kind": "stop_instance", "resource_id": instance("i-1")}
    for path, more in (("/actions", {"reason": "Idle."}), ("/actions/preview", {})):
        assert client.post(path, json=body | more, headers=viewer).status_code == 403
