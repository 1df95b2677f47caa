"""Load balancers without targets or requests, and those that only look so."""

from decimal import Decimal

from core.recommendations.finding import Finding, Undetermined
from tests.known import facts, judged
from tests.network import YOUNG, a_balancer, passed


def test_targets_that_nobody_asks_for_are_idle() -> None:
    one = a_balancer()
    answer = judged("elb_idle", one, passed([one], requests=0))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal("16.425")
    assert "0 requests came in 14 days" in answer.because


def test_a_request_is_a_request() -> None:
    one = a_balancer()
    assert judged("elb_idle", one, passed([one], requests=0.5)) is None


def test_without_targets_stray_requests_do_not_count() -> None:
    one = a_balancer(target_count=0)
    assert isinstance(judged("elb_idle", one, passed([one], requests=40)), Finding)


def test_one_that_only_redirects_cannot_be_told() -> None:
    one = a_balancer(target_count=0)
    answer = judged("elb_idle", one, passed([one], requests=5000))
    assert isinstance(answer, Undetermined)
    assert "redirect" in answer.reason


def test_a_network_load_balancer_is_asked_for_flows() -> None:
    one = a_balancer(type="network")
    assert isinstance(judged("elb_idle", one, passed([one], flows=0)), Finding)
    assert judged("elb_idle", one, passed([one], flows=3)) is None


def test_a_gateway_load_balancer_goes_by_its_targets() -> None:
    known = passed([])
    assert isinstance(judged("elb_idle", a_balancer(type="gateway", target_count=0), known), Finding)
    assert judged("elb_idle", a_balancer(type="gateway"), known) is None
    assert isinstance(judged("elb_idle", a_balancer(type="gateway", target_count=None), known), Undetermined)


def test_unknown_targets_matter_only_where_it_is_hardly_asked() -> None:
    one = a_balancer(target_count=None)
    assert isinstance(judged("elb_idle", one, passed([one], requests=0)), Finding)
    assert isinstance(judged("elb_idle", one, passed([one], requests=40)), Undetermined)
    assert judged("elb_idle", one, passed([one], requests=5000)) is None


def test_a_young_one_waits_and_one_that_was_never_measured_is_undetermined() -> None:
    young = a_balancer(created_at=YOUNG, target_count=0)
    assert isinstance(judged("elb_idle", young, passed([young], requests=0)), Undetermined)
    assert isinstance(judged("elb_idle", a_balancer(), facts()), Undetermined)


def test_one_that_is_being_made_is_left_alone() -> None:
    one = a_balancer(state="provisioning")
    assert judged("elb_idle", one, passed([one], requests=0)) is None
