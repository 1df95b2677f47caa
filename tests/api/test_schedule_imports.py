"""Taking schedules over."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from core.access.roles import User

Headers = Callable[[User], dict[str, str]]
URL = "/schedules/import"
TAG = "off=(M-F,19);on=(M-F,7);tz=pt"
ITEMS = {
    "Items": [
        {"type": {"S": "schedule"}, "name": {"S": "office"}, "periods": {"SS": ["hours@t3.large"]}},
        {
            "type": {"S": "period"},
            "name": {"S": "hours"},
            "begintime": {"S": "09:00"},
            "endtime": {"S": "17:00"},
        },
    ],
    "Count": 2,
}


def test_a_preview_is_the_default(client: TestClient, operator: User, bearer: Headers) -> None:
    headers = bearer(operator)
    answer = client.post(URL, json={"definitions": ITEMS}, headers=headers)
    assert answer.status_code == 200
    read = answer.json()
    assert (read["source"], read["saved"]) == ("AWS Instance Scheduler", False)
    (one,) = read["schedules"]
    assert one["schedule"]["periods"][0]["begin"] == "09:00"
    assert (one["tag"], one["schedule_id"]) == ({"key": "Schedule", "value": "office"}, None)
    assert one["schedule"]["periods"][0]["instancetype"] == "t3.large"
    assert one["lost"] == []
    assert client.get("/schedules", headers=headers).json() == {"schedules": []}


@pytest.mark.parametrize("definitions", [TAG, [TAG], f"{TAG}\n" * 500])
def test_save_saves(client: TestClient, operator: User, bearer: Headers, definitions: object) -> None:
    headers = bearer(operator)
    read = client.post(URL, json={"definitions": definitions, "save": True}, headers=headers).json()
    (kept,) = client.get("/schedules", headers=headers).json()["schedules"]
    assert read["schedules"][0]["schedule_id"] == kept["id"]
    assert kept["name"] == "Off hours mon-fri 07:00-19:00, America/Los_Angeles"


@pytest.mark.parametrize("definitions", ["", "{", {}, [], [1], {"Items": []}, 3, None])
def test_what_holds_no_schedule_is_refused(
    client: TestClient, operator: User, bearer: Headers, definitions: object
) -> None:
    assert client.post(URL, json={"definitions": definitions}, headers=bearer(operator)).status_code == 422
