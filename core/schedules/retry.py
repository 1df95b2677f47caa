"""When what failed is tried again, within the segment that wanted it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST, LONGEST = timedelta(minutes=5), timedelta(hours=4)


@dataclass(frozen=True)
class Trial:
    """What came of acting on a segment so far: how often it failed, when last, and why."""

    failures: int
    failed_at: datetime
    why: str

    @property
    def next_try_at(self) -> datetime:
        """Twice as long after each failure, from 5 minutes to 4 hours."""
        doubled = FIRST * (1 << min(max(self.failures - 1, 0), 10))
        return self.failed_at + min(doubled, LONGEST)

    def due(self, at: datetime) -> bool:
        """Whether it is to be tried again by then."""
        return at >= self.next_try_at
