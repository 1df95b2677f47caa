import numpy as np
import pytest
from numpy.typing import NDArray

from core.inventory import Instance
from core.recommendations.facts import Facts
from core.recommendations.finding import Undetermined
from services.pricebook import instance_types
from tests.builders import a_volume, an_instance
from tests.computing import found, knowing, usage
from tests.known import hours, judged

RULE = "ec2_rightsizing"


Hours = float | NDArray[np.float32]


def load(
    cpu: Hours,
    memory: Hours | None = None,
    *,
    peak: float | None = None,
    traffic: float = 1e6,
    iops: Hours | None = 100,
    mbit: Hours = 10,
) -> Facts:
    """`i-1` at so much CPU and memory (%), so many bytes an hour each way, and so many IOPS and Mbit/s of its one volume."""
    measured: dict[str, Hours] = {"cpu": cpu, "network_in": traffic, "network_out": traffic}
    measured |= {} if memory is None else {"memory": memory}
    measured |= {} if peak is None else {"cpu_peak": peak}
    driven: dict[str, Hours] = {}
    if iops is not None:
        moved = mbit * 3600 * 1e6 / 8
        driven = {"read_ops": iops * 3600, "write_ops": 0, "read_bytes": 0, "write_bytes": moved}
    samples = {name: {"i-1": every(value)} for name, value in measured.items()}
    samples |= {name: {"vol-1": every(value)} for name, value in driven.items()}
    return knowing(machine(), a_volume(), usage=usage(**samples))


def every(value: Hours) -> NDArray[np.float32]:
    """Two weeks of hours."""
    return value if isinstance(value, np.ndarray) else hours(value)


def once(value: float, otherwise: float, at: int = 0) -> NDArray[np.float32]:
    """Two weeks of hours, two of which are different."""
    series = hours(otherwise)
    series[at : at + 2] = value
    return series


def machine(kind: str = "m5.xlarge", **given: object) -> Instance:
    return an_instance(**{"type": kind, "volume_ids": ("vol-1",), **given})


def test_a_machine_that_uses_a_third_of_half_is_halved() -> None:
    answer = found(judged(RULE, machine(), load(20, 30)))
    assert answer.fix_parameters == {"instance_type": "m5a.large"}
    assert answer.evidence["prices"]["then"]["usd_per_hour"] == "0.086"
    assert len(answer.evidence["runners_up"]) == 3
    assert "0.0% of the hourly averages" in answer.because
    assert "by CPU, memory, network, disk bandwidth and disk operations" in answer.because
    cpu, memory, network, bandwidth, operations = (each["threshold"] for each in answer.evidence["metrics"])
    assert (cpu, memory) == (35, 40)
    assert (network, bandwidth, operations) == pytest.approx((750 * 0.7, 650 * 0.7, 3600 * 0.7))


def test_the_choice_is_explained_by_what_ruled_cheaper_types_out() -> None:
    answer = found(judged(RULE, machine(), load(20, 30)))
    out = answer.evidence["ruled_out"]
    assert {"CPU", "memory", "CPU credits"} <= set(out)
    assert f"cheapest of {answer.evidence['types_that_fit']} types that fit" in answer.because
    assert f"CPU ({out['CPU']})" in answer.because
    assert len(answer.evidence["ruled_out_nearest"]) == 3


def test_disks_that_are_driven_hard_rule_out_types_that_carry_less() -> None:
    driven = found(judged(RULE, machine(), load(20, 30, mbit=600)))
    chosen = instance_types()[driven.fix_parameters["instance_type"]]
    assert chosen.ebs_mbps is not None
    assert chosen.ebs_mbps * 0.7 >= 600
    assert driven.evidence["ruled_out"]["disk bandwidth"] > 0
    operations = found(judged(RULE, machine(), load(20, 30, iops=3000)))
    assert "disk operations" in operations.evidence["ruled_out_nearest"].values()


def test_traffic_rules_out_types_that_carry_less() -> None:
    answer = found(judged(RULE, machine(), load(20, 30, traffic=700e6 / 8 * 3600 / 2)))
    chosen = instance_types()[answer.fix_parameters["instance_type"]]
    assert chosen.network_mbps is not None
    assert chosen.network_mbps * 0.7 >= 700


def test_of_disks_that_are_not_measured_as_much_is_kept_as_there_is() -> None:
    answer = found(judged(RULE, machine(), load(20, 30, iops=None)))
    chosen, now = instance_types()[answer.fix_parameters["instance_type"]], instance_types()["m5.xlarge"]
    assert (chosen.ebs_mbps or 0) >= (now.ebs_mbps or 0)
    assert answer.evidence["not_known"] == ["disk bandwidth", "disk operations"]
    assert "not known, so kept as it is: disk bandwidth and disk operations" in answer.because


def test_a_volume_that_was_not_seen_leaves_its_disks_unknown() -> None:
    two = machine(volume_ids=("vol-1", "vol-2"))
    assert found(judged(RULE, two, load(20, 30))).evidence["not_known"]


def test_where_only_the_unknown_stands_in_the_way_nobody_can_tell() -> None:
    blind = judged(RULE, machine("t2.large"), load(3, 20, iops=None))
    assert isinstance(blind, Undetermined)
    assert "disk bandwidth" in blind.reason


def test_an_hour_that_any_dimension_would_not_have_fitted_counts_once() -> None:
    known = load(once(80, 20), once(70, 30, at=1), mbit=once(4000, 10, at=2))
    answer = found(judged(RULE, machine(), known, percentile=98, memory_headroom=0))
    chosen = answer.fix_parameters["instance_type"]
    assert answer.evidence["percent_that_would_not_have_fitted"][chosen] == round(400 / 336, 2)


def test_memory_that_is_not_measured_is_never_given_away() -> None:
    answer = found(judged(RULE, machine(), load(20)))
    assert answer.fix_parameters == {"instance_type": "r5a.large"}
    assert answer.evidence["prices"]["then"]["memory_mib"] == 16384
    assert "not known" in answer.because


def test_memory_in_use_keeps_a_machine_as_it_is() -> None:
    assert judged(RULE, machine("m6a.large"), load(10, 88)) is None


def test_the_highest_samples_count_where_there_are_any() -> None:
    assert judged(RULE, machine(), load(20, 30, peak=90)) is None


def test_a_busy_machine_is_left_alone() -> None:
    assert judged(RULE, machine(), load(60, 70)) is None


def test_the_share_that_would_not_have_fitted_is_told() -> None:
    cpu = hours(10)
    cpu[:2] = 80
    answer = found(judged(RULE, machine(), load(cpu, 20)))
    chosen = answer.fix_parameters["instance_type"]
    assert answer.evidence["percent_that_would_not_have_fitted"][chosen] == round(200 / 336, 2)


def test_a_shorter_lookback_sizes_by_the_last_days_alone() -> None:
    busy_at_first = hours(20)
    busy_at_first[: 5 * 24] = 90
    known = load(busy_at_first, 30)
    assert judged(RULE, machine(), known) is None
    answer = found(judged(RULE, machine(), known, days=7))
    assert "99% of 168 hours" in answer.because


def test_a_burstable_type_is_only_for_what_is_burstable_and_quiet() -> None:
    assert (
        found(judged(RULE, machine("t3.large"), load(3, 20))).fix_parameters["instance_type"].startswith("t")
    )
    assert found(judged(RULE, machine("t3.large"), load(20, 45))).fix_parameters == {
        "instance_type": "r7a.medium"
    }


@pytest.mark.parametrize(
    "given",
    [
        {"state": "stopped"},
        {"autoscaling_group": "web"},
        {"lifecycle": "spot"},
        {"root_device": "instance-store"},
    ],
)
def test_what_cannot_be_resized_is_not_asked_about(given: dict[str, object]) -> None:
    assert judged(RULE, machine(**given), load(5, 5)) is None


@pytest.mark.parametrize(
    ("one", "known", "reason"),
    [
        (machine(), knowing(), "No samples of its cpu"),
        (machine(), knowing(usage=usage(cpu={"i-1": hours(5)})), "network traffic"),
        (machine("g4dn.xlarge"), load(5), "accelerators"),
        (machine("m5d.xlarge"), load(5), "disks of its own"),
        (machine("m99.large"), load(5), "type has is not known"),
        (machine(platform="Windows"), load(5, 5), "on-demand Linux only"),
    ],
)
def test_what_is_not_known_is_said(one: Instance, known: Facts, reason: str) -> None:
    answer = judged(RULE, one, known)
    assert isinstance(answer, Undetermined)
    assert reason in answer.reason


def test_half_of_the_samples_are_not_enough() -> None:
    few = hours(5)
    few[::2] = np.nan
    assert isinstance(judged(RULE, machine(), knowing(usage=usage(cpu={"i-1": few}))), Undetermined)
