"""NAT gateways that nothing passes through, and standbys."""

from decimal import Decimal

from core.recommendations.finding import Finding, Undetermined
from tests.known import facts, judged
from tests.network import YOUNG, a_gateway, passed


def test_nothing_out_and_no_route_is_idle() -> None:
    one = a_gateway()
    answer = judged("nat_idle", one, passed([one], bytes_out=0))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal("32.85")


def test_a_standby_that_a_route_table_names_is_spared() -> None:
    one = a_gateway(routed=True)
    assert judged("nat_idle", one, passed([one], bytes_out=0)) is None


def test_a_byte_is_traffic() -> None:
    one = a_gateway()
    assert judged("nat_idle", one, passed([one], bytes_out=1)) is None


def test_unknown_routes_leave_a_silent_one_undetermined() -> None:
    one = a_gateway(routed=None)
    assert isinstance(judged("nat_idle", one, passed([one], bytes_out=0)), Undetermined)
    assert judged("nat_idle", one, passed([one], bytes_out=9)) is None


def test_too_young_or_never_measured_is_undetermined() -> None:
    young = a_gateway(created_at=YOUNG)
    assert isinstance(judged("nat_idle", young, passed([young], bytes_out=0)), Undetermined)
    assert isinstance(judged("nat_idle", a_gateway(), facts()), Undetermined)
