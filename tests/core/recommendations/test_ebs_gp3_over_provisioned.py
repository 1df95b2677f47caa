"""gp3 speed above the baseline that is paid for and not used."""

from decimal import Decimal

from core.actions.catalog import DECLARATIONS
from core.recommendations.catalog import catalog
from core.recommendations.finding import Finding, Undetermined
from tests.builders import a_volume
from tests.known import judged
from tests.stored import driven, stored

RULE = "ebs_gp3_over_provisioned"
FAST = a_volume(iops=8_000, throughput=500)


def test_what_is_not_used_falls_back_to_the_baseline() -> None:
    answer = judged(RULE, FAST, stored(usage=driven(500, 20)))
    assert isinstance(answer, Finding)
    assert answer.fix_parameters == {"type": "gp3", "iops": 3_000, "throughput": 125}
    assert round(answer.saving, 6) == Decimal(25 + 15)  # 5,000 IOPS at 0.005 and 375 MiB/s at 0.04
    DECLARATIONS[catalog()[RULE].fix].check(answer.fix_parameters)


def test_throughput_that_stays_keeps_the_iops_it_needs() -> None:
    answer = judged(RULE, a_volume(iops=8_000, throughput=1_000), stored(usage=driven(500, 450)))
    assert isinstance(answer, Finding)
    assert answer.fix_parameters == {"type": "gp3", "iops": 3_600, "throughput": 900}


def test_a_volume_that_uses_its_speed_keeps_it() -> None:
    assert judged(RULE, FAST, stored(usage=driven(4_100, 260))) is None


def test_cents_are_not_worth_a_change() -> None:
    assert judged(RULE, a_volume(iops=3_100, throughput=125), stored(usage=driven(10, 1))) is None


def test_a_baseline_volume_has_nothing_to_lower() -> None:
    assert judged(RULE, a_volume(iops=3_000, throughput=125), stored()) is None


def test_without_metrics_nothing_is_said() -> None:
    assert judged(RULE, FAST, stored()) == Undetermined("No samples of its read ops were collected.")
