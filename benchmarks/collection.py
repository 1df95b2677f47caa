"""A full collection of the demo cloud (target 20 s), and its GetMetricData calls against the least that AWS's limits allow."""

import math
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from _demo import fresh_data, quantile

from core.measured import METRICS, queries_of
from services.bootstrap import database_url, open_context
from services.context import Beat, Context
from services.db import database, migrate
from services.db.stores import resources
from services.demo import cloud as demo_cloud
from services.demo import seed
from services.demo.company import ORGANISATION_ID
from services.settings import load
from services.telemetry import REGISTRY
from services.usecases import inventory, metrics

QUERIES_A_CALL, POINTS_A_CALL = 500, 100_800
"""AWS's limits for one GetMetricData call, which reaches one account and region."""
WINDOW = timedelta(days=30)
ROUNDS = 5


@contextmanager
def company(data: Path) -> Iterator[Context]:
    """The demo's cloud in this process, and records that know its accounts."""
    cloud, server = demo_cloud.start(data, 0)
    cloud.wake()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    settings = load(PIONEER_MODE="demo", PIONEER_DATA=data, PIONEER_AWS_ENDPOINT=endpoint)
    engine = database.connect(database_url(settings))
    migrate.upgrade(engine)
    engine.dispose()
    ctx = open_context(settings)
    seed.first_start(ctx)
    yield ctx
    server.shutdown()
    ctx.engine.dispose()


def calls_made() -> float:
    """GetMetricData calls so far."""
    labels = {"service": "cloudwatch", "operation": "GetMetricData"}
    return REGISTRY.get_sample_value("pioneer_aws_calls_total", labels) or 0.0


def least_calls(ctx: Context, hours: int) -> tuple[int, int]:
    """Series to ask for, and the fewest calls they fit in."""
    with ctx.begin() as db:
        fleet = resources.of_kinds(db, ORGANISATION_ID, list(METRICS))
        series = Counter((one.account_id, one.region) for one in fleet for _ in queries_of(one))
    calls = sum(math.ceil(count / min(QUERIES_A_CALL, POINTS_A_CALL // hours)) for count in series.values())
    return series.total(), calls


with fresh_data() as data, company(data) as ctx:
    began = time.monotonic()
    said = inventory.collect(ctx, Beat())
    first_inventory = time.monotonic() - began
    before = calls_made()
    metrics.collect(ctx, Beat())
    first = time.monotonic() - began
    series, least = least_calls(ctx, int(WINDOW / timedelta(hours=1)))
    print(f"first full collection: {first:.1f} s (inventory {first_inventory:.1f} s, {said}) (target 20 s)")
    print(
        f"GetMetricData: {calls_made() - before:.0f} calls for {series} series over 30 days, least possible {least}"
    )
    again = []
    for _ in range(ROUNDS):
        began = time.monotonic()
        inventory.collect(ctx, Beat())
        metrics.collect(ctx, Beat())
        again.append(time.monotonic() - began)
    print(f"collected again, {ROUNDS} times: median {quantile(again, 0.5):.1f} s")
