"""Metrics, as JSON for programs and as text for a scraper."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
from fastapi.testclient import TestClient

from core.access.roles import User
from core.metrics import DayOfSamples
from services.context import Context
from services.db.stores import samples

Headers = Callable[[User], dict[str, str]]
Instance = Callable[..., str]


def test_metrics_are_json_for_people_with_what_is_unknown(
    client: TestClient, ctx: Context, viewer: User, bearer: Headers, instance: Instance
) -> None:
    instance("i-1")
    now = ctx.now()
    asked = {
        "resource_id": ["i-1", "i-none"],
        "metric": "cpu",
        "start": (now - timedelta(hours=3)).isoformat(),
        "end": now.isoformat(),
    }
    body = client.get("/metrics", params=asked, headers=bearer(viewer)).json()
    assert (body["metric"], body["unit"], body["series"], body["unknown"]) == (
        "cpu",
        "%",
        [],
        ["i-1", "i-none"],
    )
    assert client.get("/metrics", headers=bearer(viewer)).json()["unknown"] == ["i-1"]
    naive = client.get("/metrics", params={"start": "2026-03-01T00:00:00"}, headers=bearer(viewer))
    assert naive.status_code == 422


def test_kept_values_come_with_their_hours_and_null_where_nothing_was_reported(
    client: TestClient, ctx: Context, viewer: User, bearer: Headers, instance: Instance
) -> None:
    instance("i-1")
    day = ctx.now().date() - timedelta(days=1)
    values = np.arange(24, dtype=np.float32)
    values[3] = np.nan
    with ctx.begin() as db:
        samples.make_partitions(db, day, day)
        samples.write(
            db, viewer.organisation_id, [DayOfSamples("i-1", "cpu", day, values, complete=True)], 3600
        )
    start = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    asked = {
        "resource_id": "i-1",
        "start": start.isoformat(),
        "end": (start + timedelta(hours=4)).isoformat(),
    }
    body = client.get("/metrics", params=asked, headers=bearer(viewer)).json()
    series = body["series"][0]
    hours = dict(zip(series["times"], series["values"], strict=True))
    assert (body["unknown"], series["resource_id"]) == ([], "i-1")
    assert hours[start.isoformat().replace("+00:00", "Z")] == 1.0
    assert 3.0 not in hours.values()


SCRAPER = {
    "Accept": "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"
}


def test_a_scraper_gets_the_services_own_metrics(client: TestClient, admin: User, bearer: Headers) -> None:
    client.get("/health")
    answer = client.get("/metrics", headers=bearer(admin) | SCRAPER)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'pioneer_http_requests_total{method="GET",route="/health",status="200"}' in answer.text


def test_the_services_own_metrics_need_a_bearer_with_that_permission(
    client: TestClient, admin: User, viewer: User, bearer: Headers, cookie: Headers
) -> None:
    assert client.get("/metrics", headers=SCRAPER).status_code == 401
    assert client.get("/metrics", headers=bearer(viewer) | SCRAPER).status_code == 403
    assert client.get("/metrics", headers=cookie(admin) | SCRAPER).status_code == 401
