"""IOPS that are paid for and not used."""

from decimal import Decimal

from core.actions.catalog import DECLARATIONS
from core.recommendations.catalog import catalog
from core.recommendations.finding import Finding, Undetermined
from tests.builders import a_volume
from tests.known import judged
from tests.stored import driven, stored

RULE = "ebs_over_provisioned_iops"
FAST = a_volume(type="io2", size_gb=200, iops=20_000)


def test_twice_what_was_observed_is_kept() -> None:
    answer = judged(RULE, FAST, stored(usage=driven(2_000, 50)))
    assert isinstance(answer, Finding)
    assert answer.fix_parameters == {"type": "io2", "iops": 4_000}
    assert round(answer.saving, 6) == 16_000 * Decimal("0.065")
    DECLARATIONS[catalog()[RULE].fix].check(answer.fix_parameters)


def test_the_bills_money_is_scaled() -> None:
    known = stored(usage=driven(2_000, 50), bill={"vol-1": Decimal("662.50")})
    answer = judged(RULE, FAST, known)
    assert isinstance(answer, Finding)
    assert round(answer.saving, 6) == 520  # half is paid of the list price's 1,325


def test_a_volume_that_is_driven_keeps_its_speed() -> None:
    assert judged(RULE, FAST, stored(usage=driven(9_000, 200))) is None


def test_large_operations_need_their_iops_for_throughput() -> None:
    assert judged(RULE, FAST, stored(usage=driven(2_000, 2_100))) is None


def test_without_metrics_nothing_is_said() -> None:
    assert judged(RULE, FAST, stored()) == Undetermined("No samples of its read ops were collected.")


def test_other_types_are_left_alone() -> None:
    assert judged(RULE, a_volume(type="gp3", iops=9000), stored()) is None
