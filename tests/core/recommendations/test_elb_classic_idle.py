"""A load balancer of the first generation without instances or requests is deleted."""

from decimal import Decimal

from core.recommendations.finding import Answer, Finding, Undetermined
from tests.databases import SILENT, known, once
from tests.known import NOW, judged
from tests.platforms import a_classic_balancer

RULE = "elb_classic_idle"


def answer(requests: object, **given: object) -> Answer:
    balancer = a_classic_balancer(**given)
    return judged(RULE, balancer, known(balancer, measured={"requests": requests}))


def test_without_requests_it_is_found_with_instances_or_without() -> None:
    for instances in (0, 2):
        found = answer(SILENT, instances=instances)
        assert isinstance(found, Finding)
        assert found.saving == Decimal("0.025") * 730


def test_one_request_is_use_where_an_instance_answers_and_stray_where_none_does() -> None:
    assert answer(once(1, SILENT)) is None
    assert isinstance(answer(4, instances=0), Finding)  # 96 a day
    assert answer(5, instances=0) is None


def test_what_is_young_or_was_not_asked_about_is_undetermined() -> None:
    assert isinstance(answer(SILENT, created_at=NOW), Undetermined)
    balancer = a_classic_balancer()
    assert isinstance(judged(RULE, balancer, known(balancer)), Undetermined)
