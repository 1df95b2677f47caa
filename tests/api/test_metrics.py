"""Metrics, as JSON for programs and as text for a scraper."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families as parsed
from sqlalchemy import insert

from core.access.roles import Role, User
from core.actions.model import ActionKind
from core.connections import Outcome, What
from core.metrics import DayOfSamples
from services.context import Beat, Context
from services.db.stores import collections, jobs, samples
from services.db.tables.access import organisations
from services.usecases import actions, recommendations
from tests.builders import ACCOUNT, a_volume, an_address
from tests.fleet import connected, seen

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


def test_a_scraper_reads_what_the_worker_did_in_another_process(
    client: TestClient, ctx: Context, admin: User, bearer: Headers
) -> None:
    owner, now = admin.organisation_id, ctx.now()
    connected(ctx, owner, ACCOUNT)
    seen(ctx, owner, an_address(), a_volume(state="available", attached_to=None))
    recommendations.evaluate(ctx, Beat())
    with ctx.begin() as db:
        first = collections.begin(db, owner, ACCOUNT, "us-east-1", What.INVENTORY, now)
        collections.end(db, first, now, Outcome.COMPLETE)
        second = collections.begin(db, owner, ACCOUNT, "us-east-1", What.INVENTORY, now)
        collections.end(db, second, now + timedelta(minutes=5), Outcome.PARTIAL)
        jobs.know(db, ["collect-inventory", "ingest-bills"], now)
        for name, succeeded in (("collect-inventory", True), ("ingest-bills", False)):
            at = now - timedelta(minutes=10)
            jobs.start(db, name, 1, at - timedelta(seconds=3))
            jobs.end(db, name, 1, at, succeeded=succeeded, outcome="", due_at=now)
    actions.request(ctx, admin, ActionKind.DELETE_VOLUME, "vol-1", {}, "unused")
    text = client.get("/metrics", headers=bearer(admin) | SCRAPER).text
    told: dict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
    for sample in (one for family in parsed(text) for one in family.samples):
        told[sample.name][tuple(sample.labels.values())] = sample.value
    assert told["pioneer_last_collection_timestamp_seconds"] == {
        (ACCOUNT, "us-east-1"): pytest.approx(now.timestamp())
    }
    assert told["pioneer_job_state"]["collect-inventory", "waiting"] == 1
    assert told["pioneer_job_state"]["ingest-bills", "failed"] == 1
    assert told["pioneer_job_state"]["ingest-bills", "waiting"] == 0
    assert told["pioneer_job_seconds_since_success"] == {("collect-inventory",): pytest.approx(600, abs=30)}
    assert told["pioneer_job_last_run_seconds"]["ingest-bills",] == pytest.approx(3)
    assert told["pioneer_actions"] == {("delete_volume", "queued"): 1}
    assert told["pioneer_open_findings"]["eip_unassociated",] == 1
    saving = recommendations.plan(ctx, admin).total_saving
    assert told["pioneer_open_saving_usd"][()] == pytest.approx(float(saving))
    assert saving > 0


def test_a_scraper_is_told_nothing_of_other_organisations(
    client: TestClient, ctx: Context, admin: User, person: Callable[..., User], bearer: Headers
) -> None:
    connected(ctx, admin.organisation_id, ACCOUNT)
    seen(ctx, admin.organisation_id, an_address())
    recommendations.evaluate(ctx, Beat())
    other = uuid4()
    with ctx.begin() as db:
        db.execute(insert(organisations).values(id=other, name="Other", created_at=ctx.now()))
    stranger = person(Role.ADMIN, organisation=other)
    text = client.get("/metrics", headers=bearer(stranger) | SCRAPER).text
    assert "pioneer_open_findings{" not in text
    assert "pioneer_open_saving_usd 0.0" in text


def test_the_services_own_metrics_need_a_bearer_with_that_permission(
    client: TestClient, admin: User, viewer: User, bearer: Headers, cookie: Headers
) -> None:
    assert client.get("/metrics", headers=SCRAPER).status_code == 401
    assert client.get("/metrics", headers=bearer(viewer) | SCRAPER).status_code == 403
    assert client.get("/metrics", headers=cookie(admin) | SCRAPER).status_code == 401
