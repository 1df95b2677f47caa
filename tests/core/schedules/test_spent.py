"""What belongs to a group comes and goes: each hour costs what its members of that hour cost, and no more is saved."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.schedules.model import Period, ScheduleDefinition
from core.schedules.spent import Span, Weights, spent
from core.schedules.what_if import Seconds, off_seconds, replay

START = datetime(2026, 11, 2, tzinfo=UTC)
DAYS = 2
HOURS = 24 * DAYS
NIGHTS_OFF = off_seconds(ScheduleDefinition("UTC", (Period("08:00", "20:00"),)), START, HOURS)
ALL = np.ones(HOURS, dtype=np.bool_)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def hour(place: int, cost: str) -> Span:
    return Span(at(place), at(place + 1), Decimal(cost))


def test_a_group_that_is_small_at_night_saves_little() -> None:
    by_day = [hour(place, "10" if 8 <= place % 24 < 20 else "1") for place in range(HOURS)]
    found = spent(by_day, START, HOURS)
    told = replay("web", NIGHTS_OFF, ALL, ~ALL, found)
    assert (told.cost, told.saved) == (264, 24)


def test_a_day_s_line_is_spread_evenly_unless_it_is_known_when_more_ran() -> None:
    day = [Span(at(0), at(24), Decimal(24))]
    assert set(spent(day, START, HOURS).hours[:24]) == {Decimal(1)}
    more = np.full(HOURS, np.nan)
    more[8:20] = 12
    weighed = spent(day, START, HOURS, more)
    assert (weighed.hours[7], weighed.hours[8]) == (0, 2)
    assert weighed.ran.sum() == 12
    assert weighed.saved(NIGHTS_OFF, ALL) == 0
    assert weighed.paid is not None
    assert (weighed.paid.hours, weighed.paid.cost) == (12, 24)


def test_an_hour_that_a_commitment_paid_ran_and_cost_nothing() -> None:
    found = spent([hour(0, "0"), hour(1, "3")], START, HOURS)
    assert found.paid is not None
    assert (found.paid.hours, found.paid.cost) == (2, 3)
    assert spent([], START, HOURS).paid is None


def test_what_was_small_already_when_it_was_stopped_is_worth_little() -> None:
    found = spent([hour(place, "10" if place % 24 < 18 else "1") for place in range(20)], START, HOURS)
    stopped = found.paid_before([at(20.2), at(-5), at(44)], START)
    assert stopped is not None
    assert (stopped.hours, stopped.cost) == (1, 1)
    assert found.paid_before([at(-5), at(44)], START) == found.paid
    assert spent([], START, HOURS).paid_before([at(20)], START) is None


def test_of_what_is_billed_for_longer_than_was_asked_about_its_share_counts() -> None:
    found = spent([Span(at(-24), at(24), Decimal(48)), Span(at(47), None, Decimal(5))], START, HOURS)
    assert sum(found.hours) == 24 + 5


SPANS = st.lists(
    st.builds(
        lambda begin, length, cost: Span(at(begin), at(begin + length), cost),
        st.integers(0, HOURS - 1),
        st.sampled_from((1, 24)),
        st.decimals(0, 1000, places=6),
    ),
    max_size=12,
)


def _weights(seed: int) -> Weights | None:
    """How much ran in each hour; nothing is known at 0."""
    made = np.random.default_rng(seed)
    return np.where(made.random(HOURS) < 0.3, np.nan, made.integers(0, 600, HOURS)) if seed else None


WEIGHTS = st.integers(0, 1000).map(_weights)
OFF = st.integers(0, 1000).map(lambda seed: np.random.default_rng(seed).integers(0, 3601, HOURS))


@settings(max_examples=60, deadline=None)
@given(SPANS, WEIGHTS, OFF, st.integers(0, 1000))
def test_no_more_is_saved_than_was_spent_whoever_the_members_were(
    spans: list[Span], weights: Weights | None, off: Seconds, order: int
) -> None:
    found = spent(spans, START, HOURS, weights)
    saved = found.saved(off, ALL)
    assert 0 <= saved <= found.cost
    assert found.saved(np.full(HOURS, 3600), ALL) == found.cost
    assert found.saved(np.zeros(HOURS, dtype=int), ALL) == 0

    halves = [Span(each.begin, each.end, each.cost / 2) for each in spans for _ in range(2)]
    np.random.default_rng(order).shuffle(halves)  # type: ignore[arg-type]
    split = spent(halves, START, HOURS, weights)
    assert (split.ran == found.ran).all()
    assert abs(split.saved(off, ALL) - saved) < Decimal("1e-15")


@settings(max_examples=30, deadline=None)
@given(SPANS, WEIGHTS)
def test_the_hours_add_up_to_the_bill(spans: list[Span], weights: Weights | None) -> None:
    inside = [each for each in spans if each.end is not None and each.end <= at(HOURS)]
    assert spent(inside, START, HOURS, weights).cost == sum((each.cost for each in inside), Decimal(0))
