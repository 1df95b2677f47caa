"""Attaching schedules."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from core.access.roles import User
from services.context import Context
from services.db.tables.schedules import attachments, schedules

Headers = Callable[[User], dict[str, str]]
Instance = Callable[..., str]
OFFICE = {
    "timezone": "Europe/Berlin",
    "periods": [{"begin": "09:00", "end": "17:00", "weekdays": ["mon-fri"]}],
}


@pytest.mark.parametrize("tag", ["environment=dev", {"key": "environment", "value": "dev"}])
def test_a_new_schedule_is_attached_by_tag(
    client: TestClient, ctx: Context, operator: User, bearer: Headers, tag: object
) -> None:
    body = {"tag": tag, "schedule": OFFICE | {"name": "Office hours"}}
    answer = client.post("/resources/schedule", json=body, headers=bearer(operator))
    assert answer.status_code == 201
    stored = answer.json()
    assert (stored["tag"], stored["resource_ids"], stored["mode"], stored["attached_by"]) == (
        {"key": "environment", "value": "dev"},
        None,
        "apply",
        operator.email,
    )
    assert (stored["schedule"]["name"], stored["schedule"]["timezone"]) == ("Office hours", "Europe/Berlin")
    with ctx.begin() as db:
        assert str(db.execute(select(attachments.c.id)).scalar_one()) == stored["id"]


def test_a_kept_schedule_is_attached_to_named_resources(
    client: TestClient, operator: User, bearer: Headers, instance: Instance
) -> None:
    headers = bearer(operator)
    first = client.post(
        "/resources/schedule", json={"resource_ids": [instance("i-1")], "schedule": OFFICE}, headers=headers
    ).json()
    body = {"resource_ids": [instance("i-2")], "schedule_id": first["schedule_id"]}
    second = client.post("/resources/schedule", json=body, headers=headers)
    assert second.status_code == 201
    assert (second.json()["schedule_id"], second.json()["resource_ids"]) == (first["schedule_id"], ["i-2"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"tag": "environment=dev"}, 422),
        ({"schedule": OFFICE}, 422),
        ({"tag": "environment=dev", "resource_ids": ["i-1"], "schedule": OFFICE}, 422),
        ({"tag": "environment=dev", "schedule": OFFICE, "schedule_id": str(uuid4())}, 422),
        ({"tag": "environment=dev", "schedule_id": str(uuid4())}, 404),
        ({"tag": "environment=dev", "schedule_id": "no id"}, 422),
        ({"tag": "no value", "schedule": OFFICE}, 422),
        ({"tag": "environment=dev", "schedule": OFFICE | {"timezone": "Mars/Olympus"}}, 422),
        ({"tag": "environment=dev", "schedule": {"timezone": "UTC", "periods": [{"begin": "25:00"}]}}, 422),
        ({"resource_ids": ["i-none"], "schedule": OFFICE}, 404),
        ({"tag": "environment=dev", "schedule": OFFICE, "organisation_id": str(uuid4())}, 422),
    ],
)
def test_what_cannot_be_scheduled_is_refused_and_leaves_nothing_behind(
    client: TestClient, ctx: Context, operator: User, bearer: Headers, body: dict[str, object], status: int
) -> None:
    assert client.post("/resources/schedule", json=body, headers=bearer(operator)).status_code == status
    with ctx.begin() as db:
        assert db.execute(select(schedules)).all() == []


def test_the_same_definition_attached_again_is_the_schedule_that_is_there(
    client: TestClient, ctx: Context, operator: User, bearer: Headers, instance: Instance
) -> None:
    headers, made = bearer(operator), []
    for name in ("i-1", "i-2"):
        body = {"resource_ids": [instance(name)], "schedule": OFFICE}
        made.append(client.post("/resources/schedule", json=body, headers=headers).json()["schedule_id"])
    assert made[0] == made[1]
    again = client.post("/resources/schedule", json=body, headers=headers)
    assert (again.status_code, again.json()["detail"].endswith("already.")) == (409, True)
    with ctx.begin() as db:
        assert len(db.execute(select(schedules)).all()) == 1


def test_a_new_schedule_that_cannot_be_attached_is_not_kept(
    client: TestClient, ctx: Context, operator: User, bearer: Headers, instance: Instance
) -> None:
    with ctx.begin() as db:
        db.execute(text("alter table schedule_attachment add constraint none_today check (attached_by = '')"))
    body = {"resource_ids": [instance("i-1")], "schedule": OFFICE}
    assert client.post("/resources/schedule", json=body, headers=bearer(operator)).status_code == 503
    with ctx.begin() as db:
        assert db.execute(select(schedules)).all() == []


def test_what_if_replays_without_writing(
    client: TestClient, ctx: Context, viewer: User, bearer: Headers, instance: Instance
) -> None:
    body = {"resource_ids": [instance("i-1")], "schedule": {"timezone": "UTC", "periods": []}}
    answer = client.post("/schedules/what-if", json=body, headers=bearer(viewer))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["saved"], told["unpriced"], told["hours_spared"]) == (None, 1, "0")
    assert [(each["resource_id"], each["hours_off"]) for each in told["resources"]] == [("i-1", "720")]
    with ctx.begin() as db:
        assert db.execute(select(schedules.c.id)).first() is None
    neither = client.post("/schedules/what-if", json={"tag": "a=b"}, headers=bearer(viewer))
    assert neither.status_code == 422


def test_an_attachment_says_how_it_respects_people_and_is_changed(
    client: TestClient, operator: User, bearer: Headers
) -> None:
    headers = bearer(operator)
    held = {"respect": "hold", "hours": None, "until": "22:00", "max_hours": 8}
    body = {"tag": "a=b", "schedule": OFFICE, "mode": "approve", "manual": held}
    made = client.post("/resources/schedule", json=body, headers=headers).json()
    assert (made["mode"], made["manual"]) == ("approve", held)
    url = f"/schedules/attachments/{made['id']}"
    changed = client.put(url, json={"mode": "off", "manual": {"respect": "enforce"}}, headers=headers)
    assert (changed.status_code, changed.json()["mode"]) == (200, "off")
    assert changed.json()["manual"]["respect"] == "enforce"
    wrong = client.put(url, json={"mode": "apply", "manual": {"respect": "hold"}}, headers=headers)
    assert wrong.status_code == 422
    assert client.put(url + "x", json={"mode": "off", "manual": {}}, headers=headers).status_code == 404
