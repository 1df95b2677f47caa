"""What the API says when something of its own, its database or a client goes wrong."""

from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.api import app as api
from services.context import Context
from services.db import database


@pytest.fixture
def app(ctx: Context) -> FastAPI:
    """One of its own, as tests add routes to it."""
    return api.create(ctx)


def test_a_defect_of_ours_is_500_without_our_inside(app: FastAPI) -> None:
    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret inside")

    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["request_id"]


def test_a_database_that_is_gone_is_503_and_unhealthy(ctx: Context, database_url: str) -> None:
    gone = replace(ctx, engine=database.connect(database_url.replace("test_", "gone_")))
    with TestClient(api.create(gone), raise_server_exceptions=False) as client:
        assert client.get("/health").status_code == 503
        answer = client.post("/auth/login", json={"email": "a@example.com", "password": "x"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "gone_" not in answer.text


def test_a_body_beyond_a_megabyte_is_not_read(client: TestClient) -> None:
    big = b'{"email": "' + b"x" * 1_100_000 + b'", "password": "x"}'
    for content in (big, iter([big])):
        answer = client.post("/auth/login", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
