from decimal import Decimal

import pytest

from core.recommendations.finding import Undetermined
from tests.builders import an_instance
from tests.computing import a_group, found, knowing
from tests.known import judged

RULE = "ec2_spot_candidate"
MEMBER = an_instance(autoscaling_group="web", tags={"environment": "dev"})


def test_a_member_of_a_group_that_buys_on_demand_only_could_be_spot() -> None:
    answer = found(judged(RULE, MEMBER, knowing(a_group(), bill={"i-1": Decimal(60)})))
    assert answer.saving == Decimal(33)
    assert "dev" in answer.because


def test_a_group_that_may_use_spot_decides_for_itself() -> None:
    assert judged(RULE, MEMBER, knowing(a_group(spot_allowed=True))) is None


@pytest.mark.parametrize(
    "given",
    [
        {"tags": {"environment": "production"}},
        {"lifecycle": "spot"},
        {"state": "stopped"},
        {"autoscaling_group": None},
    ],
)
def test_production_spot_stopped_and_lonely_machines_are_left_alone(given: dict[str, object]) -> None:
    one = an_instance(**{"autoscaling_group": "web", **given})
    assert judged(RULE, one, knowing(a_group())) is None


def test_a_group_that_was_not_seen_or_not_read_is_unknown() -> None:
    assert judged(RULE, MEMBER, knowing()) == Undetermined("Its Auto Scaling group was not seen.")
    assert isinstance(judged(RULE, MEMBER, knowing(a_group(spot_allowed=None))), Undetermined)
