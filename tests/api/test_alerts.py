"""Setting thresholds."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from core.access.roles import Role, User

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


def test_alerts_are_listed_by_page_state_and_resource_to_who_sees_what_they_watch(
    client: TestClient, operator: User, person: Callable[..., User], bearer: Headers, instance: Instance
) -> None:
    near, far = instance("i-1"), instance("i-2")
    asked = {"metric": "cpu", "comparison": ">", "threshold": 80, "for_minutes": 15}
    made = [
        client.post("/alerts", json=asked | {"resource_id": each}, headers=bearer(operator)).json()
        for each in (near, far, near)
    ]
    viewer = bearer(person(Role.VIEWER, organisation=operator.organisation_id))
    page = client.get("/alerts", params={"limit": 2, "offset": 1}, headers=viewer).json()
    assert (page["total"], page["limit"], page["offset"]) == (3, 2, 1)
    assert page["alerts"] == [made[1], made[0]]
    of_one = client.get("/alerts", params={"resource_id": far, "state": ["ok", "unknown"]}, headers=viewer)
    assert of_one.json()["alerts"] == [made[1]]
    assert client.get("/alerts", params={"state": "firing"}, headers=viewer).json()["total"] == 0
    assert client.get("/alerts", params={"state": "loud"}, headers=viewer).status_code == 422
    elsewhere = person(
        Role.VIEWER, organisation=operator.organisation_id, accounts=frozenset({"999999999999"})
    )
    assert client.get("/alerts", headers=bearer(elsewhere)).json()["total"] == 0


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
