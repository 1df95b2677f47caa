"""How resources were used, hour by hour: what rules ask of the samples that the collector kept."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.floating[Any]]
HOURS_PER_DAY = 24


@dataclass(frozen=True)
class Series:
    """One metric of one resource over the days looked at: a value an hour, NaN where nothing was reported."""

    values: Matrix

    @cached_property
    def known(self) -> Matrix:
        """The hours that have a sample."""
        return self.values[~np.isnan(self.values)]

    @property
    def hours(self) -> int:
        """How many hours have a sample."""
        return int(self.known.size)

    def lately(self, hours: int) -> "Series":
        """The last so many hours of it."""
        return Series(self.values[-hours:])

    @property
    def mean(self) -> float:
        """The average of the hours that have a sample (at least one)."""
        return float(self.known.mean(dtype=np.float64))

    @property
    def highest(self) -> float:
        """The highest hour."""
        return float(self.known.max())

    @property
    def lowest(self) -> float:
        """The lowest hour."""
        return float(self.known.min())

    @property
    def total(self) -> float:
        """All hours together."""
        return float(self.known.sum(dtype=np.float64))

    @property
    def a_day(self) -> float:
        """Together on an average day, of the hours that have a sample."""
        return self.mean * HOURS_PER_DAY

    def at(self, percentile: float) -> float:
        """The value that so many per cent of the hours do not pass (nearest rank: a value that really was)."""
        return float(np.percentile(self.known, percentile, method="higher"))

    def above(self, limit: float) -> float:
        """The share of the hours, 0 to 1, in which the value was above a limit."""
        return float(np.count_nonzero(self.known > limit)) / self.hours if self.hours else 0.0

    def a_day_each(self) -> Matrix:
        """Each day's sum; NaN for days without a sample."""
        days = self.values.reshape(-1, HOURS_PER_DAY)
        sums = np.nansum(days, axis=1, dtype=np.float64)
        return np.where(np.isnan(days).all(axis=1), np.nan, sums)


class Usage:
    """The samples of a fleet: for each metric, resources' ids and a matrix with a row a resource and a column an hour."""

    def __init__(self, matrices: Mapping[str, Sequence[tuple[Sequence[str], Matrix]]], days: int) -> None:
        """`matrices` may hold several blocks a metric; a row of NaN was asked for and silent, what is left out was never asked for."""
        self.days = days
        self.shown = 0  # hours up to the last; 0: all
        self._rows: dict[tuple[str, str], Matrix] = {
            (metric, name): row
            for metric, blocks in matrices.items()
            for ids, block in blocks
            for name, row in zip(ids, block, strict=True)
        }

    def last(self, days: int) -> "Usage":
        """The same, of no more than the last so many days."""
        if days >= self.days:
            return self
        shorter = copy(self)
        shorter.days, shorter.shown = days, days * HOURS_PER_DAY
        return shorter

    def asked(self, resource_id: str, metric: str) -> bool:
        """Whether CloudWatch was asked and answered, be it with nothing."""
        return (metric, resource_id) in self._rows

    def find(self, resource_id: str, metric: str) -> Series | None:
        """A metric of a resource; None where no hour was sampled."""
        row = self._rows.get((metric, resource_id))
        if row is None:
            return None
        series = Series(row[-self.shown :])
        return series if series.hours else None


NO_USAGE = Usage({}, 0)
