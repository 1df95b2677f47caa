"""Idle means quiet CPU and quiet network, known for long enough."""

from decimal import Decimal

import numpy as np
import pytest

from core.recommendations.facts import Facts
from core.recommendations.finding import Finding, Undetermined
from tests.builders import an_instance
from tests.known import facts, hours, judged, profiles

KB = 1000.0


def used(cpu: object, network: object) -> Facts:
    return facts(profiles=profiles(i_1=(cpu, network)))


def test_quiet_cpu_and_quiet_network_are_idle() -> None:
    answer = judged("ec2_idle", an_instance(), used(hours(1), hours(100 * KB)))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal("70.08")
    assert "336 hours" in answer.because


def test_an_hour_of_work_is_work() -> None:
    cpu = hours(1)
    cpu[100] = 60
    assert judged("ec2_idle", an_instance(), used(cpu, hours(0))) is None


def test_a_proxy_passes_traffic_with_little_cpu() -> None:
    assert judged("ec2_idle", an_instance(), used(hours(2), hours(50_000 * KB))) is None


def test_a_young_instance_is_undetermined() -> None:
    cpu = hours(1)
    cpu[: 336 - 100] = np.nan
    assert judged("ec2_idle", an_instance(), used(cpu, hours(0))) == Undetermined(
        "Fewer than 168 hourly CPU samples in 14 days."
    )


def test_quiet_cpu_without_network_metrics_is_undetermined() -> None:
    assert isinstance(judged("ec2_idle", an_instance(), used(hours(1), hours(np.nan))), Undetermined)


def test_an_instance_without_metrics_is_undetermined_and_never_all_good() -> None:
    assert judged("ec2_idle", an_instance("i-2"), used(hours(1), hours(0))) == Undetermined(
        "No metrics were collected for it."
    )


def test_a_stopped_instance_is_not_idle() -> None:
    assert judged("ec2_idle", an_instance(state="stopped"), used(hours(1), hours(0))) is None


def test_an_auto_scaling_member_is_its_groups_business() -> None:
    assert judged("ec2_idle", an_instance(autoscaling_group="web"), used(hours(1), hours(0))) is None


def test_windows_is_not_priced_as_linux() -> None:
    idle = used(hours(1), hours(0))
    answer = judged("ec2_idle", an_instance(platform="Windows"), idle)
    assert isinstance(answer, Undetermined)


@pytest.mark.parametrize(("limit", "is_found"), [(0.5, False), (2, True)])
def test_thresholds_are_options(limit: float, *, is_found: bool) -> None:
    answer = judged("ec2_idle", an_instance(), used(hours(1), hours(0)), cpu_mean=limit)
    assert isinstance(answer, Finding) is is_found
