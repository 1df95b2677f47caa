import pytest

from core.inventory import PROTECTED_TAG, Kind
from tests.builders import an_instance


def test_a_kind_is_called_as_people_write_it() -> None:
    told = [kind.one for kind in (Kind.INSTANCE, Kind.EMR_CLUSTER, Kind.NAT_GATEWAY, Kind.DATA_WAREHOUSE)]
    assert told == ["an instance", "an EMR cluster", "a NAT gateway", "a data warehouse"]


@pytest.mark.parametrize(
    ("resource_id", "expected"),
    [
        ("i-1", "i-1"),
        ("arn:aws:ec2:us-east-1:1:snapshot/snap-1", "snap-1"),
        ("arn:aws:rds:us-east-1:1:db:orders", "orders"),
        ("arn:aws:logs:us-east-1:1:log-group:/aws/lambda/mail", "/aws/lambda/mail"),
        ("arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/front/50dc6c49", "app/front/50dc6c49"),
        ("arn:aws:lambda:us-east-1:1:function:mailer", "mailer"),
    ],
)
def test_the_short_id_is_what_aws_calls_take(resource_id: str, expected: str) -> None:
    assert an_instance(resource_id).short_id == expected


@pytest.mark.parametrize(
    ("tags", "protected"),
    [
        ({}, False),
        ({PROTECTED_TAG: "false"}, False),
        ({PROTECTED_TAG: " False "}, False),
        ({PROTECTED_TAG: "true"}, True),
        ({PROTECTED_TAG: ""}, True),
    ],
)
def test_any_value_but_false_protects(tags: dict[str, str], protected: bool) -> None:  # noqa: FBT001  an expected value
    assert an_instance("i-1", tags=tags).protected is protected
