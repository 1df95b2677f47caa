"""Facts for rules' tests: a few real prices, and hourly samples made to measure."""

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from core.inventory import Resource
from core.prices import Price, PriceBook
from core.recommendations.catalog import catalog
from core.recommendations.evaluate import ask
from core.recommendations.facts import Facts
from core.recommendations.finding import Answer
from core.recommendations.profiles import DAYS, Profiles
from tests.builders import LONG_AGO

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FIRST = datetime(2026, 11, 9, tzinfo=UTC)
"""A Monday."""
USD = {
    "ebs:gp2": ("GB-Mo", "0.10"),
    "ebs:gp3": ("GB-Mo", "0.08"),
    "ebs:gp3-iops": ("IOPS-Mo", "0.005"),
    "ebs:gp3-throughput": ("MiBps-Mo", "0.04"),
    "ebs:io2": ("GB-Mo", "0.125"),
    "ebs:io2-iops": ("IOPS-Mo", "0.065"),
    "ebs:snapshot": ("GB-Mo", "0.05"),
    "eip:idle": ("Hrs", "0.005"),
    "ec2:m5.large": ("Hrs", "0.096"),
}
PRICES = PriceBook(
    Price(item, "us-east-1", unit, Decimal(usd), "test", date(2026, 7, 20))
    for item, (unit, usd) in USD.items()
)


def facts(**given: object) -> Facts:
    """What is known: prices in us-east-1, that `vol-1` was watched for long, and what the test says."""
    return Facts(**{"now": NOW, "prices": PRICES, "first_seen": {"vol-1": LONG_AGO}, **given})


def judged(rule: str, resource: Resource, known: Facts | None = None, **options: float) -> Answer:
    """A rule's answer on one resource, with its default options but for those given."""
    found = catalog()[rule]
    asked = {**found.defaults, **options}
    return ask(found, resource, (known or facts()).with_options(asked, found.days(asked)))


def hours(value: float) -> NDArray[np.float32]:
    """The same in every hour of two weeks."""
    return np.full(DAYS * 24, value, dtype=np.float32)


def office(busy: float, quiet: float, begin: int = 8, end: int = 18, days: int = 5) -> NDArray[np.float32]:
    """Two weeks, busy on working days from `begin` to `end`."""
    hour = np.arange(DAYS * 24)
    return np.where((hour // 24 % 7 < days) & (hour % 24 >= begin) & (hour % 24 < end), busy, quiet).astype(
        np.float32
    )


def profiles(**series: tuple[NDArray[np.float32], NDArray[np.float32]]) -> Profiles:
    """Profiles of instances by id (`i_1` for `i-1`), each from CPU (%) and traffic (bytes an hour)."""
    cpu = np.stack([pair[0] for pair in series.values()])
    network = np.stack([pair[1] for pair in series.values()])
    return Profiles([name.replace("_", "-") for name in series], FIRST, cpu, network)
