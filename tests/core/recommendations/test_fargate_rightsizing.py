"""Tasks that use little of what they ask for are given less, of sizes that Fargate sells."""

from decimal import Decimal

import pytest

from core.recommendations.fargate import sizes
from core.recommendations.finding import Finding, Undetermined
from core.savings import MoneyFrom
from tests.containers import a_service
from tests.databases import known
from tests.known import judged

RULE = "fargate_rightsizing"
LITTLE = {"cpu_peak": 12, "memory": 20}


def test_a_smaller_size_saves_its_share_of_what_is_paid() -> None:
    service = a_service()
    answer = judged(RULE, service, known(service, measured=LITTLE, meters={"Fargate-vCPU-Hours": "80"}))
    assert isinstance(answer, Finding)
    assert answer.evidence["then"] == {"cpu": 256, "memory_mib": 1024}
    now, then = Decimal("0.04048") + 4 * Decimal("0.004445"), Decimal("0.04048") / 4 + Decimal("0.004445")
    assert round(answer.saving, 6) == round(80 * (1 - then / now), 6)
    assert answer.cost.source is MoneyFrom.BILL


def test_tasks_that_the_bill_knows_by_themselves_are_counted_at_list_price() -> None:
    service = a_service()
    answer = judged(RULE, service, known(service, measured=LITTLE))
    assert isinstance(answer, Finding)
    assert answer.cost.source is MoneyFrom.LIST
    assert answer.cost.monthly == 2 * 730 * (Decimal("0.04048") + 4 * Decimal("0.004445"))


def test_full_memory_or_busy_peaks_keep_the_size() -> None:
    service = a_service(memory_mib=2048)
    for used in ({"cpu_peak": 60, "memory": 70}, {"cpu_peak": 68, "memory": 20}):
        facts = known(service, measured=used)
        assert judged(RULE, service, facts, least=5) is None


def test_cents_are_not_worth_a_revision() -> None:
    service = a_service(desired=1, cpu=256, memory_mib=1024)
    assert judged(RULE, service, known(service, measured={"cpu_peak": 5, "memory": 20})) is None


def test_what_is_off_or_runs_on_instances_is_left_alone() -> None:
    for given in ({"desired": 0}, {"launch": "EC2"}, {"state": "DRAINING"}):
        service = a_service(**given)
        assert judged(RULE, service, known(service, measured=LITTLE)) is None


@pytest.mark.parametrize(
    "given", [{"launch": "FARGATE+FARGATE_SPOT"}, {"platform": "WINDOWS"}, {"cpu": None}, {}]
)
def test_spot_windows_an_unread_size_and_silence_are_undetermined(given: dict[str, object]) -> None:
    service = a_service(**given)
    measured = LITTLE if given else {}
    assert isinstance(judged(RULE, service, known(service, measured=measured)), Undetermined)


def test_sizes_are_those_that_fargate_sells() -> None:
    sold = set(sizes())
    assert {(256, 512), (512, 4096), (1024, 8192), (4096, 30720), (16384, 122880)} <= sold
    assert not {(256, 4096), (1024, 1024), (8192, 17 * 1024)} & sold
