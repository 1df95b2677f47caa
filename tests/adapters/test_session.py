from collections.abc import Callable
from datetime import UTC, datetime
from threading import Thread

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from botocore.parsers import ResponseParserError
from botocore.stub import Stubber

from core.errors import Forbidden, Lost, NoCapacity, NotFound, PioneerError, Refused, Unavailable
from core.inventory import Account
from services.adapters.aws.failures import CapabilityMissing
from services.adapters.aws.session import Place, Sessions, utc
from services.telemetry import AWS_CALLS

REGION = "us-east-1"
pytestmark = pytest.mark.usefixtures("aws")


def failing(client: object, *errors: Exception) -> list[int]:
    """Make the next calls of a client end in these errors on their way to AWS; answers a list that grows with each call."""
    waiting, calls = list(errors), []

    def answer(**_kwargs: object) -> None:
        calls.append(1)
        if waiting:
            raise waiting.pop(0)

    client.meta.events.register_first("before-send.ec2", answer)
    return calls


def test_a_role_leads_into_its_own_account(sessions: Sessions, other_account: Account) -> None:
    answer = Place(sessions, other_account, REGION).read("sts", "get_caller_identity")
    assert answer["Account"] == other_account.id
    assert "assumed-role/CloudPioneer/cloud-pioneer" in answer["Arn"]


def test_what_is_made_in_one_account_is_not_seen_in_another(
    sessions: Sessions, account: Account, other_account: Account
) -> None:
    boto3.client("ec2", region_name=REGION).create_volume(AvailabilityZone="us-east-1a", Size=1)
    volumes = [
        len(list(Place(sessions, one, REGION).pages("ec2", "describe_volumes", "Volumes")))
        for one in (account, other_account)
    ]
    assert volumes == [1, 0]


def test_a_client_is_made_once_however_many_threads_ask(sessions: Sessions, other_account: Account) -> None:
    made: list[object] = []
    threads = [
        Thread(target=lambda: made.append(sessions.client(other_account, "ec2", REGION))) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 12
    assert len({id(client) for client in made}) == 1


def test_every_call_is_counted(sessions: Sessions, account: Account) -> None:
    counter = AWS_CALLS.labels("ec2", "DescribeVolumes")._value
    before = counter.get()
    place = Place(sessions, account, REGION)
    place.read("ec2", "describe_volumes")
    place.read("ec2", "describe_volumes")
    assert (place.calls, counter.get() - before) == (2, 2)


def test_an_expired_token_is_renewed_once(sessions: Sessions, other_account: Account) -> None:
    place = Place(sessions, other_account, REGION)
    old = sessions.client(other_account, "ec2", REGION)
    with Stubber(old) as stub:
        stub.add_client_error("describe_volumes", "ExpiredToken", "old", http_status_code=400)
        assert place.read("ec2", "describe_volumes")["Volumes"] == []
    assert sessions.client(other_account, "ec2", REGION) is not old


@pytest.mark.parametrize("attempts", [1, 2])
def test_a_body_cut_short_is_asked_for_again(sessions: Sessions, account: Account, attempts: int) -> None:
    calls = failing(sessions.client(account, "ec2", REGION), *[ResponseParserError("cut")] * attempts)
    assert Place(sessions, account, REGION).read("ec2", "describe_volumes")["Volumes"] == []
    assert len(calls) == attempts + 1


def test_a_body_cut_short_for_ever_is_unavailable(sessions: Sessions, account: Account) -> None:
    calls = failing(sessions.client(account, "ec2", REGION), *[ResponseParserError("cut")] * 9)
    with pytest.raises(Unavailable):
        Place(sessions, account, REGION).read("ec2", "describe_volumes")
    assert len(calls) == 3


@pytest.mark.parametrize(
    "error",
    [ReadTimeoutError(endpoint_url="https://ec2"), ResponseParserError("cut")],
    ids=["timeout", "cut"],
)
def test_a_change_whose_answer_was_lost_is_sent_once_and_said_to_be_lost(
    sessions: Sessions, account: Account, error: Exception
) -> None:
    calls = failing(sessions.client(account, "ec2", REGION, writes=True), error)
    with pytest.raises(Lost):
        Place(sessions, account, REGION).write("ec2", "create_snapshot", VolumeId="vol-1")
    assert len(calls) == 1


def test_a_change_that_never_left_is_not_lost(sessions: Sessions, account: Account) -> None:
    failing(
        sessions.client(account, "ec2", REGION, writes=True), ConnectTimeoutError(endpoint_url="https://ec2")
    )
    with pytest.raises(Unavailable):
        Place(sessions, account, REGION).write("ec2", "create_snapshot", VolumeId="vol-1")


def test_a_throttled_change_is_sent_again(sessions: Sessions, account: Account) -> None:
    with Stubber(sessions.client(account, "ec2", REGION, writes=True)) as stub:
        stub.add_client_error("delete_volume", "RequestLimitExceeded", "slow", http_status_code=503)
        stub.add_response("delete_volume", {})
        Place(sessions, account, REGION).write("ec2", "delete_volume", VolumeId="vol-1")
        stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("UnauthorizedOperation", 403, Forbidden),
        ("AccessDenied", 403, Forbidden),
        ("InvalidVolume.NotFound", 400, NotFound),
        ("NoSuchBucket", 404, NotFound),
        ("IncorrectState", 400, Refused),
        ("VolumeInUse", 400, Refused),
        ("RequestLimitExceeded", 503, Unavailable),
        ("InsufficientInstanceCapacity", 500, NoCapacity),
        ("InternalError", 500, Unavailable),
        ("500", 500, CapabilityMissing),
        ("InvalidAction", 400, CapabilityMissing),
    ],
)
def test_what_aws_says_becomes_our_own_word(
    sessions: Sessions, account: Account, code: str, status: int, expected: type[PioneerError]
) -> None:
    with Stubber(sessions.client(account, "ec2", REGION)) as stub:
        stub.add_client_error("describe_volumes", code, "said so", http_status_code=status)
        with pytest.raises(expected) as caught:
            Place(sessions, account, REGION).read("ec2", "describe_volumes")
    assert type(caught.value) is expected


@pytest.mark.parametrize(("code", "status"), [("InternalError", 500), ("ServerInternal", 502)])
def test_a_change_that_failed_inside_aws_may_have_happened(
    sessions: Sessions, account: Account, code: str, status: int
) -> None:
    with Stubber(sessions.client(account, "ec2", REGION, writes=True)) as stub:
        stub.add_client_error("delete_volume", code, "", http_status_code=status)
        with pytest.raises(Lost):
            Place(sessions, account, REGION).write("ec2", "delete_volume", VolumeId="vol-1")


def test_a_denial_names_the_permission_to_grant(sessions: Sessions, account: Account) -> None:
    with Stubber(sessions.client(account, "rds", REGION)) as stub:
        stub.add_client_error("describe_db_instances", "AccessDenied", "no", http_status_code=403)
        with pytest.raises(Forbidden, match="rds:DescribeDBInstances") as caught:
            Place(sessions, account, REGION).read("rds", "describe_db_instances")
    assert "Grant rds:DescribeDBInstances" in (caught.value.mend or "")


def test_a_role_that_does_not_let_us_in_is_forbidden_and_says_so(
    sessions: Sessions, other_account: Account
) -> None:
    with Stubber(sessions.client(None, "sts", REGION)) as stub:
        stub.add_client_error("assume_role", "AccessDenied", "no", http_status_code=403)
        with pytest.raises(Forbidden, match="sts:AssumeRole"):
            Place(sessions, other_account, REGION).open()


def test_the_demo_never_sends_real_credentials(
    demo_sessions: Sessions, account: Account, other_account: Account
) -> None:
    used = demo_sessions.client(account, "ec2", REGION)._request_signer._credentials
    assert (used.access_key, used.secret_key) == ("demo", "demo")
    assert (
        demo_sessions.client(other_account, "ec2", REGION)._request_signer._credentials.access_key
        != "testing"
    )


@pytest.mark.parametrize(
    "written",
    [
        1_700_000_000,
        1_700_000_000.0,
        "2023-11-14T22:13:20Z",
        "2023-11-14T22:13:20",
        "2023-11-15T00:13:20+02:00",
    ],
)
def test_times_are_aware_and_in_utc(written: float | str) -> None:
    parsed = utc(written)
    assert parsed == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert parsed.tzinfo is UTC


def test_paging_stops_with_the_last_token(sessions: Sessions, account: Account) -> None:
    first: Callable[..., dict[str, object]] = lambda name: {"VolumeId": name}  # noqa: E731  reads as a table below
    with Stubber(sessions.client(account, "ec2", REGION)) as stub:
        stub.add_response("describe_volumes", {"Volumes": [first("a")], "NextToken": "t"}, {"MaxResults": 5})
        stub.add_response(
            "describe_volumes",
            {"Volumes": [first("b")], "NextToken": ""},
            {"MaxResults": 5, "NextToken": "t"},
        )
        found = list(
            Place(sessions, account, REGION).pages("ec2", "describe_volumes", "Volumes", MaxResults=5)
        )
    assert [item["VolumeId"] for item in found] == ["a", "b"]
