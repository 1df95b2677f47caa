"""Parts of a bill add up, whatever is folded, sorted or compared."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from core.costs.compare import compare
from core.costs.scope import CostType
from core.costs.spend import OTHER, Part, Spend, stack, tabulate
from core.money import EXACT, total
from core.periods import Period

START = date(2026, 3, 1)
PERIOD = Period(START, START + timedelta(days=4))
AMOUNTS = st.integers(-(10**37), 10**37).map(lambda digits: Decimal(digits).scaleb(-20, EXACT))
"""Anything the warehouse can hold."""
PARTS = st.lists(
    st.builds(
        lambda day, key, currency, cost: Part((START + timedelta(days=day), key), currency, cost, 0),
        st.integers(0, 3),
        st.none() | st.sampled_from("abcdefghijkl"),
        st.sampled_from(["USD", "EUR"]),
        AMOUNTS,
    ),
    max_size=40,
)


def stacked(parts: list[Part], *, top: int = 3, currency: str | None = None) -> Spend:
    return stack(
        parts,
        tuple(PERIOD.days()),
        period=PERIOD,
        cost=CostType.BILLED,
        currency=currency,
        top=top,
        untagged="untagged",
    )


@given(PARTS, st.integers(1, 9))
def test_series_and_days_add_up_to_the_total_to_the_last_digit(parts: list[Part], top: int) -> None:
    spend = stacked(parts, top=top)
    expected = total(part.cost for part in parts if part.currency == spend.currency)
    assert spend.total == expected
    assert total(total(band.values) for band in spend.series) == expected
    assert len(spend.series) <= top + 1


@given(PARTS, st.randoms(use_true_random=False))
def test_the_order_of_parts_does_not_matter(parts: list[Part], random: Random) -> None:
    shuffled = list(parts)
    random.shuffle(shuffled)
    assert stacked(parts) == stacked(shuffled)


@given(PARTS)
def test_currencies_are_kept_apart(parts: list[Part]) -> None:
    found = dict(stacked(parts).currencies)
    for currency in {part.currency for part in parts}:
        mine = [part for part in parts if part.currency == currency]
        assert found[currency] == total(part.cost for part in mine)
        assert stacked(parts, currency=currency).total == found[currency]


@given(PARTS)
def test_rows_of_a_table_add_up_and_come_largest_first(parts: list[Part]) -> None:
    table = tabulate(parts, cost=CostType.BILLED, currency="USD")
    assert total(row.cost for row in table.rows) == table.total
    assert [row.cost for row in table.rows] == sorted((row.cost for row in table.rows), reverse=True)


def test_other_says_how_many_values_it_holds_and_is_no_value_itself() -> None:
    spend = stacked(
        [Part((START, key), "USD", Decimal(cost), 0) for cost, key in enumerate("abcdef", start=1)], top=2
    )
    assert [band.key for band in spend.series] == ["f", "e", None]
    assert spend.series[-1].other
    assert spend.series[-1].label == OTHER
    assert spend.series[-1].folded == 4
    assert spend.series[-1].total == Decimal(10)


def test_other_is_not_made_for_a_single_value() -> None:
    spend = stacked([Part((START, key), "USD", Decimal(1), 0) for key in "abc"], top=2)
    assert [band.key for band in spend.series] == ["a", "b", "c"]


def test_lines_without_a_value_are_a_series_with_a_word_for_it() -> None:
    spend = stacked([Part((START, None), "USD", Decimal(1), 0)])
    assert spend.series[0].label == "untagged"
    assert not spend.series[0].other


def test_lines_without_this_cost_are_counted_as_unknown() -> None:
    spend = stacked([Part((START, "a"), "USD", Decimal(0), 3), Part((START, "b"), "USD", Decimal(1), 2)])
    assert spend.unknown_lines == 5


def test_nothing_is_an_answer_without_a_currency() -> None:
    spend = stacked([])
    assert spend.empty
    assert spend.currency is None


def test_a_share_of_nothing_is_unknown() -> None:
    table = tabulate(
        [Part(("a",), "USD", Decimal(1), 0), Part(("b",), "USD", Decimal(-1), 0)],
        cost=CostType.BILLED,
        currency=None,
    )
    assert [row.share for row in table.rows] == [None, None]


KEYED = st.lists(
    st.builds(lambda key, cost: Part((key,), "USD", cost, 0), st.none() | st.sampled_from("abc"), AMOUNTS),
    unique_by=lambda part: part.keys,
)


@given(KEYED, KEYED)
def test_the_differences_of_the_parts_add_up_to_that_of_the_whole(
    now: list[Part], before: list[Part]
) -> None:
    found = compare(
        now,
        before,
        period=PERIOD,
        against=PERIOD.previous(),
        cost=CostType.BILLED,
        currency=None,
        complete=True,
    )
    assert total(change.difference for change in found.changes) == found.whole.difference
    assert found.whole.now == total(part.cost for part in now)
    assert found.whole.before == total(part.cost for part in before)


def test_new_and_gone_have_no_percentage_of_nothing() -> None:
    found = compare(
        [Part(("new",), "USD", Decimal(5), 0)],
        [Part(("gone",), "USD", Decimal(3), 0)],
        period=PERIOD,
        against=PERIOD.previous(),
        cost=CostType.BILLED,
        currency=None,
        complete=True,
    )
    new, gone = found.changes
    assert (new.key, new.new, new.percent) == ("new", True, None)
    assert (gone.key, gone.gone, gone.percent) == ("gone", True, Decimal(-100))
