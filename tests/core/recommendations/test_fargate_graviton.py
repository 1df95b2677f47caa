"""Tasks on x86 move to Graviton at the same size."""

from decimal import Decimal

import pytest

from core.recommendations.finding import Answer, Finding, Undetermined
from core.savings import MoneyFrom
from tests.containers import a_service
from tests.databases import known
from tests.known import judged

RULE = "fargate_graviton"
X86 = Decimal("0.04048") + 4 * Decimal("0.004445")
ARM = Decimal("0.03238") + 4 * Decimal("0.00356")


def answer(meters: dict[str, str] | None = None, **given: object) -> Answer:
    service = a_service(**given)
    return judged(RULE, service, known(service, meters=meters))


def test_what_is_paid_falls_by_the_list_prices_share() -> None:
    found = answer({"Fargate-vCPU-Hours": "80"})
    assert isinstance(found, Finding)
    assert round(found.saving, 6) == round(80 * (1 - ARM / X86), 6)
    assert found.cost.source is MoneyFrom.BILL


def test_before_the_bill_knows_it_tasks_count_at_list_price() -> None:
    found = answer()
    assert isinstance(found, Finding)
    assert round(found.saving, 6) == round(2 * 730 * (X86 - ARM), 6)


@pytest.mark.parametrize(
    "given",
    [
        {"architecture": "arm64"},
        {"launch": "FARGATE_SPOT"},
        {"launch": "EC2"},
        {"platform": "WINDOWS"},
        {"desired": 0},
        {"desired": 1, "cpu": 256, "memory_mib": 512},
    ],
)
def test_what_is_there_already_elsewhere_or_small_stays(given: dict[str, object]) -> None:
    assert answer(**given) is None


def test_tasks_of_unknown_size_are_undetermined() -> None:
    assert isinstance(answer(cpu=None), Undetermined)
