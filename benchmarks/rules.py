"""All rules over a fleet of 50,000 resources with 14 days of hourly metrics, in one process: seconds, memory, and how it grows.

Then the worker's own re-evaluation of a few of them, from a PostgreSQL of its own that holds the same fleet and metrics.

`RESOURCES=50000 ./pioneer bench rules`. No peer can be run beside it: AWS's own advisors are services. The fleet is made up, its
metrics in the shapes real fleets have; prices are the product's own table.
"""

import os
import resource as rusage
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
from sqlalchemy import insert, text

from core.inventory import Kind, Resource
from core.measured import METRICS
from core.metrics import DayOfSamples
from core.recommendations.catalog import catalog
from core.recommendations.evaluate import evaluate
from core.recommendations.facts import Facts
from core.recommendations.fleet import Fleet
from core.recommendations.profiles import DAYS, Profiles
from core.recommendations.usage import Usage
from services import pricebook
from services.bootstrap import open_context
from services.context import Beat, Context
from services.db import embedded, migrate
from services.db.stores import access, resources, samples
from services.db.tables.cloud import accounts
from services.demo.world import make
from services.settings import Settings
from services.usecases import evaluation

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOURS = DAYS * 24
TENTH = 10


def fleet(count: int) -> Iterator[Resource]:
    """The demo company's resources, copied under other ids until there are so many."""
    seed = [life.resource for life in make(NOW.date()).living()]
    for number in range(count):
        one = seed[number % len(seed)]
        yield replace(one, id=f"{one.id}-{number // len(seed)}") if number >= len(seed) else one


def matrices(everything: Sequence[Resource]) -> dict[str, list[tuple[Sequence[str], np.ndarray]]]:
    """Hourly samples of every metric of every resource: a day's wave, a level of its own, noise."""
    random = np.random.default_rng(7)
    wave = (np.sin(np.arange(HOURS) / 24 * 2 * np.pi) + 1).astype(np.float32)
    found: dict[str, list[tuple[Sequence[str], np.ndarray]]] = {}
    for kind in Kind:
        alike = [each for each in everything if each.kind is kind]
        for metric in METRICS.get(kind, ()):
            ids = [each.id for each in alike if metric.of(each)]
            if not ids:
                continue
            scale = 30 if metric.unit == "%" else 1e6
            level = random.random((len(ids), 1), dtype=np.float32) * scale
            block = level * (0.3 + wave[np.newaxis, :] / 2) + random.random(
                (len(ids), HOURS), dtype=np.float32
            )
            found.setdefault(metric.metric, []).append((ids, block))
    return found


def known(everything: Sequence[Resource]) -> Facts:
    """All facts about them."""
    measured = matrices(everything)
    usage = Usage(measured, DAYS)
    cpu, network = measured["cpu"][0], measured["network_in"][0][1]
    ids = list(cpu[0])
    return Facts(
        now=NOW,
        prices=pricebook.book(),
        bill={each.id: Decimal(70) for each in everything},
        parts={each.id: {"BoxUsage": Decimal(70)} for each in everything},
        fleet=Fleet(everything),
        whole=frozenset((each.account_id, each.region, kind) for each in everything for kind in Kind),
        types=pricebook.instance_types(),
        usage=usage,
        profiles=Profiles(ids, NOW - timedelta(days=DAYS), cpu[1], network[: len(ids)]),
        first_seen={each.id: NOW - timedelta(days=100) for each in everything},
    )


def memory() -> float:
    """The most that this process ever held, in MB."""
    return rusage.getrusage(rusage.RUSAGE_SELF).ru_maxrss / 1000


def kept(ctx: Context, everything: Sequence[Resource]) -> UUID:
    """The fleet in the database as the collector keeps it, every tenth with its metrics."""
    organisation_id, now = uuid4(), datetime.now(UTC)
    with ctx.begin() as db:
        access.add_organisation(db, organisation_id, "Benchmark", now)
        for account in sorted({each.account_id for each in everything}):
            values = {"organisation_id": organisation_id, "id": account, "name": account, "external_id": "x"}
            given = {"regions": ["us-east-1"], "status": "connected", "created_at": now}
            db.execute(insert(accounts).values(values | given))
        for start in range(0, len(everything), 5000):
            resources.publish(db, organisation_id, everything[start : start + 5000], now)
    first = now.date() - timedelta(days=DAYS)
    grid = np.random.default_rng(7).random((DAYS, samples.STEPS), dtype=np.float32)
    rows = [
        DayOfSamples(each.id, metric.metric, first + timedelta(days=day), grid[day], complete=True)
        for each in everything[::TENTH]
        for metric in METRICS.get(each.kind, ())
        if metric.of(each)
        for day in range(DAYS)
    ]
    with ctx.begin() as db:
        samples.make_partitions(db, first, now.date())
        samples.write(db, organisation_id, rows, 3600)
        db.execute(text("analyze"))
    return organisation_id


def again(largest: int) -> None:
    """What the worker takes after an action, from its own database; without a bill."""
    everything = list(fleet(largest))
    with tempfile.TemporaryDirectory(prefix="pioneer-bench-") as folder:
        home = Path(folder)
        ctx = open_context(
            Settings(_env_file=None, DATABASE_URL=embedded.url(home), PIONEER_DATA=home / "home")
        )
        migrate.upgrade(ctx.engine)
        organisation_id = kept(ctx, everything)
        for few in (1, 50):
            ids = [each.id for each in everything[:: TENTH * (largest // TENTH // few)]][:few]
            began, busy = time.perf_counter(), time.process_time()
            evaluation.again(ctx, Beat(), organisation_id, ids)
            seconds, own = time.perf_counter() - began, time.process_time() - busy
            print(
                f"{few} of {largest} again, from PostgreSQL: {seconds:.2f} s ({own:.2f} s of its own)",
                flush=True,
            )
        ctx.warehouse.close()
        ctx.engine.dispose()


def measured(count: int) -> str:
    """One size, from nothing: what another size held is let go of before."""
    everything = list(fleet(count))
    facts = known(everything)
    began, busy = time.perf_counter(), time.process_time()
    answers = evaluate(catalog().values(), everything, facts)
    whole, own = time.perf_counter() - began, time.process_time() - busy
    few = everything[:: max(1, count // 50)][:50]
    began = time.perf_counter()
    evaluate(catalog().values(), few, facts)
    anew = time.perf_counter() - began
    told = f"{count:>6} resources: {whole:6.1f} s ({own:.1f} s of its own), {len(answers.found)} findings, {memory():.0f} MB"
    return f"{told}; 50 of them again: {anew:.2f} s"


def main() -> None:
    """Measure."""
    largest = int(os.environ.get("RESOURCES", "50000"))
    print(f"{len(catalog())} rules, {DAYS} days of hourly metrics")
    for count in (largest // 4, largest // 2, largest):
        print(measured(count), flush=True)
    again(largest)


if __name__ == "__main__":
    main()
