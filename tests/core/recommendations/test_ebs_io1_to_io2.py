"""Above 32,000 IOPS io2 costs less than io1."""

from decimal import Decimal

from core.recommendations.finding import Finding, Undetermined
from core.recommendations.list_prices import volume
from services.pricebook import book
from tests.builders import a_volume
from tests.known import facts, judged

RULE = "ebs_io1_to_io2"


def test_iops_above_the_first_tier_cost_less() -> None:
    one = a_volume(type="io1", size_gb=1000, iops=40_000)
    answer = judged(RULE, one, facts(prices=book(), bill={"vol-1": Decimal(2725)}))
    assert isinstance(answer, Finding)
    assert round(answer.saving, 6) == 8_000 * (Decimal("0.065") - Decimal("0.046"))
    assert answer.fix_parameters == {"type": "io2", "iops": 40_000}


def test_up_to_the_first_tier_both_cost_the_same() -> None:
    for given in ({"iops": 32_000}, {"iops": None}, {"type": "io2", "iops": 40_000}):
        one = a_volume(**{"type": "io1", "size_gb": 1000, **given})
        assert judged(RULE, one, facts(prices=book())) is None


def test_without_prices_nobody_can_tell() -> None:
    one = a_volume(type="io1", size_gb=1000, iops=40_000)
    assert isinstance(judged(RULE, one, facts()), Undetermined)


def test_io2_is_priced_tier_by_tier() -> None:
    cost = volume(book(), "us-east-1", "io2", 100, 100_000)
    assert cost == Decimal("12.5") + 32_000 * Decimal("0.065") + 32_000 * Decimal("0.046") + 36_000 * Decimal(
        "0.032"
    )
