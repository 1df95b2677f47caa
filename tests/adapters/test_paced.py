"""Calls that act wait for their turn, each account, region and API apart."""

import pytest
from botocore.exceptions import ClientError

from core.errors import PioneerError
from core.inventory import Account
from services.adapters.aws.changes import AwsChanges
from services.adapters.aws.paced import Pacing
from services.adapters.aws.session import Sessions
from services.settings import Settings
from services.telemetry import AWS_WAITED
from tests.adapters.test_session import REGION, failing

WRITES = ("1", REGION, "ec2", "stop_instances")


def paced(a_second: float) -> tuple[Pacing, list[float]]:
    slept: list[float] = []
    return Pacing(a_second, lambda: sum(slept), slept.append), slept


def test_each_api_of_each_account_and_region_has_its_own() -> None:
    pacing, slept = paced(1)
    for _ in range(11):
        pacing.wait(WRITES, writes=True)
    assert slept == [1.0]
    for other in (("2", *WRITES[1:]), ("1", "eu-west-1", *WRITES[2:]), (*WRITES[:3], "start_instances")):
        assert pacing.wait(other, writes=True) == 0


def test_looking_is_let_through_more_often() -> None:
    pacing, slept = paced(1)
    for _ in range(20):
        pacing.wait((*WRITES[:3], "describe_instances"), writes=False)
    assert slept == []
    assert pacing.wait((*WRITES[:3], "describe_instances"), writes=False) == pytest.approx(0.25)


def test_nothing_waits_where_no_pace_is_kept() -> None:
    pacing, slept = paced(0)
    pacing.throttled(WRITES, writes=True)
    assert [pacing.wait(WRITES, writes=True) for _ in range(1000)] == [0.0] * 1000
    assert slept == []


def test_a_stand_in_is_asked_as_fast_as_can_be_unless_a_setting_says_otherwise() -> None:
    stand_in = Sessions(Settings(_env_file=None, PIONEER_AWS_ENDPOINT="http://127.0.0.1:1"))
    assert [stand_in.pacing.wait(WRITES, writes=True) for _ in range(200)] == [0.0] * 200


@pytest.mark.usefixtures("aws")
def test_what_aws_throttles_waits_for_its_turn_the_next_time(account: Account) -> None:
    sessions = Sessions(Settings(_env_file=None, AWS_CALLS_PER_SECOND="20"))
    told = {"Error": {"Code": "RequestLimitExceeded", "Message": "Too much"}}
    failing(sessions.client(account, "ec2", REGION, writes=True), ClientError(told, "StopInstances"))
    waited = AWS_WAITED.labels("ec2", "stop_instances")
    before = waited._value.get()
    with pytest.raises(PioneerError):
        AwsChanges(sessions).stop_instance(account, REGION, "i-0123456789abcdef0")
    assert waited._value.get() - before == pytest.approx(0, abs=0.051)
    key = (account.id, REGION, "ec2", "stop_instances")
    assert sessions.pacing.wait(key, writes=True) <= 0.1
