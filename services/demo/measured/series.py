"""One metric as the demo cloud computes it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.inventory import Kind
from services.demo.life import Lived
from services.demo.shapes import SHAPES, Index, Moment, Samples


@dataclass(frozen=True)
class Series:
    """A metric of one kind of resource: `total` metrics add up over a period (bytes), others are levels (per cent).

    `sample` gives a value for each five minutes, NaN for silence. It says something only while the resource has a charge that begins with one of
    `runs`; without them all its life.
    """

    kind: Kind
    namespace: str
    name: str
    total: bool
    sample: Callable[[Lived, Moment], Samples]
    runs: tuple[str, ...] = ()
    of: Callable[[Lived], bool] = lambda _: True
    """Of which lives it says something at all."""
    reporting: Callable[[Lived, Index], Samples] = lambda _, index: np.ones(len(index))
    """How many report a sample each five minutes: the tasks of a service."""


def level(percent: float | None, at: Moment) -> Samples:
    """About so many per cent, up to four more; silence where there is nobody to report it."""
    return np.full(len(at.index), np.nan) if percent is None else percent + 4 * at.noise()


def load(life: Lived, at: Moment) -> Samples:
    """Per cent, in the life's shape."""
    return SHAPES[life.shape or "steady"](at)
