"""A token bucket: how long a call must wait so that no more are sent than an API takes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """So many calls at once, and so many a second after that."""

    burst: float
    a_second: float


@dataclass(frozen=True)
class Bucket:
    """Tokens left at a moment, in seconds of a clock that never goes back; below zero, calls wait for theirs."""

    tokens: float
    at: float

    def filled(self, now: float, pace: Pace) -> float:
        """Tokens at `now`; a clock that went back fills nothing."""
        return min(pace.burst, self.tokens + max(0.0, now - self.at) * pace.a_second)


def take(bucket: Bucket | None, now: float, pace: Pace) -> tuple[Bucket, float]:
    """The bucket once one more call has its token (None: none was sent yet), and the seconds that the call must wait for it."""
    tokens = (pace.burst if bucket is None else bucket.filled(now, pace)) - 1
    at = now if bucket is None else max(now, bucket.at)
    return Bucket(tokens, at), max(0.0, -tokens / pace.a_second) + (at - now)


def emptied(bucket: Bucket | None, now: float, pace: Pace) -> Bucket:
    """The bucket after the API said that it was too much: what was saved up is gone."""
    if bucket is None:
        return Bucket(0.0, now)
    return Bucket(min(0.0, bucket.filled(now, pace)), max(now, bucket.at))
