"""How much was used in each hour or day: charges and flows laid over the slots of a billing month, in millionths of a unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from core.periods import midnight
from services.demo.life import Flow
from services.demo.noise import key, uniform

MICRO = 1_000_000
HOUR, DAY = 3600, 86400
FOREVER = 1 << 40
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Used:
    """Usage by line: which template, from when for how long (epoch seconds, seconds), and how many millionths of a unit."""

    template: Ints
    start: Ints
    length: Ints
    micro: Ints


def epoch(at: datetime | None) -> int:
    """Seconds since 1970; for ever is far away."""
    return FOREVER if at is None else int(at.timestamp())


def running(
    templates: Ints, starts: Ints, ends: Ints, rates: Ints, per: Ints, slots: Ints, length: int
) -> Used:
    """Charges that run: `rates` units every `per` seconds, over slots of `length` seconds. Rounds half up to a millionth."""
    low = np.maximum(starts[:, None], slots[None, :])
    high = np.minimum(ends[:, None], slots[None, :] + length)
    row, column = np.nonzero(high > low)
    seconds = high[row, column] - low[row, column]
    micro = (2 * seconds * rates[row] * MICRO + per[row]) // (2 * per[row])
    return Used(templates[row], slots[column], np.full(len(row), length, np.int64), micro)


def metered(seed: int, template: int, name: str, flow: Flow, days: Ints) -> Used:
    """A flow over whole days: its base, the weekend, its growth, the bursts, and one part in ten of noise."""
    first, last = epoch(flow.start), epoch(flow.end)
    lived = days[(days + DAY > first) & (days < last)]
    number = lived // DAY
    weekend = (number + 3) % 7 >= 5  # noqa: PLR2004  # 1970-01-01 was a Thursday: Saturday is 5, Sunday 6
    units = flow.per_day * np.where(weekend, flow.weekend, 1.0)
    units *= 1.0 + flow.growth * ((lived - first) / DAY)
    units *= 0.95 + 0.1 * uniform(key(seed, name, flow.item), number)
    for day, factor in flow.bursts.items():
        units = np.where(lived == epoch(midnight(day)), units * factor, units)
    units *= (np.minimum(lived + DAY, last) - np.maximum(lived, first)) / DAY
    micro = np.rint(units * MICRO).astype(np.int64)
    size = len(lived)
    return Used(np.full(size, template, np.int64), lived, np.full(size, DAY, np.int64), micro)


def together(parts: Sequence[Used]) -> Used:
    """All parts as one, by time."""
    template = np.concatenate([part.template for part in parts])
    start = np.concatenate([part.start for part in parts])
    length = np.concatenate([part.length for part in parts])
    micro = np.concatenate([part.micro for part in parts])
    order = np.lexsort((template, start))
    return Used(template[order], start[order], length[order], micro[order])


def days_between(start: date, end: date) -> Ints:
    """Midnights of the days in [start, end), epoch seconds."""
    return np.arange(epoch(midnight(start)), epoch(midnight(end)), DAY, dtype=np.int64)
