"""gp2 that gp3's baseline would serve, by what was observed."""

from decimal import Decimal

import pytest

from core.actions.catalog import DECLARATIONS
from core.recommendations.catalog import catalog
from core.recommendations.finding import Finding, Undetermined
from tests.builders import a_volume
from tests.known import judged
from tests.stored import driven, stored

RULE = "ebs_gp2_to_gp3_baseline"


def test_a_volume_driven_gently_saves_a_fifth_where_the_same_speed_would_save_nothing() -> None:
    known = stored(usage=driven(800, 30))
    answer = judged(RULE, a_volume(type="gp2", size_gb=200), known)
    assert isinstance(answer, Finding)
    assert answer.saving == pytest.approx(Decimal(4))
    assert answer.fix_parameters == {"type": "gp3", "iops": 3000, "throughput": 125}
    assert "1,600 IOPS and 60 MiB/s" in answer.because
    assert judged("ebs_gp2_to_gp3", a_volume(type="gp2", size_gb=200), known) is None


def test_its_fix_is_one_that_the_action_takes() -> None:
    answer = judged(RULE, a_volume(type="gp2", size_gb=200), stored(usage=driven(800, 30)))
    assert isinstance(answer, Finding)
    DECLARATIONS[catalog()[RULE].fix].check(answer.fix_parameters)


@pytest.mark.parametrize(("iops", "mib"), [(1501, 10), (100, 63)])
def test_what_needs_more_than_half_of_the_baseline_stays(iops: float, mib: float) -> None:
    assert judged(RULE, a_volume(type="gp2", size_gb=500), stored(usage=driven(iops, mib))) is None


def test_where_the_same_speed_is_the_baseline_the_other_rule_speaks() -> None:
    known = stored(usage=driven(100, 3))
    assert judged(RULE, a_volume(type="gp2", size_gb=170), known) is None
    assert isinstance(judged("ebs_gp2_to_gp3", a_volume(type="gp2", size_gb=170), known), Finding)


def test_without_metrics_nothing_is_said() -> None:
    answer = judged(RULE, a_volume(type="gp2", size_gb=500), stored())
    assert answer == Undetermined("No samples of its read ops were collected.")


def test_other_types_are_left_alone() -> None:
    assert judged(RULE, a_volume(type="gp3", size_gb=500), stored()) is None
