"""A Fargate service runs no tasks outside the hours in which any of them works."""

from decimal import Decimal

import pytest

from core.recommendations.finding import Finding, Undetermined
from core.savings import MoneyFrom
from tests.containers import a_service
from tests.databases import known
from tests.known import judged, office

RULE = "ecs_off_hours"
OFFICE = {"cpu": office(30, 1), "cpu_peak": office(60, 4)}


def test_the_hours_in_which_its_tasks_work_become_a_schedule() -> None:
    service = a_service(tags={"env": "staging"})
    answer = judged(RULE, service, known(service, measured=OFFICE, meters={"Fargate-vCPU-Hours": "168"}))
    assert isinstance(answer, Finding)
    assert (answer.saving, answer.cost.source) == (118, MoneyFrom.BILL)
    assert answer.fix_parameters["name"] == "Office hours Mon-Fri 08:00-18:00 UTC"


def test_tasks_that_the_bill_knows_by_themselves_are_counted_at_list_price() -> None:
    service = a_service()
    answer = judged(RULE, service, known(service, measured=OFFICE))
    assert isinstance(answer, Finding)
    assert answer.cost.source is MoneyFrom.LIST
    assert 0 < answer.saving < answer.cost.monthly
    assert isinstance(
        judged(RULE, a_service(launch="FARGATE+FARGATE_SPOT"), known(service, measured=OFFICE)), Undetermined
    )
    assert isinstance(judged(RULE, a_service(cpu=None), known(service, measured=OFFICE)), Undetermined)


@pytest.mark.parametrize(("by_night", "of_the_bill"), [(24, "118"), (12, "90.93"), (6, "62.33")])
def test_a_service_that_runs_fewer_tasks_by_night_promises_what_those_cost(
    by_night: int, of_the_bill: str
) -> None:
    """Of 168 hours a week it has 24 samples in 50, and fewer in 118: of the bill that is a smaller share."""
    service = a_service()
    measured = OFFICE | {"cpu_samples": office(24, by_night)}
    billed = judged(RULE, service, known(service, measured=measured, meters={"Fargate-vCPU-Hours": "168"}))
    listed = judged(RULE, service, known(service, measured=measured))
    assert isinstance(billed, Finding)
    assert isinstance(listed, Finding)
    assert billed.saving == Decimal(of_the_bill)
    night = listed.cost.monthly * by_night / 24 * 118 / 168
    assert night - Decimal("0.05") < listed.saving <= night


def test_one_task_that_works_at_night_among_many_keeps_it_on() -> None:
    service = a_service()
    peaks = office(60, 4)
    peaks[2::24] = 80
    assert judged(RULE, service, known(service, measured=OFFICE | {"cpu_peak": peaks})) is None


@pytest.mark.parametrize(
    "given",
    [{"desired": 0}, {"launch": "EC2"}, {"daemon": True}, {"state": "DRAINING"}, {"tags": {"env": "prod"}}],
)
def test_what_has_no_tasks_to_save_or_is_production_is_left_alone(given: dict[str, object]) -> None:
    service = a_service(**given)
    assert judged(RULE, service, known(service, measured=OFFICE)) is None


def test_what_was_never_measured_cannot_be_told() -> None:
    assert isinstance(judged(RULE, a_service(), known(a_service())), Undetermined)
