"""The demo cloud as boto3 sees it, in its own process."""

import io
import json
import signal
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError

from core.inventory import (
    Address,
    Bucket,
    Database,
    Function,
    Instance,
    LoadBalancer,
    LogGroup,
    NatGateway,
    Snapshot,
    Volume,
)
from services.demo import bill
from services.demo.birth import birthday
from services.demo.company import ACCOUNTS, DATA, EXPORT, PRODUCTION, REGIONS, STAGING, US
from services.demo.export import keys
from services.demo.life import World
from services.demo.world import group, make
from tests.demo.conftest import RunningCloud, today

Clouds = Callable[[], RunningCloud]


def seen(cloud: RunningCloud, kind: type) -> Iterator[tuple[str, Any]]:
    """Ids as the inventory writes them, and what AWS answers, of one kind in all accounts and regions."""
    service, operation, key, identify = {
        Instance: ("ec2", "describe_instances", "Reservations", None),
        Volume: ("ec2", "describe_volumes", "Volumes", lambda one, _: one["VolumeId"]),
        Snapshot: (
            "ec2",
            "describe_snapshots",
            "Snapshots",
            lambda one, at: f"{at('ec2')}:snapshot/{one['SnapshotId']}",
        ),
        Address: (
            "ec2",
            "describe_addresses",
            "Addresses",
            lambda one, at: f"{at('ec2')}:elastic-ip/{one['AllocationId']}",
        ),
        NatGateway: (
            "ec2",
            "describe_nat_gateways",
            "NatGateways",
            lambda one, at: f"{at('ec2')}:natgateway/{one['NatGatewayId']}",
        ),
        Database: ("rds", "describe_db_instances", "DBInstances", lambda one, _: one["DBInstanceArn"]),
        LoadBalancer: (
            "elbv2",
            "describe_load_balancers",
            "LoadBalancers",
            lambda one, _: one["LoadBalancerArn"],
        ),
        LogGroup: (
            "logs",
            "describe_log_groups",
            "logGroups",
            lambda one, at: f"{at('logs')}:log-group:{one['logGroupName']}",
        ),
        Function: ("lambda", "list_functions", "Functions", lambda one, _: one["FunctionArn"]),
    }[kind]
    for account in ACCOUNTS:
        for region in REGIONS:
            where = (account.id, region)
            arguments = {"OwnerIds": ["self"]} if kind is Snapshot else {}
            answer = getattr(cloud.client(account, service, region), operation)(**arguments)[key]
            if kind is Instance:
                yield from ((one["InstanceId"], one) for held in answer for one in held["Instances"])
            else:
                yield from (
                    (identify(one, lambda s, w=where: f"arn:aws:{s}:{w[1]}:{w[0]}"), one) for one in answer
                )


@pytest.mark.parametrize(
    "kind", [Instance, Volume, Snapshot, Address, NatGateway, Database, LoadBalancer, LogGroup, Function]
)
def test_the_cloud_holds_the_company_and_nothing_else(cloud: RunningCloud, born: World, kind: type) -> None:
    expected = {life.resource.id for life in born.living() if isinstance(life.resource, kind)}

    assert {key for key, _ in seen(cloud, kind)} == expected


def test_buckets_are_there_and_so_is_the_export(cloud: RunningCloud, born: World) -> None:
    names = {
        one["Name"] for account in ACCOUNTS for one in cloud.client(account, "s3").list_buckets()["Buckets"]
    }

    assert names == {life.resource.id for life in born.living() if isinstance(life.resource, Bucket)} | {
        EXPORT.bucket
    }


def test_instances_look_as_the_world_says(cloud: RunningCloud, born: World) -> None:
    world = {life.resource.id: life.resource for life in born.living()}
    for key, one in seen(cloud, Instance):
        expected = world[key]
        assert isinstance(expected, Instance)
        assert (one["InstanceType"], one["State"]["Name"]) == (expected.type, expected.state)
        assert one["Architecture"] == expected.architecture
        assert one["Placement"]["AvailabilityZone"] == expected.zone
        assert one["LaunchTime"] == expected.launched_at
        assert {tag["Key"]: tag["Value"] for tag in one["Tags"]} == expected.tags
        assert {each["Ebs"]["VolumeId"] for each in one["BlockDeviceMappings"]} == set(expected.volume_ids)


def test_volumes_look_as_the_world_says(cloud: RunningCloud, born: World) -> None:
    world = {life.resource.id: life.resource for life in born.living()}
    for key, one in seen(cloud, Volume):
        expected = world[key]
        assert isinstance(expected, Volume)
        assert (one["VolumeType"], one["Size"], one["State"]) == (
            expected.type,
            expected.size_gb,
            expected.state,
        )
        assert one["CreateTime"] == expected.created_at
        assert [each["InstanceId"] for each in one["Attachments"]] == [expected.attached_to] * bool(
            expected.attached_to
        )


def test_a_wrong_external_id_is_refused(cloud: RunningCloud) -> None:
    sts = boto3.client("sts", endpoint_url=cloud.endpoint, region_name=US)
    for given in ({"ExternalId": "wrong"}, {}, {"ExternalId": DATA.external_id}):
        with pytest.raises(ClientError, match="AccessDenied"):
            sts.assume_role(RoleArn=STAGING.role_arn, RoleSessionName="test", **given)


def test_each_role_leads_to_its_account(cloud: RunningCloud) -> None:
    for account in ACCOUNTS:
        assert cloud.client(account, "sts").get_caller_identity()["Account"] == account.id


def cpu(
    instance: str, end: datetime, *, hours: int, period: int = 3600, stat: str = "Average"
) -> dict[str, Any]:
    metric = {
        "Namespace": "AWS/EC2",
        "MetricName": "CPUUtilization",
        "Dimensions": [{"Name": "InstanceId", "Value": instance}],
    }
    return {
        "MetricDataQueries": [
            {"Id": "cpu", "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}}
        ],
        "StartTime": end - timedelta(hours=hours),
        "EndTime": end,
        "ScanBy": "TimestampAscending",
    }


def machine(born: World, account: str, name: str) -> str:
    return next(life.resource.id for life in group(born, account, name) if life.resource.id.startswith("i-"))


def test_metrics_run_to_now(cloud: RunningCloud, born: World) -> None:
    client, now = cloud.client(PRODUCTION, "cloudwatch"), datetime.now(UTC)

    month = client.get_metric_data(**cpu(machine(born, "production", "web"), now, hours=720))[
        "MetricDataResults"
    ][0]
    live = client.get_metric_data(
        **cpu(machine(born, "production", "web"), now, hours=1, period=60, stat="p95")
    )

    assert len(month["Values"]) in {720, 721}
    assert now - month["Timestamps"][-1] < timedelta(hours=1)
    assert len(live["MetricDataResults"][0]["Values"]) >= 59


def test_the_bill_lies_in_the_payers_bucket_as_its_manifest_says(cloud: RunningCloud, born: World) -> None:
    s3 = cloud.client(PRODUCTION, "s3")
    months = bill.months(born, today())
    found = s3.list_objects_v2(Bucket=EXPORT.bucket)["Contents"]

    assert {one["Key"] for one in found} == {key for month in months for key in keys(month)}
    data, about = keys(months[-2])
    manifest = json.loads(s3.get_object(Bucket=EXPORT.bucket, Key=about)["Body"].read())
    table = pq.read_table(io.BytesIO(s3.get_object(Bucket=EXPORT.bucket, Key=data)["Body"].read()))
    assert manifest["dataFiles"] == [f"s3://{EXPORT.bucket}/{data}"]
    assert manifest["rows"] == table.num_rows
    assert [column["name"] for column in manifest["columns"]] == table.column_names
    assert str(table.schema.field("Tags").type) == "string"


def etags(cloud: RunningCloud) -> dict[str, str]:
    found = cloud.client(PRODUCTION, "s3").list_objects_v2(Bucket=EXPORT.bucket)["Contents"]
    return {one["Key"]: one["ETag"] for one in found}


def test_its_own_doors_open_only_to_its_own_name(cloud: RunningCloud) -> None:
    for path in ("/moto-api/data.json", "/pioneer/ready"):
        request = urllib.request.Request(f"{cloud.endpoint}{path}", headers={"Host": "evil.example"})  # noqa: S310  # our own address
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(request, timeout=5)  # noqa: S310  # as above


def test_what_was_done_is_still_done_after_kill_9(clouds: Clouds) -> None:
    cloud = clouds()
    world = make(birthday(cloud.data, today()))
    web = machine(world, "production", "web")
    loose, other = (life.resource.short_id for life in group(world, "data", "hadoop-data")[:2])
    cloud.client(PRODUCTION, "ec2").stop_instances(InstanceIds=[web])
    data = cloud.client(DATA, "ec2")
    snapshot = data.create_snapshot(VolumeId=loose, Description="before it goes")
    data.delete_volume(VolumeId=loose)
    data.modify_volume(VolumeId=other, Iops=4000)
    with pytest.raises(ClientError, match="DryRunOperation"):
        data.delete_volume(VolumeId=other, DryRun=True)

    delivered = etags(cloud)
    given = data._request_signer._credentials
    cloud.end(signal.SIGKILL)
    with (cloud.data / "cloud-journal").open("ab") as journal:
        journal.write(b'{"at": "2026-')
    cloud.start()

    assert etags(cloud) == delivered, "nothing of the bill is restated"
    state = cloud.client(PRODUCTION, "ec2").describe_instances(InstanceIds=[web])["Reservations"][0][
        "Instances"
    ][0]
    assert state["State"]["Name"] == "stopped"
    data = boto3.client(  # keys given before lead to the same account after
        "ec2",
        endpoint_url=cloud.endpoint,
        region_name=US,
        aws_access_key_id=given.access_key,
        aws_secret_access_key=given.secret_key,
        aws_session_token=given.token,
    )
    found = data.describe_snapshots(SnapshotIds=[snapshot["SnapshotId"]])["Snapshots"][0]
    assert found["StartTime"] == snapshot["StartTime"]
    assert data.describe_volumes(VolumeIds=[other])["Volumes"][0]["Iops"] == 4000
    with pytest.raises(ClientError, match=r"InvalidVolume\.NotFound"):
        data.describe_volumes(VolumeIds=[loose])
    now = datetime.now(UTC) + timedelta(hours=3)
    asked = cloud.client(PRODUCTION, "cloudwatch").get_metric_data(**cpu(web, now, hours=2))
    assert asked["MetricDataResults"][0]["Values"] == []
