"""io1 and io2 whose IOPS gp3 sells for less."""

from decimal import Decimal

import pytest

from core.actions.catalog import DECLARATIONS
from core.recommendations.catalog import catalog
from core.recommendations.finding import Finding
from tests.builders import a_volume
from tests.known import judged
from tests.stored import driven, stored

RULE = "ebs_io_to_gp3"


@pytest.mark.parametrize("kind", ["io1", "io2"])
def test_the_same_iops_cost_a_fraction(kind: str) -> None:
    answer = judged(RULE, a_volume(type=kind, size_gb=300, iops=5_000), stored(usage=driven(3_000, 40)))
    assert isinstance(answer, Finding)
    assert answer.fix_parameters == {"type": "gp3", "iops": 5_000, "throughput": 125}
    assert round(answer.saving, 6) == Decimal("37.5") + 325 - Decimal(24 + 10)
    assert ("99.999%" in answer.because) == (kind == "io2")
    DECLARATIONS[catalog()[RULE].fix].check(answer.fix_parameters)


def test_where_nothing_was_measured_throughput_is_kept() -> None:
    answer = judged(RULE, a_volume(type="io1", size_gb=300, iops=4_000), stored())
    assert isinstance(answer, Finding)
    assert answer.fix_parameters["throughput"] == 1_000
    assert "not known" in answer.because


def test_what_is_faster_than_gp3_stays() -> None:
    assert judged(RULE, a_volume(type="io2", size_gb=300, iops=80_100), stored()) is None


def test_gp3_reaches_eighty_thousand_iops_and_two_thousand_mib() -> None:
    for kind, throughput in (("io2", 2_000), ("io1", 1_000)):
        answer = judged(RULE, a_volume(type=kind, size_gb=300, iops=40_000), stored())
        assert isinstance(answer, Finding)
        assert answer.fix_parameters == {"type": "gp3", "iops": 40_000, "throughput": throughput}


def test_a_volume_that_moves_more_than_its_iops_carry_on_gp3_stays() -> None:
    fast = stored(usage=driven(3_000, 700))
    assert judged(RULE, a_volume(type="io1", size_gb=300, iops=4_000), fast) is None


def test_a_small_volume_with_many_iops_does_not_fit_gp3() -> None:
    assert judged(RULE, a_volume(type="io2", size_gb=10, iops=6_000), stored()) is None


def test_other_types_are_left_alone() -> None:
    assert judged(RULE, a_volume(type="gp3", iops=6_000), stored()) is None
