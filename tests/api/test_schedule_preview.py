"""A schedule previewed through the API: nothing is written."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from core.access.roles import User
from services.context import Context

Headers = Callable[[User], dict[str, str]]
OFFICE = {
    "timezone": "Europe/London",
    "periods": [
        {"begin": "09:00", "end": "17:00", "weekdays": ["mon-fri"], "monthdays": None, "months": None}
    ],
}


def test_who_may_look_previews_states_and_intervals_and_nothing_is_written(
    client: TestClient, ctx: Context, viewer: User, bearer: Headers
) -> None:
    headers, said = bearer(viewer), []
    event.listen(ctx.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    answer = client.post(
        "/schedules/preview", json={"schedule": OFFICE, "at": ["2026-11-22T10:00:00Z"]}, headers=headers
    )
    assert (answer.status_code, answer.json()) == (200, {"states": ["stopped"]})
    span = {"from": "2026-11-23T00:00:00Z", "to": "2026-11-23T12:00:00Z"}
    answer = client.post("/schedules/preview", json={"schedule": OFFICE, **span}, headers=headers)
    assert answer.json() == {
        "intervals": [
            {"start": "2026-11-23T00:00:00Z", "end": "2026-11-23T09:00:00Z", "state": "stopped"},
            {"start": "2026-11-23T09:00:00Z", "end": "2026-11-23T12:00:00Z", "state": "running"},
        ]
    }
    assert [text for text in said if not text.lower().lstrip().startswith("select")] == []


def test_a_day_off_is_previewed(client: TestClient, viewer: User, bearer: Headers) -> None:
    asked = {"schedule": OFFICE | {"off_dates": ["11-23"]}, "at": ["2026-11-23T10:00:00Z"]}
    answer = client.post("/schedules/preview", json=asked, headers=bearer(viewer))
    assert answer.json() == {"states": ["stopped"]}


def test_beyond_its_first_and_last_day_nothing_is_wanted(
    client: TestClient, viewer: User, bearer: Headers
) -> None:
    asked = {"schedule": OFFICE | {"valid_from": "2026-11-24", "valid_to": None}}
    asked |= {"at": ["2026-11-23T10:00:00Z", "2026-11-24T10:00:00Z"]}
    answer = client.post("/schedules/preview", json=asked, headers=bearer(viewer))
    assert answer.json() == {"states": ["any", "running"]}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"schedule": OFFICE},
        {"schedule": OFFICE, "at": ["2026-11-22T10:00:00"]},
        {"schedule": OFFICE, "at": [], "from": "2026-11-22T10:00:00Z", "to": "2026-11-22T10:00:00Z"},
        {"schedule": OFFICE, "from": "2026-11-22T10:00:00Z", "to": "2030-11-22T10:00:00Z"},
        {"schedule": OFFICE | {"timezone": "Mars/Olympus"}, "at": []},
        {"schedule": OFFICE | {"periods": [{"begin": "25:00"}]}, "at": []},
        {"schedule": OFFICE | {"off_dates": ["11-31"]}, "at": []},
        {"schedule": OFFICE | {"valid_from": "2027-02-29"}, "at": []},
        {"schedule": OFFICE | {"valid_from": "2027-03-02", "valid_to": "2027-03-01"}, "at": []},
        {"schedule": OFFICE, "at": [], "more": 1},
    ],
)
def test_what_cannot_be_previewed_is_refused(
    client: TestClient, viewer: User, bearer: Headers, body: dict[str, object]
) -> None:
    answer = client.post("/schedules/preview", json=body, headers=bearer(viewer))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
