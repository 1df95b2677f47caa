"""The commitment that costs least: against brute force, and by what must hold whatever the hours."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import EXACT
from core.recommendations.commitment import WEEK, Sizing, best, futures, held, regret, size

D = Decimal
AMOUNTS = st.decimals(0, 50, places=3, allow_nan=False)
HOURS = st.lists(AMOUNTS, min_size=1, max_size=30)
DISCOUNTS = st.decimals(D("0.01"), D("0.72"), places=2)
FINEST = D("1e-20")
"""Python's own context, in which the tests reckon, rounds beyond this."""


def cost(use: Sequence[Decimal], commitment: Decimal, discount: Decimal) -> Decimal:
    """Hour by hour, as AWS bills it."""
    covers = EXACT.divide(commitment, 1 - discount)
    return sum((commitment + max(D(0), each - covers) for each in use), D(0))


def exact(use: Sequence[Decimal], discount: Decimal) -> Sizing:
    return held(use, best(use, discount) * (1 - discount), discount)


def test_worked_out_by_hand() -> None:
    """Ten hours of 1 USD and ten of 3, at a quarter off: covering 1 USD costs 0.75 an hour and is used always."""
    use = [D(1)] * 10 + [D(3)] * 10
    found = size(use, D("0.25"))
    assert (found.commitment, found.on_demand, found.covered) == (D("0.75"), D(40), D(20))
    assert (found.cost, found.saving) == (D(35), D(5))
    assert (found.coverage, found.utilisation) == (D("0.5"), D(1))
    assert found.break_even_use == D("0.75")
    assert found.break_even_hours == 6570  # three quarters of a year
    assert found.a_month(found.saving) == D("182.5")


def test_a_peak_of_few_hours_is_not_committed_to() -> None:
    assert size([D(0)] * 20 + [D(10)] * 5, D("0.27")).commitment == 0


def test_nothing_used_is_nothing_committed() -> None:
    for use in ([], [D(0)] * 5, [D(-3)] * 5):
        found = size(use, D("0.27"))
        assert (found.commitment, found.saving, found.coverage, found.utilisation) == (0, 0, None, None)
        assert found.break_even_hours is None


def test_a_commitment_is_rounded_down_to_what_aws_takes() -> None:
    found = size([D("1.23456")] * 9, D("0.27"))
    assert found.commitment == D("0.901")
    assert found.utilisation == 1


@given(HOURS, DISCOUNTS)
def test_it_is_never_worse_than_no_commitment(use: list[Decimal], discount: Decimal) -> None:
    assert exact(use, discount).saving >= 0
    assert size(use, discount).saving >= -FINEST


@given(HOURS, DISCOUNTS, st.lists(AMOUNTS, max_size=20))
def test_no_other_commitment_costs_less(use: list[Decimal], discount: Decimal, others: list[Decimal]) -> None:
    least = exact(use, discount).cost
    for commitment in (*others, *(each * (1 - discount) for each in use)):
        assert least <= cost(use, commitment, discount) + FINEST


@given(HOURS, DISCOUNTS, AMOUNTS)
def test_what_it_is_said_to_cost_is_what_aws_would_bill(
    use: list[Decimal], discount: Decimal, commitment: Decimal
) -> None:
    found = held(use, commitment, discount)
    assert abs(found.cost - cost(use, commitment, discount)) < D("1e-20")
    assert found.cost + found.saving == found.on_demand
    assert found.coverage is None or 0 <= found.coverage <= 1
    assert found.utilisation is None or 0 <= found.utilisation <= 1


@given(HOURS.flatmap(lambda use: st.tuples(st.just(use), st.permutations(use))), DISCOUNTS)
def test_the_order_of_the_hours_does_not_matter(
    both: tuple[list[Decimal], list[Decimal]], discount: Decimal
) -> None:
    assert best(both[0], discount) == best(both[1], discount)


@given(HOURS, DISCOUNTS, st.integers(1, 1000))
def test_ten_times_the_use_is_ten_times_the_commitment(
    use: list[Decimal], discount: Decimal, factor: int
) -> None:
    assert best([each * factor for each in use], discount) == best(use, discount) * factor


@given(HOURS, DISCOUNTS)
def test_a_deeper_discount_never_commits_to_less(use: list[Decimal], discount: Decimal) -> None:
    assert best(use, discount + D("0.1")) >= best(use, discount)


@given(HOURS, DISCOUNTS)
def test_use_that_ends_at_break_even_costs_as_much_as_none(use: list[Decimal], discount: Decimal) -> None:
    found = size(use, discount)
    if found.break_even_hours is not None:
        went_on = found.covered / found.hours * found.break_even_hours
        assert float(went_on) == pytest.approx(
            float(found.commitment * found.term_hours), abs=float(found.covered / found.hours)
        )
        assert found.break_even_hours <= found.term_hours


def weeks(count: int = 8, seed: int = 1) -> np.ndarray:
    """A base of 10 USD, twice that in office hours, and noise."""
    hour = np.arange(count * WEEK)
    office = (hour % WEEK < 120) & (hour % 24 >= 8) & (hour % 24 < 18)
    return 10 + 10 * office + np.random.default_rng(seed).normal(0, 1, len(hour))


def test_a_future_is_made_of_whole_weeks_of_the_past() -> None:
    past = np.arange(3.0 * WEEK)
    for future in futures(past, np.random.default_rng(5), 4):
        assert len(future) == len(past)
        steps = np.diff(future.reshape(-1, WEEK), axis=1)
        assert set(steps.ravel().tolist()) <= {1.0, 1.0 - len(past)}


def test_the_same_generator_draws_the_same_futures() -> None:
    one, two = (regret(weeks(), [5.0], 0.27, np.random.default_rng(7)) for _ in range(2))
    assert one == two


def test_the_optimum_is_regretted_least_and_percentiles_are_in_order() -> None:
    use = weeks()
    optimum = float(best([D(str(round(each, 6))) for each in use], D("0.27"))) * 0.73
    grid = [0.0, optimum / 2, optimum, optimum * 1.8]
    found = regret(use, grid, 0.27, np.random.default_rng(3))
    assert found.p50[2] == min(found.p50)
    assert found.p90[2] == min(found.p90)
    for low, middle, high in zip(found.p10, found.p50, found.p90, strict=True):
        assert 0 <= low <= middle <= high


def test_steady_use_leaves_nothing_to_regret_but_what_one_did_not_commit_to() -> None:
    found = regret(np.full(4 * WEEK, 2.0), [0.0, 1.46], 0.27, np.random.default_rng(1), draws=20)
    assert found.p90[1] == pytest.approx(0)
    assert found.p10[0] == pytest.approx(0.54)
