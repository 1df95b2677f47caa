"""Interface endpoints that nothing passes through."""

from decimal import Decimal

from core.recommendations.finding import Finding, Undetermined
from tests.known import facts, judged
from tests.network import YOUNG, an_endpoint, passed


def test_no_byte_in_two_weeks_is_idle_and_every_zone_is_saved() -> None:
    one = an_endpoint()
    answer = judged("endpoint_idle", one, passed([one], bytes=0))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal("14.60")


def test_a_little_traffic_is_traffic() -> None:
    one = an_endpoint()
    assert judged("endpoint_idle", one, passed([one], bytes=10)) is None


def test_a_gateway_endpoint_costs_nothing() -> None:
    one = an_endpoint(type="Gateway")
    assert judged("endpoint_idle", one, passed([one])) is None


def test_one_that_waits_to_be_accepted_is_left_alone() -> None:
    one = an_endpoint(state="pendingAcceptance")
    assert judged("endpoint_idle", one, passed([one], bytes=0)) is None


def test_too_young_or_never_measured_is_undetermined() -> None:
    young = an_endpoint(created_at=YOUNG)
    assert isinstance(judged("endpoint_idle", young, passed([young], bytes=0)), Undetermined)
    assert isinstance(judged("endpoint_idle", an_endpoint(), facts()), Undetermined)


def test_an_endpoint_of_a_gateway_load_balancer_is_priced_as_one() -> None:
    one = an_endpoint(type="GatewayLoadBalancer", zones=1)
    answer = judged("endpoint_idle", one, passed([one], bytes=0))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal("7.30")
