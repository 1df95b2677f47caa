"""Schedules, calendars and attachments by version: what one has not seen, one does not overwrite."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from core.access.roles import User
from core.schedules.selector import Selector
from services.context import Context
from services.usecases import schedules

Headers = Callable[[User], dict[str, str]]
Instance = Callable[..., str]
OFFICE = {
    "name": "Office",
    "timezone": "Europe/London",
    "periods": [{"begin": "09:00", "end": "17:00", "weekdays": ["mon-fri"]}],
}
UK = {"name": "UK", "days": ["2026-12-28", {"day": "12-25", "name": "Christmas Day"}]}
FILE = "BEGIN:VCALENDAR\r\nX-WR-CALNAME:US\r\nBEGIN:VEVENT\r\nDTSTART:20261126\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\r\nSUMMARY:Thanksgiving\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
CALENDARS = "/schedules/calendars"


def test_a_schedule_is_made_read_replaced_and_deleted_by_version(
    client: TestClient, operator: User, bearer: Headers
) -> None:
    headers = bearer(operator)
    calendar = client.post(CALENDARS, json=UK, headers=headers).json()["id"]
    windows = [{"begin": "22:00", "end": "02:00", "weekdays": ["thu"], "monthdays": None, "months": None}]
    body = OFFICE | {"calendars": [calendar], "maintenance": windows, "off_dates": ["2026-12-24"]}
    body |= {"valid_from": "2027-03-01", "valid_to": "2027-03-31", "hibernate": True, "default": "any"}
    made = client.post("/schedules", json=body, headers=headers)
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    url = f"/schedules/{made.json()['id']}"
    read = client.get(url, headers=headers)
    assert (read.headers["etag"], read.json()) == ('"1"', made.json())
    (period,) = read.json()["periods"]
    assert period | OFFICE["periods"][0] == period
    assert read.json() | body | {"periods": [period]} == read.json()  # all of it, so that it can be put back
    changed = client.put(url, json=OFFICE | {"enabled": False}, headers=headers | {"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"], changed.json()["enabled"]) == (200, '"2"', False)
    assert (changed.json()["calendars"], changed.json()["version"]) == ([], 2)
    assert (changed.json()["valid_from"], changed.json()["hibernate"]) == (None, False)
    assert client.delete(url, headers=headers | {"If-Match": '"2"'}).status_code == 204
    assert client.get(url, headers=headers).status_code == 404


@pytest.mark.parametrize("said", ['"1"', 'W/"2"', '"two"', "2", '"-2"'])
def test_another_version_is_412_and_changes_nothing(
    client: TestClient, operator: User, bearer: Headers, said: str
) -> None:
    headers = bearer(operator)
    for collection, body in (("/schedules", OFFICE), (CALENDARS, UK)):
        url = f"{collection}/{client.post(collection, json=body, headers=headers).json()['id']}"
        assert client.put(url, json=body, headers=headers | {"If-Match": "*"}).headers["etag"] == '"2"'
        for answer in (
            client.put(url, json=body | {"name": "Mine"}, headers=headers | {"If-Match": said}),
            client.delete(url, headers=headers | {"If-Match": said}),
        ):
            assert answer.status_code == 412
            assert answer.json()["type"] == "urn:cloud-pioneer:problem:stale"
            assert "was changed meanwhile: it is version 2" in answer.json()["detail"]
        assert client.get(url, headers=headers).json()["name"] == body["name"]


def test_a_change_without_its_version_is_428(client: TestClient, operator: User, bearer: Headers) -> None:
    headers = bearer(operator)
    for collection, body in (("/schedules", OFFICE), (CALENDARS, UK)):
        url = f"{collection}/{client.post(collection, json=body, headers=headers).json()['id']}"
        for answer in (client.put(url, json=body, headers=headers), client.delete(url, headers=headers)):
            assert answer.status_code == 428
            assert "needs the header If-Match" in answer.json()["detail"]
            assert "Send the ETag" in answer.json()["mend"]
        several = client.delete(url, headers=headers | {"If-Match": '"1", "2"'})
        assert several.status_code == 422


def test_what_cannot_be_read_says_which_period_and_where(
    client: TestClient, operator: User, bearer: Headers
) -> None:
    body = OFFICE | {"periods": [{"begin": "09:00"}, {"weekdays": ["mon", "tue-fry"]}]}
    answer = client.post("/schedules", json=body, headers=bearer(operator))
    assert answer.status_code == 422
    said = "Period 2: “tue-fry” is not understood in weekdays at character 5: expected mon to sun"
    assert answer.json()["detail"].startswith(said)
    assert (
        client.post(
            "/schedules", json=OFFICE | {"calendars": [str(uuid4())]}, headers=bearer(operator)
        ).status_code
        == 404
    )


def test_calendars_come_from_days_or_a_file_and_say_who_observes_them(
    client: TestClient, operator: User, viewer: User, bearer: Headers
) -> None:
    headers = bearer(operator)
    made = client.post(CALENDARS, json={"icalendar": FILE}, headers=headers)
    assert (made.status_code, made.json()["name"]) == (201, "US")
    assert made.json()["days"][0] == {"day": "2026-11-26", "name": "Thanksgiving"}
    assert "comes again for long" in made.json()["notes"][0]
    client.post("/schedules", json=OFFICE | {"calendars": [made.json()["id"]]}, headers=headers)
    (listed,) = client.get(CALENDARS, headers=bearer(viewer)).json()["calendars"]
    assert (listed["used_by"], listed["notes"]) == (["Office"], [])
    refused = client.delete(f"{CALENDARS}/{listed['id']}", headers=headers | {"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["detail"]) == (409, "“US” is observed by “Office”.")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"name": "UK"}, "days, or the text of an iCalendar file"),
        ({"name": "UK", "days": ["12-25"], "icalendar": FILE}, "one of both"),
        ({"name": "UK", "days": ["x"]}, "Day 1 of “UK”: “x” is no day off"),
        ({"days": ["12-25"]}, "needs a name"),
        ({"icalendar": FILE.replace("20261126", "20261126T09")}, "Line 4: “20261126T09” is no whole day"),
        ({"icalendar": "x"}, "expected BEGIN:VCALENDAR in line 1"),
    ],
)
def test_a_calendar_that_cannot_be_read_is_refused_in_words(
    client: TestClient, operator: User, bearer: Headers, body: dict[str, object], told: str
) -> None:
    answer = client.post(CALENDARS, json=body, headers=bearer(operator))
    assert answer.status_code == 422
    assert told in answer.json()["detail"]
    assert client.get(CALENDARS, headers=bearer(operator)).json() == {"calendars": []}


def test_a_preview_takes_calendars_inline_or_kept(
    client: TestClient, operator: User, bearer: Headers
) -> None:
    headers = bearer(operator)
    kept = client.post(CALENDARS, json=UK, headers=headers).json()["id"]
    always = {"timezone": "UTC", "periods": [{}], "calendars": [kept, {"days": ["2026-12-26"]}]}
    at = [f"2026-12-{day}T12:00:00Z" for day in (25, 26, 27, 28)]
    answer = client.post("/schedules/preview", json={"schedule": always, "at": at}, headers=headers)
    assert answer.json() == {"states": ["stopped", "stopped", "running", "stopped"]}
    unknown = always | {"calendars": [str(uuid4())]}
    answer = client.post("/schedules/preview", json={"schedule": unknown, "at": at}, headers=headers)
    assert answer.status_code == 404


def test_attachments_are_listed_and_changed_by_version(
    client: TestClient, ctx: Context, operator: User, bearer: Headers, instance: Instance
) -> None:
    headers = bearer(operator)
    schedule_id = client.post("/schedules", json=OFFICE, headers=headers).json()["id"]
    made = schedules.attach(ctx, operator, UUID(schedule_id), Selector(resource_ids=(instance("i-1"),)))
    (listed,) = client.get(f"/schedules/{schedule_id}/attachments", headers=headers).json()["attachments"]
    assert (listed["id"], listed["mode"], listed["version"]) == (str(made.id), "apply", 1)
    url, body = f"/schedules/attachments/{made.id}", {"mode": "dry_run", "manual": {}}
    changed = client.put(url, json=body, headers=headers | {"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"], changed.json()["mode"]) == (200, '"2"', "dry_run")
    assert client.put(url, json=body, headers=headers | {"If-Match": '"1"'}).status_code == 412
    ordered = client.put(url, json=body | {"order": 5}, headers=headers)
    assert (ordered.status_code, ordered.json()["order"]) == (200, 5)
    assert client.put(url, json=body, headers=headers).json()["order"] == 5
    assert client.put(url, json=body | {"order": 10_000}, headers=headers).status_code == 422
    assert client.get(f"/schedules/{uuid4()}/attachments", headers=headers).status_code == 404


def test_all_of_a_region_is_attached_to_over_the_api(
    client: TestClient, operator: User, bearer: Headers, instance: Instance
) -> None:
    assert instance("i-1")
    schedule_id = client.post("/schedules", json=OFFICE, headers=bearer(operator)).json()["id"]
    body = {"schedule_id": schedule_id, "regions": ["eu-west-1"], "kinds": ["instance"]}
    made = client.post("/resources/schedule", json=body, headers=bearer(operator))
    assert made.status_code in {200, 201}
    assert (made.json()["regions"], made.json()["tag"]) == (["eu-west-1"], None)
    nothing = client.post("/resources/schedule", json={"schedule_id": schedule_id}, headers=bearer(operator))
    assert nothing.status_code == 422


def test_the_document_names_the_header_and_the_calendars(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for path in ("/schedules/{schedule_id}", "/schedules/calendars/{calendar_id}"):
        for method in ("put", "delete"):
            named = [each["name"] for each in paths[path][method]["parameters"] if each["in"] == "header"]
            assert named == ["If-Match"]
