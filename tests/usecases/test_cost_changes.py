"""Why a cost changed, asked of a bill in the warehouse."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.access.roles import Role, User
from core.costs.scope import EVER, CostType, Scope
from core.costs.why import Reason, Touched, Why
from core.errors import Forbidden, Invalid
from core.money import total
from core.periods import Period
from services.context import Context
from services.usecases import cost_changes, ingest
from tests.bills import Billed, a_bill, a_line

D = Decimal
FEBRUARY, MARCH = Period(date(2026, 2, 1), date(2026, 3, 1)), Period(date(2026, 3, 1), date(2026, 4, 1))


def used(day: str, resource: str, hours: str, cost: str, **columns: str) -> dict[str, str]:
    return a_line(
        day=day, ResourceId=resource, ConsumedQuantity=hours, cost=cost, SkuMeter="BoxUsage", **columns
    )


LINES = [
    used("2026-02-05", "i-1", "10", "1"),
    used("2026-03-05", "i-1", "30", "6"),
    used("2026-02-05", "i-2", "10", "1"),
    used("2026-03-05", "i-3", "10", "1.5", SubAccountId="333333333333"),
    used("2026-02-05", "i-4", "10", "1", ContractedCost="1"),
    used("2026-03-05", "i-4", "10", "0.4", ContractedCost="1", CommitmentDiscountId="sp-1"),
    used("2026-02-05", "i-5", "7", "0.7"),
    used("2026-03-05", "i-5", "7", "0.7"),
    a_line(day="2026-03-06", ResourceId="", cost="-2", ChargeCategory="Credit"),
    a_line(day="2026-03-06", ResourceId="", cost="0.3", ChargeCategory="Tax"),
    a_line(day="2026-03-06", ResourceId="i-9", cost="90", BillingCurrency="ISK", ConsumedQuantity="1"),
]


@pytest.fixture
def explained(ctx: Context, person: Callable[..., User], billed: Billed) -> Callable[..., Why]:
    admin = person(Role.ADMIN)
    billed(LINES)

    def ask(role: Role = Role.VIEWER, accounts: frozenset[str] | None = None, **choice: object) -> Why:
        user = person(role, organisation=admin.organisation_id, accounts=accounts)
        scope = Scope(MARCH, currency="USD", **choice)  # type: ignore[arg-type]  the test's own words
        return cost_changes.why(ctx, user, scope, against=FEBRUARY)

    return ask


def test_each_reason_is_found_and_all_add_up(explained: Callable[..., Why]) -> None:
    why = explained()
    assert (why.before, why.now) == (D("3.7"), D("6.9"))
    assert why.reasons == {
        Reason.USAGE: D(2),  # i-1: 20 more hours at 0.1
        Reason.PRICE: D(3),  # i-1: 30 hours at 0.1 more
        Reason.COVERAGE: D("-0.6"),
        Reason.NEW: D("1.5"),
        Reason.GONE: D(-1),
        Reason.ONE_OFF: D(-2),
        Reason.UNMEASURED: D("0.3"),
    }
    assert total(why.reasons.values()) == why.difference
    assert (why.touched[Reason.NEW], why.touched[Reason.ONE_OFF]) == (Touched(1, 0), Touched(0, 1))


def test_what_cost_the_same_is_no_driver(explained: Callable[..., Why]) -> None:
    assert "i-5" not in {driver.resource for driver in explained().drivers}


def test_a_resource_that_changed_is_told_whole_with_what_stayed_the_same(
    ctx: Context, person: Callable[..., User], data_dir: Path
) -> None:
    admin = person(Role.ADMIN)
    disk = [
        a_line(day=day, ResourceId="i-1", ConsumedQuantity="5", cost="0.5", SkuMeter="Disk")
        for day in ("2026-02-05", "2026-03-05")
    ]
    ingest.files(ctx, admin.organisation_id, [a_bill(data_dir / "bill.csv", [*LINES, *disk])])
    why = cost_changes.why(ctx, admin, Scope(MARCH, currency="USD"), against=FEBRUARY)
    driver = next(each for each in why.drivers if each.resource == "i-1")
    assert (driver.before, driver.now) == (D("1.5"), D("6.5"))
    assert total(driver.reasons.values()) == driver.difference == D(5)
    assert total(each.difference for each in why.drivers) == why.difference


def test_other_currencies_are_kept_apart(explained: Callable[..., Why]) -> None:
    why = explained()
    assert why.currency == "USD"
    assert dict(why.currencies)["ISK"] == D(90)
    assert "i-9" not in {driver.resource for driver in why.drivers}


def test_one_who_sees_an_account_is_told_its_reasons_only(explained: Callable[..., Why]) -> None:
    why = explained(accounts=frozenset({"333333333333"}))
    assert why.reasons == {Reason.NEW: D("1.5")}


def test_list_prices_know_no_coverage(explained: Callable[..., Why]) -> None:
    assert Reason.COVERAGE not in {
        reason
        for driver in explained(cost=CostType.LIST).drivers
        if driver.resource
        for reason in driver.reasons
    }


def test_the_smaller_drivers_are_one_rest(ctx: Context, person: Callable[..., User], data_dir: Path) -> None:
    admin = person(Role.ADMIN)
    ingest.files(ctx, admin.organisation_id, [a_bill(data_dir / "bill.csv", LINES)])
    why = cost_changes.why(ctx, admin, Scope(MARCH, currency="USD"), against=FEBRUARY, top=1)
    assert why.folded == 4
    assert why.drivers[0].difference + total(why.rest.values()) == why.difference


def test_an_empty_bill_has_no_reasons(ctx: Context, person: Callable[..., User]) -> None:
    why = cost_changes.why(ctx, person(Role.VIEWER), Scope(MARCH))
    assert (why.difference, why.reasons, why.currency, why.complete) == (D(0), {}, None, False)


def test_all_days_there_are_have_none_before_them(ctx: Context, person: Callable[..., User]) -> None:
    with pytest.raises(Invalid, match="no days before"):
        cost_changes.why(ctx, person(Role.VIEWER), Scope(EVER))


def test_one_without_the_permission_is_refused(ctx: Context, person: Callable[..., User]) -> None:
    with pytest.raises(Forbidden):
        cost_changes.why(ctx, person(), Scope(MARCH))
