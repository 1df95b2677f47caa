"""One's own notices over the API."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from core.access.roles import User
from core.notices.kinds import NoticeKind
from core.notices.model import Occasion
from services.context import Context
from services.usecases import notify

Headers = Callable[[User], dict[str, str]]


@pytest.fixture
def told(ctx: Context, operator: User) -> User:
    """An operator who was told of a failure and of an alert."""
    with ctx.begin() as db:
        for kind in (NoticeKind.FAILURE, NoticeKind.ALERT):
            one = Occasion(
                kind, f"{kind}:1", "it", f"A {kind}", "Because.", frozenset(), "actions", {"a": "b"}
            )
            notify.tell(db, ctx, operator.organisation_id, [(operator, one)])
    return operator


def test_the_inbox_is_listed_narrowed_and_paged(client: TestClient, told: User, bearer: Headers) -> None:
    answer = client.get("/notices", headers=bearer(told)).json()
    assert (answer["total"], answer["unread"]) == (2, 2)
    assert [each["kind"] for each in answer["notices"]] == ["alert", "failure"]
    assert answer["notices"][0]["title"] == "A alert"
    assert answer["notices"][0]["query"] == {"a": "b"}
    narrowed = client.get("/notices?kind=failure&unread=true", headers=bearer(told)).json()
    assert [each["title"] for each in narrowed["notices"]] == ["A failure"]
    paged = client.get("/notices?limit=1&offset=1", headers=bearer(told)).json()
    assert (paged["total"], [each["kind"] for each in paged["notices"]]) == (2, ["failure"])


def test_notices_are_marked_as_read_by_their_owner_only(
    client: TestClient, told: User, viewer: User, bearer: Headers
) -> None:
    first = client.get("/notices", headers=bearer(told)).json()["notices"][0]["id"]
    assert client.post(f"/notices/{first}/read", headers=bearer(viewer)).status_code == 404
    assert client.post(f"/notices/{first}/read", headers=bearer(told)).status_code == 204
    assert client.get("/notices", headers=bearer(told)).json()["unread"] == 1
    assert client.post("/notices/read", headers=bearer(viewer)).json() == {"read": 0}
    assert client.post("/notices/read", headers=bearer(told)).json() == {"read": 1}
    assert client.get("/notices", headers=bearer(viewer)).json()["notices"] == []


@pytest.mark.parametrize("name", ["00000000-0000-0000-0000-000000000009", "no id", "read all"])
def test_what_is_no_notice_of_ones_own_is_not_found(
    client: TestClient, told: User, bearer: Headers, name: str
) -> None:
    assert client.post(f"/notices/{name}/read", headers=bearer(told)).status_code == 404


@pytest.mark.parametrize("query", ["kind=gossip", "limit=0", "limit=201", "offset=-1", "who=me"])
def test_what_cannot_be_asked_is_refused(client: TestClient, told: User, bearer: Headers, query: str) -> None:
    assert client.get(f"/notices?{query}", headers=bearer(told)).status_code == 422


def test_nobody_reads_an_inbox_without_signing_in(client: TestClient) -> None:
    assert client.get("/notices").status_code == 401
