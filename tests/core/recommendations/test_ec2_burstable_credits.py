from decimal import Decimal

import pytest

from core.inventory import Instance
from core.recommendations.facts import Facts
from core.recommendations.finding import Undetermined
from tests.builders import an_instance
from tests.computing import SILENT, found, knowing, usage
from tests.known import hours, judged

RULE = "ec2_burstable_credits"
CHAT: Instance = an_instance(type="t3.medium")


def charged(an_hour: float, **given: object) -> Facts:
    return knowing(usage=usage(surplus_credits={"i-1": hours(an_hour)}), **given)


def test_a_surcharge_above_the_price_of_full_speed_is_saved() -> None:
    parts = {"i-1": {"BoxUsage:t3.medium": Decimal("30.368"), "CPUCredits:t3": Decimal(45)}}
    answer = found(judged(RULE, CHAT, charged(75, parts=parts, bill={"i-1": Decimal("75.368")})))
    assert answer.fix_parameters == {"instance_type": "c6a.large"}
    assert answer.saving == pytest.approx(Decimal("75.368") - Decimal("0.0765") * 730)


def test_credits_that_are_not_on_the_bill_yet_are_priced() -> None:
    answer = found(judged(RULE, CHAT, charged(72)))
    assert Decimal(answer.evidence["surcharge_usd_per_month"]) == pytest.approx(Decimal("43.80"))


def test_a_surcharge_smaller_than_the_difference_in_price_is_cheap() -> None:
    assert judged(RULE, CHAT, charged(10)) is None


def test_credits_that_were_earned_cost_nothing() -> None:
    silent = knowing(usage=usage(surplus_credits={"i-1": SILENT}))
    assert judged(RULE, CHAT, silent) is None
    assert judged(RULE, an_instance(), silent) is None


def test_credits_never_asked_about_are_unknown() -> None:
    assert isinstance(judged(RULE, CHAT, knowing()), Undetermined)
