"""Which instances keep office hours: the hour-of-week profiles of the fleet are clustered, and each cluster's centre is read.

A cluster makes one window for instances that work alike, so that they can share one schedule; the rule then still asks
whether the single instance stays inside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.savings import HOURS_PER_WEEK

CLUSTERS = 12
"""Shapes a fleet is sorted into; real ones have about half as many, and an odd cluster more does no harm."""
FITTED = 4000
"""Instances the clusters are fitted on; the others are sorted into them."""
BUSY, QUIET = 0.5, 0.1
"""Mean activity of an hour that belongs to the office, and of all hours outside it."""
LONGEST_DAY = 14
"""Hours; who works longer gains little from a schedule."""
FEWEST_DAYS, MOST_DAYS = 3, 6
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Shares = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class OfficeHours:
    """Busy from hour `begin` to hour `end` (UTC) on these weekdays (0 is Monday), quiet otherwise; `alike` instances share it."""

    weekdays: tuple[int, ...]
    begin: int
    end: int
    alike: int = 1

    @property
    def hours_off(self) -> int:
        """Hours of a week outside the window."""
        return HOURS_PER_WEEK - len(self.weekdays) * (self.end - self.begin)

    @property
    def days(self) -> tuple[str, ...]:
        """The weekdays as expressions: `Mon-Fri`, or each by name where they are not in a row."""
        named = tuple(DAY_NAMES[day] for day in self.weekdays)
        unbroken = self.weekdays == tuple(range(self.weekdays[0], self.weekdays[-1] + 1))
        return (f"{named[0]}-{named[-1]}",) if unbroken else named

    @property
    def words(self) -> str:
        """Such as `Mon-Fri 08:00-18:00`."""
        return f"{' '.join(self.days)} {self.begin:02d}:00-{self.end:02d}:00"

    def mask(self) -> NDArray[np.bool_]:
        """Which of the 168 hours of the week lie inside."""
        inside = np.zeros((7, 24), dtype=np.bool_)
        inside[list(self.weekdays), self.begin : self.end] = True
        return inside.reshape(HOURS_PER_WEEK)


def office_hours(active: Shares) -> Sequence[OfficeHours | None]:
    """For each row (share of weeks active, by hour of the week; NaN unknown) the office hours it keeps, or None.

    The same rows give the same answer, in whatever order they come.
    """
    filled = np.nan_to_num(active, nan=0.0)
    found: list[OfficeHours | None] = [None] * len(filled)
    candidates = np.flatnonzero((filled.max(axis=1, initial=0) > 0) & (filled.mean(axis=1) < BUSY))
    if not len(candidates):
        return found
    rows = filled[candidates]
    labels, centres = _clusters(rows)
    sizes = np.bincount(labels, minlength=len(centres))
    read = [_read(centre, int(size)) for centre, size in zip(centres, sizes, strict=True)]
    for place, label, row in zip(candidates, labels, rows, strict=True):
        found[place] = read[label] or _read(row, 1)
    return found


def _clusters(rows: Shares) -> tuple[NDArray[np.intp], Shares]:
    """The label of each row, and the clusters' centres."""
    from sklearn.cluster import KMeans  # noqa: PLC0415  imported late: it takes a second, and screens never cluster

    distinct, inverse = np.unique(rows, axis=0, return_inverse=True)
    if len(distinct) <= CLUSTERS:
        return inverse.reshape(-1), distinct
    order = np.lexsort(rows.T)
    sample = rows[order[:: -(-len(order) // FITTED)]]
    model = KMeans(n_clusters=min(CLUSTERS, len(np.unique(sample, axis=0))), n_init=3, random_state=0).fit(
        sample
    )
    return model.predict(rows), model.cluster_centers_


def _read(centre: Shares, alike: int) -> OfficeHours | None:
    """The one daily window that holds nearly all activity, if there is one of a working day's length."""
    week = centre.reshape(7, 24)
    days = np.flatnonzero(week.max(axis=1) >= BUSY)
    if not FEWEST_DAYS <= len(days) <= MOST_DAYS:
        return None
    hours = np.flatnonzero(week[days].mean(axis=0) >= QUIET)
    begin, end = int(hours[0]), int(hours[-1]) + 1
    window = OfficeHours(tuple(int(day) for day in days), begin, end, alike)
    if (
        end - begin > LONGEST_DAY
        or centre[window.mask()].mean() < BUSY
        or centre[~window.mask()].max() > QUIET
    ):
        return None
    return window
