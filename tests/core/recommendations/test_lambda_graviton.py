from decimal import Decimal

import pytest

from core.recommendations.facts import Facts
from core.recommendations.finding import Undetermined
from tests.computing import a_function, found, knowing
from tests.known import judged

RULE = "lambda_graviton"
IT = a_function()


def paying(usd: str) -> Facts:
    return knowing(IT, bill={IT.id: Decimal(usd) + 1}, parts={IT.id: {"Lambda-GB-Second": Decimal(usd)}})


def test_gb_seconds_cost_a_fifth_less_on_arm() -> None:
    assert found(judged(RULE, IT, paying("100"))).saving.quantize(Decimal("0.01")) == Decimal("20.00")


@pytest.mark.parametrize("given", [{"architecture": "arm64"}, {"runtime": "go1.x"}])
def test_arm_already_and_runtimes_without_it_are_left_alone(given: dict[str, object]) -> None:
    assert judged(RULE, a_function(**given), paying("100")) is None


def test_cents_are_left_alone() -> None:
    assert judged(RULE, IT, paying("2")) is None


def test_without_a_bill_nobody_can_tell() -> None:
    assert judged(RULE, IT, knowing()) == Undetermined(
        "It is not on the bill yet, and no list price is kept for a function."
    )
