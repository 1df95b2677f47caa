"""All rules over a fleet of 50,000 resources with 14 days of hourly metrics, in one process: seconds, memory, and how it grows.

`RESOURCES=50000 ./pioneer bench rules`. No peer can be run beside it: AWS's own advisors are services. The fleet is made up, its
metrics in the shapes real fleets have; prices are the product's own table.
"""

import os
import resource as rusage
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from core.inventory import Kind, Resource
from core.measured import METRICS
from core.recommendations.catalog import catalog
from core.recommendations.evaluate import evaluate
from core.recommendations.facts import Facts
from core.recommendations.fleet import Fleet
from core.recommendations.profiles import DAYS, Profiles
from core.recommendations.usage import Usage
from services import pricebook
from services.demo.world import make

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOURS = DAYS * 24


def fleet(count: int) -> Iterator[Resource]:
    """The demo company's resources, copied under other ids until there are so many."""
    seed = [life.resource for life in make(NOW.date()).living()]
    for number in range(count):
        one = seed[number % len(seed)]
        yield replace(one, id=f"{one.id}-{number // len(seed)}") if number >= len(seed) else one


def matrices(resources: Sequence[Resource]) -> dict[str, list[tuple[Sequence[str], np.ndarray]]]:
    """Hourly samples of every metric of every resource: a day's wave, a level of its own, noise."""
    random = np.random.default_rng(7)
    wave = (np.sin(np.arange(HOURS) / 24 * 2 * np.pi) + 1).astype(np.float32)
    found: dict[str, list[tuple[Sequence[str], np.ndarray]]] = {}
    for kind in Kind:
        ids = [each.id for each in resources if each.kind is kind]
        for metric in METRICS.get(kind, ()):
            if not ids:
                continue
            scale = 30 if metric.unit == "%" else 1e6
            level = random.random((len(ids), 1), dtype=np.float32) * scale
            block = level * (0.3 + wave[np.newaxis, :] / 2) + random.random(
                (len(ids), HOURS), dtype=np.float32
            )
            found.setdefault(metric.metric, []).append((ids, block))
    return found


def known(resources: Sequence[Resource]) -> Facts:
    """All facts about them."""
    measured = matrices(resources)
    usage = Usage(measured, DAYS)
    cpu, network = measured["cpu"][0], measured["network_in"][0][1]
    ids = list(cpu[0])
    return Facts(
        now=NOW,
        prices=pricebook.book(),
        bill={each.id: Decimal(70) for each in resources},
        parts={each.id: {"BoxUsage": Decimal(70)} for each in resources},
        fleet=Fleet(resources),
        whole=frozenset((each.account_id, each.region, kind) for each in resources for kind in Kind),
        types=pricebook.instance_types(),
        usage=usage,
        profiles=Profiles(ids, NOW - timedelta(days=DAYS), cpu[1], network[: len(ids)]),
        first_seen={each.id: NOW - timedelta(days=100) for each in resources},
    )


def memory() -> float:
    """The most that this process ever held, in MB."""
    return rusage.getrusage(rusage.RUSAGE_SELF).ru_maxrss / 1000


def main() -> None:
    """Measure."""
    largest = int(os.environ.get("RESOURCES", "50000"))
    rules = catalog()
    print(f"{len(rules)} rules, {DAYS} days of hourly metrics")
    for count in (largest // 4, largest // 2, largest):
        resources = list(fleet(count))
        facts = known(resources)
        began = time.perf_counter()
        answers = evaluate(rules.values(), resources, facts)
        whole = time.perf_counter() - began
        few = resources[:: max(1, count // 50)][:50]
        began = time.perf_counter()
        evaluate(rules.values(), few, facts)
        again = time.perf_counter() - began
        told = f"{count:>6} resources: {whole:6.1f} s, {len(answers.found)} findings, {memory():.0f} MB"
        print(f"{told}; 50 of them again: {again:.2f} s")


if __name__ == "__main__":
    main()
