"""What was saved is time that was seen, at what it would have cost, and no moment twice."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from core.schedules.spared import Off, spared
from core.schedules.what_if import Paid

START = datetime(2026, 11, 1, tzinfo=UTC)
END = START + timedelta(days=30)
NIGHTS, WEEKENDS = UUID(int=1), UUID(int=2)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def test_hours_off_cost_what_an_hour_cost_on_average_commitments_costing_nothing() -> None:
    paid = {"i-1": Paid(Decimal(100), Decimal(50))}  # of 100 hours billed, half were covered at 1 USD each
    (row,) = spared([Off("i-1", NIGHTS, at(10), at(20))], START, END, paid)
    assert (row.hours, row.saved, row.unpriced) == (10, 5, frozenset())


def test_what_is_not_billed_in_dollars_is_unknown_and_not_nothing() -> None:
    paid = {"i-2": Paid(Decimal(10), Decimal(10), "EUR")}
    offs = [Off("i-1", NIGHTS, at(0), at(1)), Off("i-2", NIGHTS, at(0), at(1))]
    (row,) = spared(offs, START, END, paid)
    assert (row.hours, row.saved, row.unpriced) == (2, 0, {"i-1", "i-2"})


def test_only_what_lies_in_the_time_asked_about_counts() -> None:
    offs = [
        Off("i-1", None, at(-5), at(1)),
        Off("i-1", None, at(719), at(900)),
        Off("i-1", None, at(800), at(900)),
    ]
    (row,) = spared(offs, START, END, {})
    assert row.hours == 2


_OFFS = st.lists(
    st.builds(
        lambda who, schedule, begin, length: Off(who, schedule, at(begin), at(begin + length)),
        st.sampled_from(["i-1", "i-2"]),
        st.sampled_from([NIGHTS, WEEKENDS, None]),
        st.integers(-50, 800),
        st.integers(0, 100),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(_OFFS, st.randoms())
def test_no_moment_of_a_resource_counts_twice_in_whatever_order_it_is_told(
    offs: list[Off], random: object
) -> None:
    paid = {"i-1": Paid(Decimal(10), Decimal(10)), "i-2": Paid(Decimal(10), Decimal(10))}
    rows = spared(offs, START, END, paid)
    moments = {
        (each.resource_id, hour) for each in offs for hour in range(720) if each.start <= at(hour) < each.end
    }
    assert sum(row.hours for row in rows) == len(moments) == sum(row.saved for row in rows)
    random.shuffle(offs)  # type: ignore[attr-defined]
    assert set(spared(offs, START, END, paid)) == set(rows)
