"""gp2 to gp3 saves only where the same speed costs less."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.recommendations.finding import Finding, Undetermined
from core.savings import MoneyFrom
from tests.builders import a_volume
from tests.known import facts, judged
from tests.stored import driven, stored


def found(size_gb: int) -> Finding | None:
    answer = judged("ebs_gp2_to_gp3", a_volume(type="gp2", size_gb=size_gb))
    assert not isinstance(answer, Undetermined)
    return answer


def test_a_small_volume_saves_a_fifth() -> None:
    answer = found(100)
    assert answer is not None
    assert answer.saving == Decimal(2)
    assert answer.fix_parameters == {"type": "gp3", "iops": 3000, "throughput": 125}


def test_speed_above_the_gp3_baseline_is_paid_for() -> None:
    answer = found(5334)
    assert answer is not None
    assert answer.fix_parameters == {"type": "gp3", "iops": 16000, "throughput": 250}
    assert answer.saving == pytest.approx(Decimal("36.68"))


@pytest.mark.parametrize("size_gb", [171, 200, 249, 250])
def test_gp3_as_fast_is_no_saving_between_170_and_250_gb(size_gb: int) -> None:
    assert found(size_gb) is None


@given(st.integers(1, 16_384))
def test_the_saving_follows_the_published_formula(size_gb: int) -> None:
    iops = Decimal(max(0, min(16000, 3 * size_gb) - 3000))
    expected = Decimal("0.02") * size_gb - Decimal("0.005") * iops - (5 if size_gb > 170 else 0)
    answer = found(size_gb)
    assert (answer.saving if answer else Decimal(0)).quantize(Decimal("1e-9")) == max(
        expected, Decimal(0)
    ).quantize(Decimal("1e-9"))


def test_what_is_really_paid_scales_the_saving() -> None:
    answer = judged("ebs_gp2_to_gp3", a_volume(type="gp2"), facts(bill={"vol-1": Decimal(5)}))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal(1)
    assert answer.cost.source is MoneyFrom.BILL


def test_other_types_are_left_alone() -> None:
    assert judged("ebs_gp2_to_gp3", a_volume(type="io2", iops=5000)) is None


def test_a_region_without_prices_is_undetermined() -> None:
    answer = judged("ebs_gp2_to_gp3", a_volume(type="gp2", region="ap-east-1"))
    assert answer == Undetermined("No price is known for ebs:gp2 in ap-east-1.")


def test_what_was_observed_is_told_and_changes_nothing() -> None:
    volume = a_volume(type="gp2")
    seen = judged("ebs_gp2_to_gp3", volume, stored(usage=driven(120, 4)))
    unseen = judged("ebs_gp2_to_gp3", volume)
    assert isinstance(seen, Finding)
    assert isinstance(unseen, Finding)
    assert "120 IOPS and 4.0 MiB/s" in seen.because
    assert "not known" in unseen.because
    assert (seen.saving, seen.fix_parameters) == (unseen.saving, unseen.fix_parameters)
