"""A bucket lets through its burst and then its rate, whoever asks and whenever."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.pacing import Bucket, Pace, emptied, take

FIVE = Pace(50, 5)


def test_a_burst_goes_at_once_and_the_rest_at_the_rate() -> None:
    bucket, waits = None, []
    for _ in range(60):
        bucket, wait = take(bucket, 0.0, FIVE)
        waits.append(wait)
    assert waits[:50] == [0.0] * 50
    assert waits[50:] == pytest.approx([number / 5 for number in range(1, 11)])


def test_after_being_told_that_it_was_too_much_nothing_is_saved_up() -> None:
    _, wait = take(emptied(None, 0.0, FIVE), 0.0, FIVE)
    assert wait == pytest.approx(0.2)
    owed = Bucket(-5.0, 0.0)
    assert emptied(owed, 0.0, FIVE) == owed


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1, 30), min_size=1, max_size=120))
def test_no_span_of_time_sees_more_than_burst_and_rate(gaps: list[float]) -> None:
    now, bucket, sent = 0.0, None, []
    for gap in gaps:
        now += gap
        bucket, wait = take(bucket, now, FIVE)
        assert wait >= 0
        sent.append(now + wait)
    sent.sort()
    for first in range(0, len(sent), 7):
        for last in range(first, len(sent)):
            assert last - first + 1 <= FIVE.burst + FIVE.a_second * (sent[last] - sent[first]) + 1.001
