from collections.abc import Iterator

import boto3
import pytest
from botocore.stub import Stubber

from core.inventory import (
    Account,
    Address,
    Bucket,
    Database,
    Function,
    Instance,
    Kind,
    LoadBalancer,
    LogGroup,
    NatGateway,
    RegionInventory,
    Resource,
    Snapshot,
    Volume,
)
from services.adapters.aws.cloud import AwsCloud
from services.adapters.aws.inventory import listings
from services.adapters.aws.session import Sessions

REGION = "us-east-1"
ZIP = b"PK\x05\x06" + bytes(18)
pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def ec2() -> Iterator[object]:
    return boto3.client("ec2", region_name=REGION)


def collected(sessions: Sessions, account: Account, region: str = REGION) -> RegionInventory:
    return AwsCloud(sessions).inventory(account, region)


def only(seen: RegionInventory, kind: Kind) -> Resource:
    (resource,) = [resource for resource in seen.resources if resource.kind is kind]
    return resource


def test_every_kind_of_resource_is_listed_by_exactly_one_listing() -> None:
    assert sorted(listing.kind for listing in listings()) == sorted(Kind)
    assert len({listing.title for listing in listings()}) == len(listings())


def test_an_empty_region_is_seen_whole(sessions: Sessions, account: Account) -> None:
    seen = collected(sessions, account)
    assert (seen.resources, seen.gaps, seen.kinds_seen) == ((), (), {listing.kind for listing in listings()})


def test_an_instance_is_seen_with_its_volumes_and_tags(
    sessions: Sessions, account: Account, ec2: object
) -> None:
    made = ec2.run_instances(
        ImageId="ami-12345678",
        MinCount=1,
        MaxCount=1,
        InstanceType="m5.large",
        TagSpecifications=[
            {
                "ResourceType": "instance",
                "Tags": [{"Key": "Name", "Value": "web-1"}, {"Key": "team", "Value": ""}],
            }
        ],
    )["Instances"][0]
    seen = collected(sessions, account)
    instance, volume = only(seen, Kind.INSTANCE), only(seen, Kind.VOLUME)
    assert isinstance(instance, Instance)
    assert isinstance(volume, Volume)
    assert (instance.id, instance.name, instance.type, instance.state) == (
        made["InstanceId"],
        "web-1",
        "m5.large",
        "running",
    )
    assert instance.tags == {"Name": "web-1", "team": ""}
    assert instance.volume_ids == (volume.id,)
    assert instance.termination_protected is None
    assert instance.created_at is not None
    assert instance.created_at.utcoffset().total_seconds() == 0
    assert (volume.attached_to, volume.state) == (instance.id, "in-use")


def test_a_terminated_instance_is_no_resource(sessions: Sessions, account: Account, ec2: object) -> None:
    made = ec2.run_instances(ImageId="ami-12345678", MinCount=2, MaxCount=2)["Instances"]
    ec2.terminate_instances(InstanceIds=[made[0]["InstanceId"]])
    assert only(collected(sessions, account), Kind.INSTANCE).id == made[1]["InstanceId"]


def test_an_unattached_volume_and_its_snapshot(sessions: Sessions, account: Account, ec2: object) -> None:
    made = ec2.create_volume(
        AvailabilityZone="us-east-1a", Size=250, VolumeType="gp3", Iops=4000, Throughput=250
    )
    backup = ec2.create_snapshot(VolumeId=made["VolumeId"])
    seen = collected(sessions, account)
    volume, snapshot = only(seen, Kind.VOLUME), only(seen, Kind.SNAPSHOT)
    assert isinstance(volume, Volume)
    assert isinstance(snapshot, Snapshot)
    assert (volume.type, volume.size_gb, volume.iops, volume.throughput) == ("gp3", 250, 4000, 250)
    assert (volume.state, volume.attached_to) == ("available", None)
    assert snapshot.id == f"arn:aws:ec2:us-east-1:{account.id}:snapshot/{backup['SnapshotId']}"
    assert (snapshot.short_id, snapshot.volume_id) == (backup["SnapshotId"], volume.id)


def test_an_address_held_by_a_nat_gateway_is_associated(
    sessions: Sessions, account: Account, ec2: object
) -> None:
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    held = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=held)["NatGateway"]["NatGatewayId"]
    free = ec2.allocate_address(Domain="vpc")["AllocationId"]
    seen = collected(sessions, account)
    states = {one.short_id: one.state for one in seen.resources if isinstance(one, Address)}
    assert states == {held: "associated", free: "unassociated"}
    nat = only(seen, Kind.NAT_GATEWAY)
    assert isinstance(nat, NatGateway)
    assert (nat.short_id, nat.subnet_id) == (gateway, subnet)


def test_a_database_is_known_by_its_arn_and_called_by_its_name(sessions: Sessions, account: Account) -> None:
    boto3.client("rds", region_name=REGION).create_db_instance(
        DBInstanceIdentifier="orders",
        DBInstanceClass="db.r6g.large",
        Engine="postgres",
        AllocatedStorage=100,
        MultiAZ=True,
        Tags=[{"Key": "team", "Value": "shop"}],
    )
    database = only(collected(sessions, account), Kind.DATABASE)
    assert isinstance(database, Database)
    assert database.id == f"arn:aws:rds:us-east-1:{account.id}:db:orders"
    assert database.short_id == "orders"
    assert (database.instance_class, database.multi_az, database.storage_gb) == ("db.r6g.large", True, 100)
    assert database.tags == {"team": "shop"}


def test_buckets_belong_to_their_region_and_say_whether_they_have_rules(
    sessions: Sessions, account: Account
) -> None:
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket="here-with-rules")
    s3.put_bucket_lifecycle_configuration(
        Bucket="here-with-rules",
        LifecycleConfiguration={
            "Rules": [{"ID": "old", "Status": "Enabled", "Prefix": "", "Expiration": {"Days": 30}}]
        },
    )
    s3.put_bucket_tagging(Bucket="here-with-rules", Tagging={"TagSet": [{"Key": "team", "Value": "data"}]})
    s3.create_bucket(Bucket="here-without")
    s3.create_bucket(Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    seen = {one.id: one for one in collected(sessions, account).resources if isinstance(one, Bucket)}
    assert {name: bucket.has_lifecycle for name, bucket in seen.items()} == {
        "here-with-rules": True,
        "here-without": False,
    }
    assert seen["here-with-rules"].tags == {"team": "data"}


def test_a_log_group_without_retention_is_kept_for_ever(sessions: Sessions, account: Account) -> None:
    logs = boto3.client("logs", region_name=REGION)
    logs.create_log_group(logGroupName="/aws/lambda/mail", tags={"team": "mail"})
    logs.create_log_group(logGroupName="short")
    logs.put_retention_policy(logGroupName="short", retentionInDays=14)
    seen = {one.name: one for one in collected(sessions, account).resources if isinstance(one, LogGroup)}
    assert {name: group.retention_days for name, group in seen.items()} == {
        "/aws/lambda/mail": None,
        "short": 14,
    }
    assert seen["/aws/lambda/mail"].tags == {"team": "mail"}
    assert seen["/aws/lambda/mail"].short_id == "/aws/lambda/mail"


def test_a_function_is_seen(sessions: Sessions, account: Account) -> None:
    role = boto3.client("iam").create_role(RoleName="fn", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    boto3.client("lambda", region_name=REGION).create_function(
        FunctionName="mailer",
        Runtime="python3.12",
        Role=role,
        Handler="a.b",
        Code={"ZipFile": ZIP},
        MemorySize=512,
        Architectures=["arm64"],
        Tags={"team": "mail"},
    )
    function = only(collected(sessions, account), Kind.FUNCTION)
    assert isinstance(function, Function)
    assert (function.memory_mib, function.architecture, function.short_id) == (512, "arm64", "mailer")


def test_a_load_balancer_says_how_many_targets_it_has(
    sessions: Sessions, account: Account, ec2: object
) -> None:
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"][:2]]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    balancing = boto3.client("elbv2", region_name=REGION)
    arn = balancing.create_load_balancer(
        Name="front", Subnets=subnets, Tags=[{"Key": "team", "Value": "web"}]
    )
    arn = arn["LoadBalancers"][0]["LoadBalancerArn"]
    group = balancing.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)
    group = group["TargetGroups"][0]["TargetGroupArn"]
    balancing.create_listener(
        LoadBalancerArn=arn,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    targets = ec2.run_instances(ImageId="ami-12345678", MinCount=2, MaxCount=2)["Instances"]
    balancing.register_targets(TargetGroupArn=group, Targets=[{"Id": one["InstanceId"]} for one in targets])
    seen = only(collected(sessions, account), Kind.LOAD_BALANCER)
    assert isinstance(seen, LoadBalancer)
    assert (seen.type, seen.target_count, seen.tags) == ("application", 2, {"team": "web"})


def test_what_may_not_be_listed_is_a_gap_and_the_rest_goes_on(
    sessions: Sessions, account: Account, ec2: object
) -> None:
    ec2.create_volume(AvailabilityZone="us-east-1a", Size=8)
    with Stubber(sessions.client(account, "redshift", REGION)) as stub:
        stub.add_client_error("describe_clusters", "AccessDenied", "no", http_status_code=403)
        seen = collected(sessions, account)
    (gap,) = seen.gaps
    assert (gap.service, gap.permission) == ("Redshift clusters", "redshift:DescribeClusters")
    assert "did not let us" in gap.reason
    assert seen.kinds_seen == {listing.kind for listing in listings()} - {Kind.DATA_WAREHOUSE}
    assert only(seen, Kind.VOLUME).state == "available"


def test_a_listing_that_breaks_off_halfway_shows_nothing_rather_than_half(
    sessions: Sessions, account: Account
) -> None:
    page = {
        "Functions": [{"FunctionName": "a", "FunctionArn": "arn:aws:lambda:us-east-1:1:function:a"}],
        "NextMarker": "m",
    }
    with Stubber(sessions.client(account, "lambda", REGION)) as stub:
        stub.add_response("list_functions", page)
        stub.add_client_error("list_functions", "AccessDeniedException", "no", http_status_code=403)
        seen = collected(sessions, account)
    assert [one for one in seen.resources if one.kind is Kind.FUNCTION] == []
    assert Kind.FUNCTION not in seen.kinds_seen


def test_an_answer_in_an_unknown_shape_is_a_gap(sessions: Sessions, account: Account) -> None:
    with Stubber(sessions.client(account, "lambda", REGION)) as stub:
        stub.add_response("list_functions", {"Functions": [{"FunctionName": "no ARN"}]})
        seen = collected(sessions, account)
    (gap,) = seen.gaps
    assert (gap.service, gap.permission) == ("Lambda functions", None)
    assert "shape we do not know" in gap.reason


def test_buckets_whose_rules_may_not_be_read_are_there_with_rules_unknown(
    sessions: Sessions, account: Account
) -> None:
    boto3.client("s3", region_name=REGION).create_bucket(Bucket="closed")
    with Stubber(sessions.client(account, "s3", REGION)) as stub:
        stub.add_response("list_buckets", {"Buckets": [{"Name": "closed"}]})
        stub.add_client_error(
            "get_bucket_lifecycle_configuration", "AccessDenied", "no", http_status_code=403
        )
        stub.add_response("list_multipart_uploads", {})
        seen = collected(sessions, account)
    bucket = only(seen, Kind.BUCKET)
    assert isinstance(bucket, Bucket)
    assert bucket.has_lifecycle is None
    assert [(gap.service, gap.permission) for gap in seen.gaps] == [
        ("S3 lifecycle rules", "s3:GetLifecycleConfiguration")
    ]


def test_every_page_is_read(sessions: Sessions, account: Account) -> None:
    def page(name: str, marker: str | None) -> dict[str, object]:
        function = {
            "FunctionName": name,
            "FunctionArn": f"arn:aws:lambda:us-east-1:{account.id}:function:{name}",
            "MemorySize": 128,
        }
        return {"Functions": [function], **({"NextMarker": marker} if marker else {})}

    with Stubber(sessions.client(account, "lambda", REGION)) as stub:
        stub.add_response("list_functions", page("a", "m1"), {"MaxItems": 50})
        stub.add_response("list_functions", page("b", "m2"), {"MaxItems": 50, "Marker": "m1"})
        stub.add_response("list_functions", page("c", None), {"MaxItems": 50, "Marker": "m2"})
        seen = collected(sessions, account)
    assert [one.name for one in seen.resources if one.kind is Kind.FUNCTION] == ["a", "b", "c"]
