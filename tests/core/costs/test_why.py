"""Why a cost changed: by hand, and for any amounts."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costs.scope import CostType
from core.costs.why import Amounts, Charge, Moved, Reason, Thing, drivers, explain, split
from core.money import EXACT, total
from core.periods import month_of

D = Decimal
MONTH = month_of(date(2026, 3, 1))


def a_thing(charge: Charge = Charge.USAGE, resource: str | None = "i-1", meter: str = "BoxUsage") -> Thing:
    return Thing("EC2", "222222222222", "us-east-1", resource, meter, "Hours", charge)


def amounts(cost: str, contracted: str | None = None, quantity: str | None = None) -> Amounts:
    return Amounts(D(cost), D(contracted or cost), D(quantity) if quantity else None, there=True)


def test_more_hours_at_the_same_price_are_usage() -> None:
    moved = Moved(a_thing(), amounts("10", quantity="100"), amounts("15", quantity="150"))
    assert split(moved) == {Reason.USAGE: D(5)}


def test_the_same_hours_at_another_price_are_price() -> None:
    moved = Moved(a_thing(), amounts("10", quantity="100"), amounts("12", quantity="100"))
    assert split(moved) == {Reason.PRICE: D(2)}


def test_hours_that_a_plan_began_to_cover_are_coverage() -> None:
    moved = Moved(a_thing(), amounts("10", "10", "100"), amounts("7", "10", "100"))
    assert split(moved) == {Reason.COVERAGE: D(-3)}


def test_usage_price_and_coverage_of_one_thing_by_hand() -> None:
    # 100 h at 0.10, half covered at 0.06: 8.00. Now 200 h at 0.12 contracted, all covered at 0.07: 14.00.
    found = split(Moved(a_thing(), amounts("8", "10", "100"), amounts("14", "24", "200")))
    assert found == {
        Reason.USAGE: D(8),  # 100 more hours at 0.08
        Reason.PRICE: D(4),  # 200 h at 0.02 more
        Reason.COVERAGE: D(-6),
    }


def test_a_resource_that_was_not_billed_before_is_new_and_one_no_longer_billed_is_gone() -> None:
    assert split(Moved(a_thing(), Amounts(), amounts("3", quantity="1"))) == {Reason.NEW: D(3)}
    assert split(Moved(a_thing(), amounts("3", quantity="1"), Amounts())) == {Reason.GONE: D(-3)}


def test_a_new_meter_on_a_resource_that_stays_is_usage() -> None:
    moved = Moved(a_thing(), Amounts(there=True), amounts("3", quantity="1"))
    assert split(moved) == {Reason.USAGE: D(3)}


def test_credits_and_corrections_are_one_off_and_tax_is_not_measured() -> None:
    assert split(Moved(a_thing(Charge.ONE_OFF), Amounts(), amounts("-3"))) == {Reason.ONE_OFF: D(-3)}
    assert split(Moved(a_thing(Charge.TAX), amounts("1"), amounts("2"))) == {Reason.UNMEASURED: D(1)}


def test_unused_commitment_is_coverage() -> None:
    moved = Moved(a_thing(Charge.COMMITMENT), amounts("1"), amounts("5"))
    assert split(moved) == {Reason.COVERAGE: D(4)}


def test_what_has_no_quantity_is_said_to_be_not_measured() -> None:
    assert split(Moved(a_thing(), amounts("1"), amounts("2"))) == {Reason.UNMEASURED: D(1)}


def test_things_of_one_resource_are_one_driver() -> None:
    found = drivers(
        [
            Moved(a_thing(meter="BoxUsage"), amounts("1", quantity="1"), amounts("2", quantity="2")),
            Moved(a_thing(meter="DataTransfer"), amounts("1", quantity="1"), amounts("4", quantity="4")),
        ]
    )
    assert [(driver.resource, driver.difference) for driver in found] == [("i-1", D(4))]


money = st.decimals(D("-1e9"), D("1e9"), places=20)
quantities = st.none() | st.decimals(D(0), D("1e6"), places=15)
a_side = st.builds(Amounts, money, st.none() | money, quantities, st.booleans())
moves = st.builds(
    Moved,
    st.builds(
        a_thing, st.sampled_from(Charge), st.none() | st.sampled_from(["i-1", "i-2"]), st.sampled_from("ab")
    ),
    a_side,
    a_side,
)


@given(st.lists(moves, max_size=12), st.integers(0, 3))
def test_reasons_add_up_to_the_difference_to_the_last_digit(things: list[Moved], top: int) -> None:
    before = total(moved.before.cost for moved in things)
    now = total(moved.now.cost for moved in things)
    why = explain(
        things,
        period=MONTH,
        against=MONTH,
        before=before,
        now=now,
        currency="USD",
        currencies=(),
        cost=CostType.EFFECTIVE,
        complete=True,
        top=top,
    )
    assert total(why.reasons.values()) == why.difference
    for driver in why.drivers:
        assert total(driver.reasons.values()) == driver.difference
    shown = total(driver.difference for driver in why.drivers)
    assert EXACT.add(shown, total(why.rest.values())) == why.difference


@given(st.lists(moves, max_size=8))
def test_the_order_of_things_does_not_matter(things: list[Moved]) -> None:
    one, other = drivers(things), drivers(things[::-1])
    assert [(d.resource, d.reasons) for d in one] == [(d.resource, d.reasons) for d in other]


def test_things_of_another_bill_are_refused() -> None:
    with pytest.raises(ValueError, match="add up"):
        explain(
            [],
            period=MONTH,
            against=MONTH,
            before=D(0),
            now=D(1),
            currency="USD",
            currencies=(),
            cost=CostType.EFFECTIVE,
            complete=True,
            top=1,
        )
