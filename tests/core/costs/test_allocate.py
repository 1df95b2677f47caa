"""Splitting cost: by hand, and for any amounts."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costs.allocate import Allocated, Cell, Pool, allocate, apportion, explain
from core.costs.filters import parse
from core.costs.scope import CostType
from core.costs.virtual_tags import Method, SharedCost, Target
from core.money import EXACT, ZERO, total
from core.periods import month_of

D = Decimal
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
SUPPORT = (parse("service=Support"),)


def a_pool(method: Method = Method.PROPORTIONAL, *among: Target, name: str = "Support") -> SharedCost:
    return SharedCost("Team", name, SUPPORT, method, MARCH, among)


def by_value(cells: list[Cell], *pools: SharedCost, **metrics: dict[date, Decimal]) -> dict[str, Decimal]:
    return {each.value: each.total for each in allocate(cells, pools, metrics)[0]}


def cell(cost: str, value: str | None = None, pool: int | None = None, month: date = MARCH) -> Cell:
    return Cell(month, value, pool, D(cost))


TEAMS = [cell("30", "web"), cell("10", "data")]


def test_a_shared_cost_follows_what_each_value_cost() -> None:
    assert by_value([*TEAMS, cell("4", pool=0)], a_pool()) == {"web": D(33), "data": D(11)}


def test_a_shared_cost_is_split_evenly_or_by_weight_or_by_a_metric() -> None:
    cells = [*TEAMS, cell("4", pool=0)]
    weights = (Target("web", weight=D(1)), Target("data", weight=D(3)))
    metrics = (Target("web", metric="orders"), Target("data", metric="jobs"))
    assert by_value(cells, a_pool(Method.EVEN)) == {"web": D(32), "data": D(12)}
    assert by_value(cells, a_pool(Method.FIXED, *weights)) == {"web": D(31), "data": D(13)}
    found = by_value(cells, a_pool(Method.METRIC, *metrics), orders={MARCH: D(9)}, jobs={MARCH: D(3)})
    assert found == {"web": D(33), "data": D(11)}


def test_only_values_named_share_and_one_without_cost_of_its_own_may() -> None:
    among = (Target("data"), Target("sales"))
    found = by_value([*TEAMS, cell("4", pool=0)], a_pool(Method.EVEN, *among))
    assert found == {"web": D(30), "data": D(12), "sales": D(2)}


def test_each_month_is_split_for_itself() -> None:
    april = [cell("50", "data", month=APRIL), cell("7", pool=0, month=APRIL)]
    assert by_value([*TEAMS, cell("4", pool=0), *april], a_pool()) == {"web": D(33), "data": D(68)}


def test_what_cannot_be_split_stays_unallocated_and_says_why() -> None:
    _, (pool,), left = allocate([cell("4", pool=0)], [a_pool()], {})
    assert (pool.left, left) == (D(4), D(4))
    assert pool.because == ("March 2026: no value has cost of its own above zero, so it is not split.",)


def test_a_metric_that_is_not_known_is_not_zero() -> None:
    among = (Target("web", metric="orders"), Target("data", metric="jobs"))
    _, (pool,), left = allocate(
        [*TEAMS, cell("4", pool=0)], [a_pool(Method.METRIC, *among)], {"orders": {MARCH: D(1)}}
    )
    assert left == D(4)
    assert "jobs" in pool.because[0]


def test_only_days_on_which_all_metrics_are_known_count() -> None:
    among = (Target("web", metric="orders"), Target("data", metric="jobs"))
    orders = {MARCH: D(1), date(2026, 3, 2): D(100)}
    found, (pool,), _ = allocate(
        [*TEAMS, cell("4", pool=0)],
        [a_pool(Method.METRIC, *among)],
        {"orders": orders, "jobs": {MARCH: D(1)}},
    )
    assert {each.value: each.shared for each in found} == {"web": D(2), "data": D(2)}
    assert "1 days on which all" in pool.because[0]


def test_a_value_that_was_credited_more_than_it_cost_takes_no_part_and_it_is_said() -> None:
    found, (pool,), _ = allocate([cell("10", "web"), cell("-3", "data"), cell("4", pool=0)], [a_pool()], {})
    assert {each.value: each.total for each in found} == {"web": D(14), "data": D(-3)}
    assert "data cost less than zero" in pool.because[0]


def test_thirds_lose_nothing() -> None:
    parts = apportion(D(1), {"a": D(1), "b": D(1), "c": D(1)})
    assert parts["a"] == D("0.33333333333333333334")
    assert parts["b"] == parts["c"] == D("0.33333333333333333333")


@pytest.mark.parametrize("weights", [{}, {"a": D(0)}, {"a": D(-1), "b": D(2)}])
def test_nothing_is_split_by_weights_that_weigh_nothing(weights: dict[str, Decimal]) -> None:
    with pytest.raises(ValueError, match="Nothing can be split"):
        apportion(D(1), weights)


def test_a_bill_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="the bill is 41"):
        explain(
            "Team",
            TEAMS,
            [],
            metrics={},
            period=month_of(MARCH),
            bill=D(41),
            currency="USD",
            currencies=(),
            cost=CostType.EFFECTIVE,
            unknown_lines=0,
            within_accounts=False,
        )


money = st.decimals(D("-1e15"), D("1e15"), places=20)
weights = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.decimals(D(0), D("1e9"), places=10))
names = st.sampled_from(["web", "data", "sales"])
cells = st.builds(
    Cell, st.sampled_from([MARCH, APRIL]), st.none() | names, st.none() | st.integers(0, 3), money
)
POOLS = [
    a_pool(Method.PROPORTIONAL, name="a"),
    a_pool(Method.EVEN, Target("web"), Target("ops"), name="b"),
    a_pool(Method.FIXED, Target("web", D("0.7")), Target("data", D(2)), name="c"),
    a_pool(Method.METRIC, Target("web", metric="orders"), Target("data", metric="jobs"), name="d"),
]
METRICS = {"orders": {MARCH: D("1.7")}, "jobs": {MARCH: D(11), APRIL: D(4)}}


@given(money, weights.filter(lambda each: any(each.values())))
def test_parts_add_up_to_the_last_digit_in_any_order(amount: Decimal, weights: dict[str, Decimal]) -> None:
    parts = apportion(amount, weights)
    assert total(parts.values()) == amount
    assert parts == apportion(amount, dict(reversed(weights.items())))
    assert all(not part for name, part in parts.items() if not weights[name])
    assert all(part * amount >= 0 for part in parts.values())


@given(st.lists(cells, max_size=20))
def test_nothing_is_lost_whatever_the_bill(cells: list[Cell]) -> None:
    found, pools, left = allocate(cells, POOLS, METRICS)
    assert total([*(each.total for each in found), left]) == total(each.cost for each in cells)
    assert total(pool.cost for pool in pools) == total(each.cost for each in cells if each.pool is not None)
    assert total(each.shared for each in found) == total(pool.split for pool in pools)
    direct = total(each.cost for each in cells if each.pool is None and each.value is not None)
    assert total(each.direct for each in found) == direct
    unvalued = total(each.cost for each in cells if each.pool is None and each.value is None)
    assert left == EXACT.add(unvalued, total(pool.left for pool in pools))


@given(st.lists(cells, max_size=12))
def test_the_order_of_lines_does_not_matter(cells: list[Cell]) -> None:
    def plain(
        answer: tuple[tuple[Allocated, ...], tuple[Pool, ...], Decimal],
    ) -> tuple[object, ...]:
        found, pools, left = answer
        return [(each.value, each.direct, dict(each.by_pool)) for each in found], pools, left

    assert plain(allocate(cells, POOLS, METRICS)) == plain(allocate(cells[::-1], POOLS, METRICS))


def test_without_shared_cost_lines_without_a_value_are_unallocated() -> None:
    found, pools, left = allocate([*TEAMS, cell("2")], [], {})
    assert ([each.value for each in found], pools, left) == (["web", "data"], (), D(2))
    assert all(each.shared == ZERO for each in found)
