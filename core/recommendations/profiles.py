"""How instances were used, hour by hour: matrices of samples reduced, for the whole fleet at once, to what rules ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.recommendations.shapes import OfficeHours, office_hours
from core.savings import HOURS_PER_WEEK
from core.schedules.use import QUIET_CPU, QUIET_NETWORK

DAYS = 14
"""How many days of hourly samples are looked at."""

Matrix = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Profile:
    """One instance over the days looked at. `hours` is how many had a CPU sample; None: no sample at all.

    `cpu_max` is the highest hourly average, in %. `active` says, for each of the 168 hours of the week from Monday 00:00 UTC,
    in which share of the weeks seen the hour was active; NaN where no week had samples.
    """

    hours: int
    cpu_mean: float | None
    cpu_max: float | None
    network_per_day: float | None
    """Bytes in and out on an average day."""
    active: NDArray[np.float32]
    office: OfficeHours | None

    @property
    def hours_of_week_known(self) -> int:
        """How many of the 168 hours of a week have samples."""
        return int(np.count_nonzero(~np.isnan(self.active)))


class Profiles:
    """Profiles of a fleet, held as arrays: a row an instance."""

    def __init__(self, ids: Sequence[str], start: datetime, cpu: Matrix, network: Matrix) -> None:
        """Reduce hourly matrices (an instance a row, an hour a column from `start`, NaN where nothing was reported).

        `cpu` is in %, `network` in bytes in and out during the hour.
        """
        self._rows = {name: row for row, name in enumerate(ids)}
        known = ~np.isnan(cpu)
        self._hours = known.sum(axis=1)
        some = np.maximum(self._hours, 1)
        self._cpu_mean = np.where(known, cpu, 0).sum(axis=1) / some
        self._cpu_max = np.where(known, cpu, -np.inf).max(axis=1, initial=-np.inf)
        traffic = ~np.isnan(network)
        self._traffic_hours = traffic.sum(axis=1)
        self._network = np.where(traffic, network, 0).sum(axis=1) / np.maximum(self._traffic_hours, 1) * 24
        self._active = by_hour_of_week(
            start, known & traffic, (cpu > QUIET_CPU) | (network > QUIET_NETWORK * 3600)
        )
        self._office = office_hours(self._active)

    def find(self, resource_id: str) -> Profile | None:
        """The profile of one instance, or None where no metrics were collected for it."""
        row = self._rows.get(resource_id)
        if row is None:
            return None
        hours = int(self._hours[row])
        return Profile(
            hours=hours,
            cpu_mean=float(self._cpu_mean[row]) if hours else None,
            cpu_max=float(self._cpu_max[row]) if hours else None,
            network_per_day=float(self._network[row]) if self._traffic_hours[row] else None,
            active=self._active[row],
            office=self._office[row],
        )

    def __len__(self) -> int:
        """How many instances have metrics."""
        return len(self._rows)


def by_hour_of_week(
    start: datetime, known: NDArray[np.bool_], active: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """For each instance and hour of the week the share of weeks in which it was active; NaN where none is known."""
    place = np.array(
        [_hour_of_week(start + timedelta(hours=hour)) for hour in range(known.shape[1])], dtype=np.intp
    )
    seen = np.zeros((known.shape[0], HOURS_PER_WEEK), dtype=np.float32)
    busy = np.zeros_like(seen)
    for column, hour in enumerate(place):
        seen[:, hour] += known[:, column]
        busy[:, hour] += known[:, column] & active[:, column]
    with np.errstate(invalid="ignore"):
        return np.where(seen > 0, busy / seen, np.nan).astype(np.float32)


def _hour_of_week(at: datetime) -> int:
    return at.weekday() * 24 + at.hour


NO_PROFILES = Profiles((), datetime(2000, 1, 1), np.empty((0, 0)), np.empty((0, 0)))  # noqa: DTZ001  no hour is ever looked at
