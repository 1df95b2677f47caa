from dataclasses import replace

import boto3
import pytest
from botocore.stub import ANY, Stubber

from core.actions.kind import Copy
from core.errors import Lost, Refused
from core.inventory import Account, Function, Instance, Kind, Resource, Volume
from services.adapters.aws.cloud import AwsCloud
from services.adapters.aws.inventory import listings
from services.adapters.aws.inventory.listing import Listed
from services.adapters.aws.session import Place, Sessions

REGION = "us-east-1"
pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def ec2() -> object:
    return boto3.client("ec2", region_name=REGION)


@pytest.fixture
def cloud(sessions: Sessions) -> AwsCloud:
    return AwsCloud(sessions)


@pytest.fixture
def instance(sessions: Sessions, account: Account, ec2: object) -> Resource:
    ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, InstanceType="m5.large")
    return one(sessions, account, Kind.INSTANCE)


@pytest.fixture
def volume(sessions: Sessions, account: Account, ec2: object) -> Resource:
    ec2.create_volume(AvailabilityZone="us-east-1a", Size=100, VolumeType="gp2")
    return one(sessions, account, Kind.VOLUME)


def one(sessions: Sessions, account: Account, kind: Kind) -> Resource:
    (listing,) = [listing for listing in listings() if listing.kind is kind]
    (found,) = listing.read(Listed(Place(sessions, account, REGION)))
    return found


def test_an_instance_is_stopped_resized_and_started(
    cloud: AwsCloud, account: Account, instance: Resource
) -> None:
    cloud.stop_instance(account, REGION, instance.id)
    stopped = cloud.look(account, instance)
    assert stopped is not None
    assert stopped.state == "stopped"
    cloud.resize_instance(account, REGION, instance.id, "m5.xlarge")
    cloud.start_instance(account, REGION, instance.id)
    started = cloud.look(account, instance)
    assert isinstance(started, Instance)
    assert (started.state, started.type) == ("running", "m5.xlarge")


@pytest.mark.parametrize("protection", ["on", "off"])
def test_looking_at_an_instance_tells_its_termination_protection(
    cloud: AwsCloud, account: Account, instance: Resource, ec2: object, protection: str
) -> None:
    ec2.modify_instance_attribute(InstanceId=instance.id, DisableApiTermination={"Value": protection == "on"})
    seen = cloud.look(account, instance)
    assert isinstance(seen, Instance)
    assert seen.termination_protected is (protection == "on")


def test_what_is_terminated_or_was_never_there_is_gone(
    cloud: AwsCloud, account: Account, instance: Resource, ec2: object
) -> None:
    assert cloud.look(account, replace(instance, id="i-0123456789abcdef0")) is None
    ec2.terminate_instances(InstanceIds=[instance.id])
    assert cloud.look(account, instance) is None


def test_a_volume_is_changed_snapshotted_and_deleted(
    cloud: AwsCloud, account: Account, volume: Resource
) -> None:
    cloud.modify_volume(account, REGION, volume.id, "gp3", 3000, 125)
    changed = cloud.look(account, volume)
    assert isinstance(changed, Volume)
    assert changed.type == "gp3"
    tags = {"pioneer:action": "a-1", "Name": "before deletion"}
    cloud.snapshot_volume(account, REGION, volume.id, tags)
    ((_, state),) = cloud.copies(account, REGION, Copy.SNAPSHOT, "pioneer:action", "a-1")
    assert state == "completed"
    assert cloud.copies(account, REGION, Copy.SNAPSHOT, "pioneer:action", "a-2") == ()
    cloud.delete_volume(account, REGION, volume.id)
    assert cloud.look(account, volume) is None


def test_an_address_is_released(cloud: AwsCloud, sessions: Sessions, account: Account, ec2: object) -> None:
    ec2.allocate_address(Domain="vpc")
    address = one(sessions, account, Kind.ADDRESS)
    assert cloud.look(account, address) == address
    cloud.release_address(account, REGION, address.short_id)
    assert cloud.look(account, address) is None


def test_a_volume_in_use_is_not_deleted(cloud: AwsCloud, account: Account, instance: Resource) -> None:
    assert isinstance(instance, Instance)
    with pytest.raises(Refused, match="ec2:DeleteVolume"):
        cloud.delete_volume(account, REGION, instance.volume_ids[0])


def test_a_stop_whose_answer_is_lost_is_not_repeated_by_itself(
    cloud: AwsCloud, sessions: Sessions, account: Account, instance: Resource
) -> None:
    with Stubber(sessions.client(account, "ec2", REGION, writes=True)) as stub:
        stub.add_client_error("stop_instances", "InternalError", "", http_status_code=500)
        with pytest.raises(Lost):
            cloud.stop_instance(account, REGION, instance.id)


def test_kinds_that_no_action_touches_are_not_looked_at(cloud: AwsCloud, account: Account) -> None:
    function = Function(
        id="arn:aws:lambda:us-east-1:1:function:x",
        account_id="1",
        region=REGION,
        name="x",
        state="Active",
        runtime="python3.13",
        memory_mib=128,
    )
    with pytest.raises(Refused, match="function"):
        cloud.look(account, function)


def test_regions_are_those_of_the_account(cloud: AwsCloud, account: Account) -> None:
    assert {"us-east-1", "eu-west-1"} <= set(cloud.regions(account))


def test_the_trust_policy_names_our_own_account(cloud: AwsCloud) -> None:
    assert cloud.principal() == "arn:aws:iam::123456789012:root"


# Connecting an account


def test_an_account_of_our_own_passes_its_check(cloud: AwsCloud, account: Account) -> None:
    checked = cloud.check(account)
    assert checked.ok
    assert all(ok for ok, _ in checked.lines)
    words = " ".join(text for _, text in checked.lines)
    assert "eu-west-1 answers" in words
    assert "EBS volumes can be read" in words


def test_credentials_that_lead_elsewhere_are_refused(cloud: AwsCloud, account: Account) -> None:
    checked = cloud.check(replace(account, id="999999999999"))
    assert not checked.ok
    assert checked.lines == ((False, "These credentials lead into account 123456789012, not 999999999999."),)


def test_a_role_that_anybody_can_assume_is_refused(cloud: AwsCloud, other_account: Account) -> None:
    checked = cloud.check(other_account)  # the stand-in asks nobody for an ExternalId
    assert not checked.ok
    wrong = [text for ok, text in checked.lines if not ok]
    assert len(wrong) == 2
    assert "a wrong ExternalId" in wrong[0]
    assert "no ExternalId" in wrong[1]


def test_a_role_that_asks_for_our_external_id_passes(
    cloud: AwsCloud, sessions: Sessions, other_account: Account
) -> None:
    real = boto3.client("sts").assume_role(RoleArn=other_account.role_arn, RoleSessionName="test")
    with Stubber(sessions.client(None, "sts", REGION)) as stub:
        asked = {"RoleArn": other_account.role_arn, "RoleSessionName": ANY, "DurationSeconds": ANY}
        ours = {**asked, "ExternalId": other_account.external_id}
        stub.add_response("assume_role", {"Credentials": real["Credentials"]}, ours)
        for expected in ({**asked, "ExternalId": ANY}, asked):
            stub.add_client_error(
                "assume_role", "AccessDenied", "", expected_params=expected, http_status_code=403
            )
        checked = cloud.check(other_account)
    assert checked.ok, checked.lines
    assert (True, "The role refuses a wrong ExternalId, as it should.") in checked.lines
