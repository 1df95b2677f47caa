"""Every route, every role: who is let in, as a table that a reviewer can read."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from core.access.roles import ROLE_PERMISSIONS, Permission, Role, User
from services.api.deps import Needs, signed_in
from tests.api.bodies import ASKED, BODIES

PUBLIC = {("POST", "/auth/signup"), ("POST", "/auth/login"), ("POST", "/auth/google"), ("GET", "/health")}
ANYBODY_SIGNED_IN = {("GET", "/auth/verify")}
NEEDED = {
    ("GET", "/costs"): Permission.VIEW_COSTS,
    ("GET", "/costs/lines"): Permission.VIEW_COSTS,
    ("GET", "/costs/why"): Permission.VIEW_COSTS,
    ("GET", "/costs/compare"): Permission.VIEW_COSTS,
    ("GET", "/costs/resource"): Permission.VIEW_COSTS,
    ("GET", "/costs/table"): Permission.VIEW_COSTS,
    ("GET", "/costs/dimensions"): Permission.VIEW_COSTS,
    ("GET", "/costs/focus"): Permission.VIEW_COSTS,
    ("GET", "/reconcile"): Permission.VIEW_COSTS,
    ("POST", "/reconcile/invoices"): Permission.MANAGE_COSTS,
    ("DELETE", "/reconcile/invoices/{invoice_id}"): Permission.MANAGE_COSTS,
    ("GET", "/views"): Permission.VIEW_COSTS,
    ("POST", "/views"): Permission.VIEW_COSTS,
    ("PATCH", "/views/{view_id}"): Permission.VIEW_COSTS,
    ("DELETE", "/views/{view_id}"): Permission.VIEW_COSTS,
    ("POST", "/views/{view_id}/restore"): Permission.VIEW_COSTS,
    ("GET", "/budgets"): Permission.VIEW_COSTS,
    ("GET", "/budgets/{budget_id}"): Permission.VIEW_COSTS,
    ("POST", "/budgets"): Permission.MANAGE_COSTS,
    ("PUT", "/budgets/{budget_id}"): Permission.MANAGE_COSTS,
    ("DELETE", "/budgets/{budget_id}"): Permission.MANAGE_COSTS,
    ("GET", "/units"): Permission.VIEW_COSTS,
    ("GET", "/units/{metric}/cost"): Permission.VIEW_COSTS,
    ("PUT", "/units/{metric}"): Permission.MANAGE_COSTS,
    ("DELETE", "/units/{metric}"): Permission.MANAGE_COSTS,
    ("POST", "/units/{metric}/samples"): Permission.MANAGE_COSTS,
    ("GET", "/commitments"): Permission.VIEW_COSTS,
    ("GET", "/commitments/coverage"): Permission.VIEW_COSTS,
    ("GET", "/commitments/advice"): Permission.VIEW_COSTS,
    ("GET", "/commitments/renewals"): Permission.VIEW_COSTS,
    ("GET", "/commitments/{commitment}/hours"): Permission.VIEW_COSTS,
    ("GET", "/allocation"): Permission.VIEW_COSTS,
    ("GET", "/allocation/coverage"): Permission.VIEW_COSTS,
    ("POST", "/allocation/preview"): Permission.MANAGE_COSTS,
    ("GET", "/allocation/tags"): Permission.VIEW_COSTS,
    ("POST", "/allocation/tags"): Permission.MANAGE_COSTS,
    ("DELETE", "/allocation/tags/{name}"): Permission.MANAGE_COSTS,
    ("GET", "/allocation/shared"): Permission.VIEW_COSTS,
    ("POST", "/allocation/shared"): Permission.MANAGE_COSTS,
    ("DELETE", "/allocation/shared/{tag}/{name}"): Permission.MANAGE_COSTS,
    ("GET", "/resources"): Permission.VIEW_RESOURCES,
    ("GET", "/resources/recommendations"): Permission.VIEW_RECOMMENDATIONS,
    ("POST", "/resources/optimize"): Permission.VIEW_RECOMMENDATIONS,
    ("GET", "/actions"): Permission.VIEW_ACTIONS,
    ("POST", "/actions/{action_id}/approve"): Permission.APPROVE,
    ("POST", "/actions/{action_id}/reject"): Permission.APPROVE,
    ("GET", "/actions/batches/{batch_id}"): Permission.VIEW_ACTIONS,
    ("POST", "/actions/batches/{batch_id}/stop"): Permission.ACT,
    ("GET", "/savings"): Permission.VIEW_RECOMMENDATIONS,
    ("GET", "/savings/{saving_id}"): Permission.VIEW_RECOMMENDATIONS,
    ("POST", "/savings"): Permission.JUDGE_RECOMMENDATIONS,
    ("POST", "/resources/schedule"): Permission.EDIT_SCHEDULES,
    ("POST", "/resources/switch"): Permission.VIEW_RESOURCES,
    ("POST", "/resources/recommendations/{finding_id}/apply"): Permission.ACT,
    ("POST", "/resources/recommendations/{finding_id}/dismiss"): Permission.JUDGE_RECOMMENDATIONS,
    ("POST", "/resources/recommendations/{finding_id}/snooze"): Permission.JUDGE_RECOMMENDATIONS,
    ("POST", "/resources/recommendations/{finding_id}/reopen"): Permission.JUDGE_RECOMMENDATIONS,
    ("GET", "/schedules"): Permission.VIEW_SCHEDULES,
    ("POST", "/schedules"): Permission.EDIT_SCHEDULES,
    ("GET", "/schedules/{schedule_id}"): Permission.VIEW_SCHEDULES,
    ("PUT", "/schedules/{schedule_id}"): Permission.EDIT_SCHEDULES,
    ("DELETE", "/schedules/{schedule_id}"): Permission.EDIT_SCHEDULES,
    ("GET", "/schedules/{schedule_id}/attachments"): Permission.VIEW_SCHEDULES,
    ("GET", "/schedules/calendars"): Permission.VIEW_SCHEDULES,
    ("POST", "/schedules/calendars"): Permission.EDIT_SCHEDULES,
    ("GET", "/schedules/calendars/{calendar_id}"): Permission.VIEW_SCHEDULES,
    ("PUT", "/schedules/calendars/{calendar_id}"): Permission.EDIT_SCHEDULES,
    ("DELETE", "/schedules/calendars/{calendar_id}"): Permission.EDIT_SCHEDULES,
    ("GET", "/schedules/overrides"): Permission.VIEW_SCHEDULES,
    ("POST", "/schedules/preview"): Permission.VIEW_SCHEDULES,
    ("GET", "/schedules/history"): Permission.VIEW_SCHEDULES,
    ("GET", "/schedules/next"): Permission.VIEW_SCHEDULES,
    ("GET", "/schedules/savings"): Permission.VIEW_SCHEDULES,
    ("POST", "/schedules/import"): Permission.EDIT_SCHEDULES,
    ("POST", "/schedules/overrides"): Permission.ACT,
    ("DELETE", "/schedules/overrides/{override_id}"): Permission.ACT,
    ("POST", "/schedules/what-if"): Permission.VIEW_SCHEDULES,
    ("DELETE", "/schedules/attachments/{attachment_id}"): Permission.EDIT_SCHEDULES,
    ("PUT", "/schedules/attachments/{attachment_id}"): Permission.EDIT_SCHEDULES,
    ("GET", "/actions/{action_id}"): Permission.VIEW_ACTIONS,
    ("POST", "/actions"): Permission.ACT,
    ("POST", "/actions/preview"): Permission.ACT,
    ("POST", "/actions/{action_id}/cancel"): Permission.ACT,
    ("POST", "/actions/{action_id}/undo"): Permission.ACT,
    ("GET", "/connections"): Permission.VIEW_CONNECTIONS,
    ("GET", "/notices"): Permission.OWN_PROFILE,
    ("POST", "/notices/read"): Permission.OWN_PROFILE,
    ("POST", "/notices/{notice_id}/read"): Permission.OWN_PROFILE,
    ("GET", "/metrics"): Permission.VIEW_RESOURCES,
    ("GET", "/alerts"): Permission.VIEW_RESOURCES,
    ("POST", "/alerts"): Permission.EDIT_ALERTS,
}
FIRST = {
    ("POST", "/auth/signup"),
    ("POST", "/auth/login"),
    ("POST", "/auth/google"),
    ("GET", "/auth/verify"),
    ("GET", "/resources"),
    ("GET", "/resources/recommendations"),
    ("POST", "/resources/optimize"),
    ("POST", "/resources/schedule"),
    ("GET", "/metrics"),
    ("POST", "/alerts"),
    ("GET", "/health"),
}
"""The API's first eleven, which stay as they are."""


def routes(found: Iterable[Any]) -> Iterator[Any]:
    for route in found:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from routes(inner.routes)


def calls(dependant: Dependant) -> Iterator[Any]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from calls(inner)


def test_the_api_is_exactly_this(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    answered = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert answered == PUBLIC | ANYBODY_SIGNED_IN | set(NEEDED)


def test_the_first_routes_are_where_they_were(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    answered = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert answered >= FIRST


def test_the_document_says_how_one_signs_in_and_what_each_operation_does(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    schemes = document["components"]["securitySchemes"]
    assert (schemes["bearer"]["type"], schemes["bearer"]["scheme"]) == ("http", "bearer")
    assert (schemes["cookie"]["in"], schemes["cookie"]["name"]) == ("cookie", "pioneer")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            public = (method.upper(), path) in PUBLIC
            assert operation.get("security", []) == ([] if public else [{"bearer": []}, {"cookie": []}])
            assert operation["summary"].endswith("."), (path, operation["summary"])
            assert len(operation["summary"].split()) > 1


def test_every_route_names_its_permission_or_is_on_the_reviewed_lists(app: FastAPI) -> None:
    seen = set()
    for route in routes(app.routes):
        if not isinstance(route, APIRoute):
            assert route.path == "/openapi.json", "only the document itself is no route of ours"
            continue
        for method in route.methods:
            key = (method, route.path_format)  # without how a part of it is matched
            asked = list(calls(route.dependant))
            permissions = [call.permission for call in asked if isinstance(call, Needs)]
            if key in NEEDED:
                assert permissions == [NEEDED[key]]
            elif key in ANYBODY_SIGNED_IN:
                assert signed_in in asked
            else:
                assert key in PUBLIC
            seen.add(key)
    assert seen == PUBLIC | ANYBODY_SIGNED_IN | set(NEEDED)


@pytest.mark.parametrize("role", [None, *Role])
def test_every_route_lets_in_whose_role_carries_its_permission_and_nobody_else(
    client: TestClient,
    person: Callable[..., User],
    bearer: Callable[[User], dict[str, str]],
    role: Role | None,
) -> None:
    headers = {} if role is None else bearer(person(role))
    for (method, path), permission in NEEDED.items():
        body, asked = BODIES.get((method, path)), ASKED.get((method, path))
        whatever = headers | {"If-Match": "*"}
        answer = client.request(method, path, params=asked, json=body, headers=whatever)
        if role is None:
            assert answer.status_code == 401, path
        elif permission in ROLE_PERMISSIONS[role]:
            assert answer.status_code in {200, 201, 204, 404}, (path, answer.text)
        else:
            assert answer.status_code == 403, path
            assert "roles" in answer.json()["mend"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/docs", 404),
        ("GET", "/redoc", 404),
        ("GET", "/resources/", 404),
        ("DELETE", "/resources", 405),
        ("OPTIONS", "/resources", 405),
        ("GET", "/auth/login", 405),
        ("POST", "/alerts", 401),
        ("GET", "/health", 200),
    ],
)
def test_every_answer_is_a_problem_or_a_success_and_carries_the_security_headers(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path, headers={"Origin": "https://evil.example"})
    assert answer.status_code == status
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["status"] == status
        assert problem["instance"] == path
        assert problem["request_id"] == answer.headers["x-request-id"]
    for header in ("content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options"):
        assert header in answer.headers
    assert "access-control-allow-origin" not in answer.headers
