"""Past hours replayed against a schedule: nothing is counted twice, nothing saved that was not paid."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.schedules.model import Period, ScheduleDefinition, State
from core.schedules.what_if import Paid, Replay, WhatIf, off_seconds, replay

START = datetime(2026, 11, 2, tzinfo=UTC)  # a Monday
OFFICE = ScheduleDefinition("UTC", (Period("08:00", "18:00", weekdays=("mon-fri",)),))
WEEK = 168
ALWAYS, NEVER = np.ones(WEEK, dtype=np.bool_), np.zeros(WEEK, dtype=np.bool_)
TEN_CENTS = Paid(Decimal(WEEK), Decimal("16.8"))
TIMES = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")
PERIODS = st.lists(
    st.builds(Period, TIMES, TIMES, st.sampled_from((None, ("mon-fri",), ("sat", "sun")))), max_size=3
)
DEFINITIONS = st.builds(
    ScheduleDefinition,
    st.sampled_from(("UTC", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe")),
    PERIODS.map(tuple),
    st.sampled_from(State),
)
FLAGS = st.lists(st.booleans(), min_size=WEEK, max_size=WEEK).map(lambda each: np.array(each, dtype=np.bool_))
MONEY = st.decimals(0, 1000, places=4)


def office(ran: np.ndarray = ALWAYS, used: np.ndarray = NEVER, paid: Paid | None = TEN_CENTS) -> Replay:
    return replay("i-1", off_seconds(OFFICE, START, WEEK), ran, used, paid)


def test_a_week_of_office_hours_is_off_for_118_hours() -> None:
    found = office()
    assert (found.on, found.off, found.spared, found.saved) == (50, 118, 118, Decimal("11.8"))


def test_an_hour_that_is_half_off_counts_half() -> None:
    half = ScheduleDefinition("UTC", (Period("08:30", "18:00"),))
    assert off_seconds(half, START, 24).tolist()[7:10] == [3600, 1800, 0]


def test_use_while_it_would_have_been_off_is_told() -> None:
    used = NEVER.copy()
    used[[2, 12, 20]] = True
    assert office(used=used).in_use == 2


def test_what_was_never_measured_is_not_told_as_never_in_use() -> None:
    off, half = off_seconds(OFFICE, START, WEEK), np.arange(WEEK) < WEEK // 2
    unmeasured, in_part, seen_in_use = (
        replay("web", off, ALWAYS, used, TEN_CENTS, measured)
        for used, measured in ((NEVER, NEVER), (NEVER, half), (half, half))
    )
    assert (unmeasured.spared, unmeasured.in_use, in_part.in_use) == (118, None, None)
    together = WhatIf(START, START + timedelta(hours=WEEK), (unmeasured, in_part, seen_in_use))
    assert (together.in_use, together.unmeasured) == (seen_in_use.in_use, 2)
    assert together.in_use > 0


def test_what_did_not_run_saves_nothing() -> None:
    found = office(ran=NEVER)
    assert (found.off, found.seen, found.spared, found.saved) == (118, 0, 0, 0)


def test_hours_that_a_commitment_had_paid_save_nothing() -> None:
    assert office(paid=Paid(Decimal(WEEK), Decimal(0))).saved == 0
    assert office(paid=Paid(Decimal(WEEK), Decimal("8.4"))).saved == Decimal("5.9")


def test_without_a_bill_the_money_is_unknown() -> None:
    assert office(paid=None).saved is None
    assert WhatIf(START, START + timedelta(hours=WEEK), (office(paid=None),)).saved is None


def test_other_currencies_are_not_added() -> None:
    euros = Paid(Decimal(WEEK), Decimal(100), "EUR")
    found = WhatIf(
        START, START + timedelta(hours=WEEK), (office(), office(), office(paid=euros), office(paid=None))
    )
    assert (found.currency, found.saved, found.unpriced) == ("USD", Decimal("23.6"), 2)
    assert found.spared == 4 * 118


@settings(max_examples=150, deadline=None)
@given(DEFINITIONS, FLAGS, FLAGS, MONEY, st.decimals(0, 200, places=2), st.integers(0, 400))
def test_off_and_on_are_all_hours_and_no_more_is_saved_than_it_cost(
    definition: ScheduleDefinition, ran: np.ndarray, used: np.ndarray, cost: Decimal, hours: Decimal, day: int
) -> None:
    off = off_seconds(definition, START + timedelta(days=day), WEEK)
    assert ((off >= 0) & (off <= 3600)).all()
    found = replay("i-1", off, ran, used, Paid(hours, cost))
    assert found.on + found.off == WEEK
    assert found.saved is not None
    assert found.in_use is not None
    assert 0 <= found.saved <= cost
    assert 0 <= found.in_use <= found.spared <= min(found.off, found.seen)


@settings(max_examples=30, deadline=None)
@given(FLAGS, FLAGS, MONEY, st.sampled_from(((), (Period(),))))
def test_a_schedule_that_never_switches_off_saves_nothing(
    ran: np.ndarray, used: np.ndarray, cost: Decimal, periods: tuple[Period, ...]
) -> None:
    empty = ScheduleDefinition("Europe/London", periods, State.STOPPED if periods else State.ANY)
    found = replay("i-1", off_seconds(empty, START, WEEK), ran, used, Paid(Decimal(WEEK), cost))
    assert (found.off, found.spared, found.in_use, found.saved) == (0, 0, 0, 0)
