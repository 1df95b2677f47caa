"""Coverage, utilisation and waste: by hand, and for any amounts."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costs.commitments import (
    GET_EXPIRY,
    NOT_HERE,
    Commitment,
    Cover,
    Slot,
    Standing,
    Term,
    Use,
    by_day,
    expiry,
    missing,
    ratio,
    term,
)
from core.money import total
from core.periods import month_of

D = Decimal
NOW = datetime(2026, 3, 20, tzinfo=UTC)
NEWEST = date(2026, 3, 19)


def a_commitment(identity: str = "sp-1", **words: object) -> Commitment:
    usual: dict[str, object] = {
        "name": None,
        "type": "Savings Plan",
        "category": "Spend",
        "provider": "AWS",
        "currency": "USD",
        "first": date(2026, 1, 1),
        "last": NEWEST,
        "term": Term.RUNNING,
        "expires": None,
        "use": Use(D(3), D(1)),
    }
    return Commitment(identity, **(usual | words))  # type: ignore[arg-type]  the test's own words


def a_standing(*commitments: Commitment) -> Standing:
    return Standing(month_of(NEWEST), "USD", ("USD",), commitments, ())


def test_three_dollars_used_of_four_are_three_quarters_and_one_is_wasted() -> None:
    use = Use(D(3), D(1))
    assert (use.commitment, use.utilisation, use.unused) == (D(4), D("0.75"), D(1))


def test_coverage_is_of_what_could_be_covered() -> None:
    assert Cover(D(30), D(10)).coverage == D("0.75")


def test_what_says_no_cost_makes_the_ratio_unknown_not_zero() -> None:
    assert Use(D(3), D(1), unknown=1).utilisation is None
    assert Cover(D(3), D(1), unknown=1).coverage is None
    assert Use().utilisation is None
    assert Cover().coverage is None


def test_corrections_that_outweigh_the_cost_leave_no_ratio() -> None:
    assert ratio(D(5), D(4)) is None
    assert ratio(D(-1), D(4)) is None


@pytest.mark.parametrize(
    ("last", "expires", "all_seen", "expected"),
    [
        (NEWEST, None, True, Term.RUNNING),
        (NEWEST - timedelta(days=1), None, True, Term.RUNNING),
        (NEWEST - timedelta(days=2), None, True, Term.ENDED),
        (NEWEST - timedelta(days=2), None, False, Term.UNKNOWN),
        (NEWEST, NOW, True, Term.EXPIRED),
        (NEWEST, NOW + timedelta(seconds=1), True, Term.RUNNING),
    ],
)
def test_a_commitment_runs_while_the_bill_has_lines_of_it(
    last: date, expires: datetime | None, *, all_seen: bool, expected: Term
) -> None:
    assert term(last, NEWEST, expires, NOW, all_seen=all_seen) is expected


def test_the_end_of_a_term_is_read_as_reports_write_it() -> None:
    assert expiry("2026-10-06T18:11:25.000Z") == datetime(2026, 10, 6, 18, 11, 25, tzinfo=UTC)
    for text in (None, "", "soon", "2026-10-06"):
        assert expiry(text) is None


def test_an_expiry_nobody_told_is_unknown_with_the_way_to_get_it() -> None:
    assert a_commitment().expiry_missing == GET_EXPIRY
    assert a_commitment(expires=NOW).expiry_missing is None


def test_the_next_expiry_is_of_those_that_run() -> None:
    soon, later = (a_commitment(f"sp-{days}", expires=NOW + timedelta(days=days)) for days in (3, 90))
    gone = a_commitment("gone", term=Term.EXPIRED, expires=NOW - timedelta(days=1))
    assert a_standing(later, gone, a_commitment("untold"), soon).next_expiry == soon
    assert a_standing(gone).next_expiry is None


def test_one_that_is_not_known_makes_the_whole_unknown_and_one_that_is_not_here_does_not() -> None:
    known = a_commitment()
    cut = a_commitment("ri-1", missing=missing(Use(D(1)), all_seen=True, cut=True))
    away = a_commitment("sp-0", use=Use(), missing=missing(Use(), all_seen=True, cut=False))
    assert away.missing == NOT_HERE
    assert a_standing(known, away).utilisation == D("0.75")
    assert a_standing(known, cut).utilisation is None
    assert a_standing(known, cut).missing == (f"ri-1: {cut.missing}",)
    assert missing(known.use, all_seen=False, cut=False) is not None
    assert missing(known.use, all_seen=True, cut=False) is None


costs = st.decimals(D(0), D("1e9"), places=20)
uses = st.builds(Use, costs, costs)
covers = st.builds(Cover, costs, costs)
slots = st.builds(
    Slot, st.dates(date(2026, 3, 1), date(2026, 3, 5)), st.none() | st.integers(0, 23), uses, covers
)


@given(uses, covers)
def test_used_and_unused_are_the_commitment_to_the_last_digit(use: Use, cover: Cover) -> None:
    assert total([use.used, use.unused]) == use.commitment
    assert total([cover.covered, cover.on_demand]) == cover.coverable


@given(uses, covers)
def test_ratios_lie_between_nothing_and_everything(use: Use, cover: Cover) -> None:
    for found, whole in ((use.utilisation, use.commitment), (cover.coverage, cover.coverable)):
        assert (found is None) == (whole == 0)
        assert found is None or 0 <= found <= 1


@given(st.lists(slots, max_size=30))
def test_hours_add_up_to_days(found: list[Slot]) -> None:
    days = by_day(found)
    assert [each.day for each in days] == sorted({each.day for each in found})
    for day in days:
        mine = [each for each in found if each.day == day.day]
        assert day.use == sum((each.use for each in mine), Use())
        assert day.cover == sum((each.cover for each in mine), Cover())
    assert total(day.use.commitment for day in days) == total(each.use.commitment for each in found)
