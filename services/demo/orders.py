"""How many orders the company's shop takes a day, as the shop itself reports them to CloudWatch."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from core.costs.units import CloudWatchMetric
from core.periods import Period
from services.demo.company import PRODUCTION, US
from services.demo.noise import key, uniform

METRIC = CloudWatchMetric("Hekla/Shop", "OrdersPlaced", (("Store", "all"),), "Sum", PRODUCTION.id, US)
SILENT_BACK = range(33, 36)
"""Days before birth on which the shop counted nothing, because its counter was down: their orders are unknown."""
USUAL = 2_350
_EPOCH = date(2024, 1, 1)
_GROWTH = 0.00035
"""A day: an eighth more orders each year."""
_WEEKDAYS = (0.96, 0.93, 0.95, 1.0, 1.1, 1.14, 0.92)
_NOISE = 0.08
_BUSY = {10: 1.05, 11: 1.22, 12: 1.31, 1: 0.9, 2: 0.92}
"""Months in which people buy warm clothes, or have just bought them."""
_DAY = 86_400


def counted(seed: int, born: date, day: date) -> int | None:
    """Orders of one day; None where the counter was down. The same whenever it is asked for."""
    if (born - day).days in SILENT_BACK:
        return None
    number = np.array([day.toordinal()], dtype=np.int64)
    noise = 1 + _NOISE * (2 * float(uniform(key(seed, "orders"), number)[0]) - 1)
    grown = 1 + _GROWTH * (day - _EPOCH).days
    return round(USUAL * grown * _WEEKDAYS[day.weekday()] * _BUSY.get(day.month, 1.0) * noise)


def asked_for(account: str, region: str, query: dict[str, Any]) -> bool:
    """Whether a GetMetricData query is about the orders of whole days."""
    stat = query["MetricStat"]
    metric = stat["Metric"]
    pairs = tuple((each["Name"], each["Value"]) for each in metric.get("Dimensions") or ())
    asked = CloudWatchMetric(METRIC.namespace, METRIC.name, pairs, METRIC.statistic, account, region)
    names = (metric["Namespace"], metric["MetricName"], stat["Stat"], int(stat["Period"]))
    return asked == METRIC and names == (METRIC.namespace, METRIC.name, METRIC.statistic, _DAY)


def answer(seed: int, born: date, start: datetime, end: datetime) -> tuple[list[datetime], list[float]]:
    """The midnights (UTC, naive as moto writes them) of whole days between two instants, and the orders of each."""
    days = Period(start.date(), max(start.date(), end.date())).days()
    known = [(day, count) for day in days if (count := counted(seed, born, day)) is not None]
    times = [datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None) for day, _ in known]
    return times, [float(count) for _, count in known]


def history(seed: int, born: date, days: int) -> dict[date, int]:
    """The orders of the days before birth, as far as they were counted."""
    back = (born - timedelta(days=number) for number in range(days, 0, -1))
    return {day: count for day in back if (count := counted(seed, born, day)) is not None}
