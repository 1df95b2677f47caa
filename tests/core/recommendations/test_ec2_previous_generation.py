from decimal import Decimal

from core.recommendations.finding import Undetermined
from tests.builders import an_instance
from tests.computing import found, knowing
from tests.known import judged

RULE = "ec2_previous_generation"


def test_the_cheapest_current_type_as_large_is_proposed() -> None:
    answer = found(judged(RULE, an_instance(type="m4.large"), knowing()))
    assert answer.fix_parameters == {"instance_type": "m5a.large"}
    assert answer.saving == Decimal(73) * (1 - Decimal("0.086") / Decimal("0.100"))


def test_what_is_really_paid_scales_the_saving_and_data_transfer_is_left_out() -> None:
    known = knowing(bill={"i-1": Decimal(60)}, parts={"i-1": {"BoxUsage:m4.large": Decimal(50)}})
    assert found(judged(RULE, an_instance(type="m4.large"), known)).saving == Decimal(50) * (
        1 - Decimal("0.086") / Decimal("0.100")
    )


def test_an_old_type_that_is_cheaper_than_every_new_one_stays() -> None:
    assert judged(RULE, an_instance(type="a1.medium", architecture="arm64"), knowing()) is None


def test_a_current_type_is_left_alone() -> None:
    assert judged(RULE, an_instance(type="c6i.large"), knowing()) is None


def test_old_types_with_disks_of_their_own_cannot_be_compared() -> None:
    assert isinstance(judged(RULE, an_instance(type="c3.large"), knowing()), Undetermined)


def test_a_stopped_one_costs_nothing_and_is_not_asked_about() -> None:
    assert judged(RULE, an_instance(type="m4.large", state="stopped"), knowing()) is None
