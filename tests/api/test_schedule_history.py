"""The history of a resource's schedules, and what they want next."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from core.access.roles import User
from services.context import Beat, Context
from services.usecases import schedules

Headers = Callable[[User], dict[str, str]]
Instance = Callable[..., str]
NIGHTS = {"timezone": "UTC", "periods": []}


def test_a_decision_is_told_with_its_reason_and_what_became_of_it(
    client: TestClient, ctx: Context, operator: User, bearer: Headers, instance: Instance
) -> None:
    headers = bearer(operator)
    body = {"resource_ids": [instance("i-1")], "schedule": {**NIGHTS, "name": "Off"}, "mode": "dry_run"}
    assert client.post("/resources/schedule", json=body, headers=headers).status_code == 201
    schedules.run(ctx, Beat())
    told = client.get("/schedules/history?resource_id=i-1", headers=headers).json()
    assert (told["now"]["wants"], told["now"]["mode"]) == ("stopped", "dry_run")
    (line,) = told["history"]
    assert (line["outcome"], line["reason"]) == ("dry run: would stop", "off: outside “Off” (UTC)")
    assert (line["failures"], line["next_try_at"], line["observed"]) == (0, None, [])


def test_history_is_one_resource_s_and_the_document_says_so(
    client: TestClient, operator: User, bearer: Headers
) -> None:
    refused = client.get("/schedules/history", headers=bearer(operator))
    assert refused.status_code == 422
    assert "resource_id" in refused.text
    asked = client.get("/openapi.json").json()["paths"]["/schedules/history"]["get"]["parameters"]
    (which,) = (each for each in asked if each["name"] == "resource_id")
    assert which["required"]
    assert which["description"].startswith("Which resource")


def test_the_next_transition_of_each_resource_is_told(
    client: TestClient, operator: User, bearer: Headers, instance: Instance
) -> None:
    headers = bearer(operator)
    daily = {"timezone": "UTC", "periods": [{"begin": "00:00", "end": "12:00"}], "name": "Mornings"}
    body = {"resource_ids": [instance("i-1")], "schedule": daily}
    assert client.post("/resources/schedule", json=body, headers=headers).status_code == 201
    (coming,) = client.get("/schedules/next", headers=headers).json()["transitions"]
    assert (coming["resource_id"], coming["schedules"]) == ("i-1", ["Mornings"])
    other = client.get("/schedules/next?resource_id=i-2", headers=headers).json()
    assert other == {"transitions": []}
