from decimal import Decimal

import pytest

from core.recommendations.finding import Undetermined
from core.recommendations.replacing import amd_variant
from tests.builders import an_instance
from tests.computing import found, knowing
from tests.known import judged

RULE = "ec2_amd"


def test_an_intel_machine_has_a_cheaper_twin() -> None:
    answer = found(judged(RULE, an_instance(type="c6i.xlarge"), knowing()))
    assert answer.fix_parameters == {"instance_type": "c6a.xlarge"}
    assert answer.saving == pytest.approx(Decimal("12.41"))


@pytest.mark.parametrize(
    ("type_name", "twin"),
    [
        ("m5.large", "m5a.large"),
        ("c6i.xlarge", "c6a.xlarge"),
        ("t3.medium", "t3a.medium"),
        ("m6g.large", None),
        ("m6a.large", None),
        ("t4g.small", None),
    ],
)
def test_twins_are_told_by_their_names(type_name: str, twin: str | None) -> None:
    assert amd_variant(type_name) == twin


@pytest.mark.parametrize(
    "type_name", ["m7i.large", "m5.large", "m4.large", "m5a.large", "t3.micro", "m5zn.large"]
)
def test_no_twin_a_dearer_twin_old_types_and_cents_are_left_alone(type_name: str) -> None:
    assert judged(RULE, an_instance(type=type_name), knowing()) is None


def test_members_of_a_group_get_their_type_from_its_template() -> None:
    assert judged(RULE, an_instance(type="c6i.xlarge", autoscaling_group="web"), knowing()) is None


def test_a_region_without_prices_is_undetermined() -> None:
    assert judged(RULE, an_instance(type="c6i.large", region="ap-east-1"), knowing()) == Undetermined(
        "No list price is known for c6i.large in ap-east-1."
    )
