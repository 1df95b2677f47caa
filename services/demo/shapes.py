"""How machines behave: load in per cent for each five minutes, by the name of the shape. Offices work 8 to 18 UTC, Monday to Friday."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.demo.company import OFFICE_HOURS
from services.demo.noise import uniform

STEP = 300
"""Seconds between samples: what everything coarser is summed up from."""
_HOUR, _DAY = 12, 288
_SATURDAY = 5
Samples = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True)
class Moment:
    """The samples asked for: their numbers since 1970, and who is asked. `age` is in days since the machine began."""

    index: Index
    key: np.uint64
    began: int

    @property
    def hour(self) -> NDArray[np.int64]:
        """Hour of the day, UTC."""
        return self.index // _HOUR % 24

    @property
    def workday(self) -> NDArray[np.bool_]:
        """Monday to Friday: 1970 began on a Thursday."""
        return (self.index // _DAY + 3) % 7 < _SATURDAY

    @property
    def age(self) -> Samples:
        """Days since it began."""
        return (self.index - self.began) / _DAY

    def noise(self, every: int = 1) -> Samples:
        """Between 0 and 1, the same for `every` samples in a row."""
        return uniform(self.key + np.uint64(every), self.index // every)

    def own(self) -> float:
        """Between 0 and 1: what sets this machine apart from its like."""
        return float(uniform(self.key, np.zeros(1, np.int64))[0])


def idle(at: Moment) -> Samples:
    """Nobody is there: well under two per cent."""
    return 0.4 + 0.9 * at.noise()


def office(at: Moment) -> Samples:
    """Busy while the office is, idle else."""
    working = at.workday & (at.hour >= OFFICE_HOURS.start) & (at.hour < OFFICE_HOURS.stop)
    return np.where(working, 28 + 24 * at.noise(), 0.5 + 0.8 * at.noise())


def daylight(at: Moment) -> Samples:
    """Customers come by day and some by night: never idle."""
    height = np.maximum(0.0, 1 - np.abs(at.hour - 14) / 9)
    return 13 + (30 + 10 * at.own()) * height + 6 * at.noise()


def weekday(at: Moment) -> Samples:
    """Busy around the clock on working days, ticking over at weekends."""
    return np.where(at.workday, 30 + 20 * at.noise(), 11 + 4 * at.noise())


def steady(at: Moment) -> Samples:
    """The same, day and night."""
    return 34 + 20 * at.own() + 10 * at.noise()


def modest(at: Moment) -> Samples:
    """A little to do, at all times."""
    return 9 + 6 * at.noise()


def hot(at: Moment) -> Samples:
    """Nearly all it can, day and night."""
    return 78 + 8 * at.noise()


def spiky(at: Moment) -> Samples:
    """Quiet hours, and now and then one that is not."""
    burst = at.noise(_HOUR) > 0.86  # noqa: PLR2004  # one hour in seven
    return np.where(burst, 65 + 25 * at.noise(), 12 + 6 * at.noise())


def spikes(at: Moment) -> Samples:
    """Nearly nothing, but every six hours a quarter of an hour at full load: no idle machine."""
    burst = at.index % (6 * _HOUR) < 3  # noqa: PLR2004  # three samples of five minutes
    return np.where(burst, 82 + 12 * at.noise(), 2.2 + at.noise())


def proxy(at: Moment) -> Samples:
    """Hardly any CPU, for it only passes traffic on."""
    return 2.0 + 1.2 * at.noise()


def night(at: Moment) -> Samples:
    """Batches from one to six in the morning; by day it takes in what they need."""
    batch = (at.hour >= 1) & (at.hour < 6)  # noqa: PLR2004  # the hours above
    return np.where(batch, 74 + 18 * at.noise(), 12 + 4 * at.noise())


def growing(at: Moment) -> Samples:
    """A little more every day."""
    return np.minimum(86.0, 16 + 0.13 * np.maximum(at.age, 0) + 5 * at.noise())


def young(at: Moment) -> Samples:
    """Started days ago and not yet in use; takes up its work three days after it began."""
    return np.where(at.age < 3, 0.4 + 0.9 * at.noise(), 30 + 10 * at.noise())  # noqa: PLR2004  # days


SHAPES: Mapping[str, Callable[[Moment], Samples]] = {
    shape.__name__: shape
    for shape in (
        idle,
        office,
        daylight,
        weekday,
        steady,
        modest,
        hot,
        spiky,
        spikes,
        proxy,
        night,
        growing,
        young,
    )
}

QUIET = 2.0
"""Load (per cent) under which a machine only hears the background noise of its network."""


def network(shape: str, load: Samples, at: Moment, share: float) -> Samples:
    """Bytes in five minutes: background under `QUIET` per cent of load, traffic in proportion above; a proxy passes far more."""
    if shape == "proxy":
        return 32e6 * (0.8 + 0.4 * at.noise(2))
    background = 5_000 + 3_000 * at.noise(2)
    traffic: NDArray[Any] = load * 150_000 * (0.8 + 0.4 * at.noise(2))
    return share * np.where(load < QUIET, background, traffic)


def connections(load: Samples) -> Samples:
    """Database connections: none on one that nobody uses."""
    return np.where(load < QUIET, 0.0, np.floor(4 + load * 1.6))
