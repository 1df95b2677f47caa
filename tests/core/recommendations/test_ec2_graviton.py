import pytest

from core.recommendations.finding import Undetermined
from tests.builders import an_instance
from tests.computing import found, knowing
from tests.known import judged

RULE = "ec2_graviton"


def test_a_large_intel_machine_is_worth_rebuilding() -> None:
    answer = found(judged(RULE, an_instance(type="m5.2xlarge"), knowing()))
    assert answer.evidence["prices"]["then"]["type"] == "m6g.2xlarge"
    assert 55 < answer.saving < 56


@pytest.mark.parametrize(
    "given",
    [
        {"type": "m5.large"},
        {"type": "m6g.4xlarge", "architecture": "arm64"},
        {"type": "g4dn.4xlarge"},
        {"type": "m5.2xlarge", "lifecycle": "spot"},
    ],
)
def test_small_accelerated_spot_and_arm_machines_are_left_alone(given: dict[str, object]) -> None:
    assert judged(RULE, an_instance(**given), knowing()) is None


def test_windows_has_no_price_to_compare() -> None:
    assert isinstance(
        judged(RULE, an_instance(type="m5.2xlarge", platform="Windows"), knowing()), Undetermined
    )
