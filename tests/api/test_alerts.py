"""Setting thresholds."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from core.access.roles import User

Headers = Callable[[User], dict[str, str]]
Instance = Callable[..., str]


def test_an_alert_is_kept_as_asked(
    client: TestClient, operator: User, bearer: Headers, instance: Instance
) -> None:
    asked = {
        "metric": "cpu",
        "resource_id": instance("i-1"),
        "comparison": ">",
        "threshold": 80,
        "for_minutes": 15,
    }
    answer = client.post("/alerts", json=asked, headers=bearer(operator))
    assert answer.status_code == 201
    stored = answer.json()
    assert {name: stored[name] for name in asked} == asked
    assert (stored["state"], stored["created_by"]) == ("unknown", operator.email)


@pytest.mark.parametrize(
    "change",
    [
        {"comparison": "=="},
        {"threshold": "80"},
        {"threshold": True},
        {"for_minutes": -1},
        {"for_minutes": 1.5},
        {"metric": ""},
        {"state": "ok"},
    ],
)
def test_an_alert_that_makes_no_sense_is_422(
    client: TestClient, operator: User, bearer: Headers, instance: Instance, change: dict[str, object]
) -> None:
    asked = {
        "metric": "cpu",
        "resource_id": instance("i-1"),
        "comparison": ">",
        "threshold": 80,
        "for_minutes": 15,
    }
    assert client.post("/alerts", json=asked | change, headers=bearer(operator)).status_code == 422
