"""Addresses that point at nothing."""

from decimal import Decimal

from core.recommendations.finding import Finding, Undetermined
from core.savings import MoneyFrom
from tests.builders import an_address
from tests.known import facts, judged


def test_an_idle_address_costs_730_hours_a_month() -> None:
    answer = judged("eip_unassociated", an_address())
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal("3.65")
    assert answer.cost.source is MoneyFrom.LIST


def test_the_bill_is_believed_before_the_list() -> None:
    address = an_address()
    answer = judged("eip_unassociated", address, facts(bill={address.id: Decimal("3.10")}))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal("3.10")


def test_an_address_in_use_is_fine() -> None:
    assert judged("eip_unassociated", an_address(state="associated", associated_with="i-1")) is None


def test_an_address_in_an_unpriced_region_is_undetermined() -> None:
    assert isinstance(judged("eip_unassociated", an_address(region="ap-east-1")), Undetermined)
