import numpy as np
import pytest

from core.inventory import Instance
from core.recommendations.facts import Facts
from core.recommendations.finding import Undetermined
from tests.builders import an_instance
from tests.computing import found, knowing, usage
from tests.known import hours, judged

RULE = "ec2_rightsizing"


def load(
    cpu: float, memory: float | None = None, *, peak: float | None = None, traffic: float = 1e6
) -> Facts:
    """`i-1` at so much CPU and memory (%), and so many bytes an hour each way."""
    measured = {"cpu": cpu, "network_in": traffic, "network_out": traffic}
    measured |= {} if memory is None else {"memory": memory}
    measured |= {} if peak is None else {"cpu_peak": peak}
    return knowing(usage=usage(**{name: {"i-1": hours(value)} for name, value in measured.items()}))


def machine(kind: str = "m5.xlarge", **given: object) -> Instance:
    return an_instance(type=kind, **given)


def test_a_machine_that_uses_a_third_of_half_is_halved() -> None:
    answer = found(judged(RULE, machine(), load(20, 30)))
    assert answer.fix_parameters == {"instance_type": "m5a.large"}
    assert answer.evidence["prices"]["then"]["usd_per_hour"] == "0.086"
    assert len(answer.evidence["runners_up"]) == 3
    assert "0.0% of the hourly averages" in answer.because
    cpu, network, memory = answer.evidence["metrics"]
    assert (cpu["threshold"], network["threshold"], memory["threshold"]) == (35, 300, 40)


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
    rest = usage(
        cpu={"i-1": cpu},
        memory={"i-1": hours(20)},
        network_in={"i-1": hours(0)},
        network_out={"i-1": hours(0)},
    )
    answer = found(judged(RULE, machine(), knowing(usage=rest)))
    chosen = answer.fix_parameters["instance_type"]
    assert answer.evidence["percent_that_would_not_have_fitted"][chosen] == round(200 / 336, 2)


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
        (machine(), load(5, 5, traffic=1e12), "moves much data"),
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
