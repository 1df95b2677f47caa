"""Keeping an instance on or off for a while."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from core.access.roles import User

Headers = Callable[[User], dict[str, str]]
Instance = Callable[..., str]
URL = "/schedules/overrides"


def soon(hours: float = 2) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def test_an_override_is_made_and_ended(
    client: TestClient, operator: User, bearer: Headers, instance: Instance
) -> None:
    headers, until = bearer(operator), soon()
    body = {"resource_id": instance("i-1"), "state": "running", "until": until, "reason": "release night"}
    answer = client.post(URL, json=body, headers=headers)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["resource_id"], made["state"], made["by"], made["ended_at"]) == (
        "i-1",
        "running",
        operator.email,
        None,
    )
    assert datetime.fromisoformat(made["until"]) == datetime.fromisoformat(until)
    assert datetime.fromisoformat(made["from"]) <= datetime.now(UTC)
    assert client.get(URL, headers=headers).json() == {"overrides": [made]}
    assert client.delete(f"{URL}/{made['id']}", headers=headers).status_code == 204
    assert client.get(URL, headers=headers).json() == {"overrides": []}
    assert client.delete(f"{URL}/{made['id']}", headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"state": "running"}, 422),
        ({"until": soon()}, 422),
        ({"state": "any", "until": soon()}, 422),
        ({"state": "running", "until": soon(-1)}, 422),
        ({"state": "running", "until": soon(31 * 24)}, 422),
        ({"state": "running", "until": "2026-11-22T10:00:00"}, 422),
        ({"state": "running", "until": soon(), "reason": ""}, 422),
        ({"state": "running", "until": soon(), "tonight": True}, 422),
        ({"tonight": True}, 422),
        ({"state": "running", "until": soon(), "resource_id": "i-none"}, 404),
    ],
)
def test_what_cannot_be_kept_is_refused(
    client: TestClient,
    operator: User,
    bearer: Headers,
    instance: Instance,
    body: dict[str, object],
    status: int,
) -> None:
    given = {"resource_id": instance("i-1"), "reason": "why"} | body
    assert client.post(URL, json=given, headers=bearer(operator)).status_code == status


@pytest.mark.parametrize("name", ["00000000-0000-0000-0000-000000000009", "no id"])
def test_what_is_not_there_cannot_be_ended(
    client: TestClient, operator: User, bearer: Headers, name: str
) -> None:
    assert client.delete(f"{URL}/{name}", headers=bearer(operator)).status_code == 404
