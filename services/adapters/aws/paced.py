"""One token bucket per account, region and API for what actions and schedules ask of AWS."""

import threading
import time
from collections.abc import Callable

from core.pacing import Bucket, Pace, emptied, take

Key = tuple[str, str, str, str]
READS = 4
"""EC2 takes four times as many calls that only look, a second and at once (Amazon EC2 API request throttling)."""
BURST_SECONDS = 10
"""EC2's buckets hold what comes in so many seconds: 50 calls that change something where 5 a second are taken."""


class Pacing:
    """Lets threads wait for their turn; one a process, which is enough: only the holder of the worker's lease acts."""

    def __init__(
        self,
        a_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """`a_second` calls that change something are sent of each API; 0: as many as come."""
        self._writes = Pace(a_second * BURST_SECONDS, a_second)
        self._reads = Pace(a_second * BURST_SECONDS * READS / 2, a_second * READS)
        self._clock, self._sleep = clock, sleep
        self._buckets: dict[Key, Bucket] = {}
        self._turn = threading.Lock()

    def wait(self, key: Key, *, writes: bool) -> float:
        """Until the call may be sent; answers the seconds waited."""
        pace = self._writes if writes else self._reads
        if not pace.a_second:
            return 0.0
        with self._turn:
            self._buckets[key], seconds = take(self._buckets.get(key), self._clock(), pace)
        if seconds > 0:
            self._sleep(seconds)
        return seconds

    def throttled(self, key: Key, *, writes: bool) -> None:
        """AWS said that it was too much: somebody else asks it, too, so nothing more is sent at once."""
        pace = self._writes if writes else self._reads
        if pace.a_second:
            with self._turn:
                self._buckets[key] = emptied(self._buckets.get(key), self._clock(), pace)
