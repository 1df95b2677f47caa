"""Brokers, firewalls, old load balancers, secrets and trails, as AWS lists them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from core.inventory import (
    Account,
    ClassicLoadBalancer,
    Firewall,
    Gap,
    KafkaCluster,
    Kind,
    Resource,
    Secret,
    Trail,
)
from services.adapters.aws.inventory import listings
from services.adapters.aws.inventory.listing import Listed
from services.adapters.aws.session import Place, Sessions

REGION = "us-east-1"
pytestmark = pytest.mark.usefixtures("aws")


def listed(sessions: Sessions, account: Account, kind: Kind) -> tuple[dict[str, Resource], Mapping[str, Gap]]:
    """What one listing alone sees, by name, and its gaps."""
    here = Listed(Place(sessions, account, REGION))
    (listing,) = [one for one in listings() if one.kind is kind]
    return {one.name: one for one in listing.read(here)}, here.gaps


def test_a_kafka_cluster_has_its_brokers_and_their_volume(sessions: Sessions, account: Account) -> None:
    kafka = boto3.client("kafka", region_name=REGION)
    kafka.create_cluster_v2(
        ClusterName="orders",
        Tags={"team": "shop"},
        Provisioned={
            "BrokerNodeGroupInfo": {
                "ClientSubnets": ["subnet-1"],
                "InstanceType": "kafka.m5.large",
                "StorageInfo": {"EbsStorageInfo": {"VolumeSize": 500}},
            },
            "KafkaVersion": "3.6.0",
            "NumberOfBrokerNodes": 3,
        },
    )
    kafka.create_cluster_v2(ClusterName="bursts", Serverless={"VpcConfigs": [{"SubnetIds": ["subnet-1"]}]})
    seen, _ = listed(sessions, account, Kind.KAFKA_CLUSTER)
    one, other = seen["orders"], seen["bursts"]
    assert isinstance(one, KafkaCluster)
    assert (one.brokers, one.broker_type, one.volume_gb, one.serverless) == (3, "kafka.m5.large", 500, False)
    assert (one.short_id, one.tags, one.created_at is None) == ("orders", {"team": "shop"}, False)
    assert isinstance(other, KafkaCluster)
    assert (other.serverless, other.brokers) == (True, 0)


@pytest.mark.parametrize(("endpoint", "routed"), [("vpce-0123", True), ("vpce-other", False)])
def test_a_firewall_stands_in_zones_and_a_route_may_lead_to_it(
    sessions: Sessions, account: Account, endpoint: str, *, routed: bool
) -> None:
    ec2 = boto3.client("ec2", region_name=REGION)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    made = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", VpcEndpointType="Interface"
    )
    own = made["VpcEndpoint"]["VpcEndpointId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=own)
    arn = f"arn:aws:network-firewall:{REGION}:{account.id}:firewall/guard"
    attached = {"SubnetId": "subnet-1", "EndpointId": own if routed else endpoint, "Status": "READY"}
    about: dict[str, Any] = {
        "Firewall": {
            "FirewallArn": arn,
            "FirewallName": "guard",
            "FirewallId": "1" * 36,
            "FirewallPolicyArn": arn.replace("firewall/", "firewall-policy/"),
            "VpcId": vpc,
            "SubnetMappings": [{"SubnetId": "subnet-1"}],
            "Tags": [{"Key": "team", "Value": "platform"}],
        },
        "FirewallStatus": {
            "Status": "READY",
            "ConfigurationSyncStateSummary": "IN_SYNC",
            "SyncStates": {"us-east-1b": {"Attachment": attached}, "us-east-1a": {}},
        },
    }
    with Stubber(sessions.client(account, "network-firewall", REGION)) as stub:
        stub.add_response("list_firewalls", {"Firewalls": [{"FirewallArn": arn, "FirewallName": "guard"}]})
        stub.add_response("describe_firewall", about, {"FirewallArn": arn})
        found, _ = listed(sessions, account, Kind.FIREWALL)
    seen = found["guard"]
    assert isinstance(seen, Firewall)
    assert (seen.state, seen.zones, seen.routed) == ("READY", ("us-east-1a", "us-east-1b"), routed)
    assert (seen.short_id, seen.tags) == ("guard", {"team": "platform"})


def test_a_classic_load_balancer_counts_its_instances(sessions: Sessions, account: Account) -> None:
    elb, ec2 = (boto3.client(service, region_name=REGION) for service in ("elb", "ec2"))
    started = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    listener = {"Protocol": "TCP", "LoadBalancerPort": 80, "InstancePort": 80}
    for name in ("old-shop", "forgotten"):
        elb.create_load_balancer(
            LoadBalancerName=name, Listeners=[listener], AvailabilityZones=["us-east-1a"]
        )
    elb.register_instances_with_load_balancer(
        LoadBalancerName="old-shop", Instances=[{"InstanceId": started}]
    )
    seen, _ = listed(sessions, account, Kind.CLASSIC_LOAD_BALANCER)
    counts = {name: one.instances for name, one in seen.items() if isinstance(one, ClassicLoadBalancer)}
    assert counts == {"old-shop": 1, "forgotten": 0}
    assert (
        seen["forgotten"].id == f"arn:aws:elasticloadbalancing:{REGION}:{account.id}:loadbalancer/forgotten"
    )
    assert seen["forgotten"].short_id == "forgotten"


def test_a_secret_tells_when_it_was_read_who_made_it_and_whose_copy_it_is(
    sessions: Sessions, account: Account
) -> None:
    arn = f"arn:aws:secretsmanager:{REGION}:{account.id}:secret:token-AbCdEf"
    read = datetime(2026, 8, 1, tzinfo=UTC)
    answer = {
        "SecretList": [
            {"ARN": arn, "Name": "token", "LastAccessedDate": read, "CreatedDate": read},
            {"ARN": f"{arn}1", "Name": "rds!db-1", "OwningService": "rds"},
            {"ARN": f"{arn}2", "Name": "shared", "PrimaryRegion": "eu-west-1"},
            {"ARN": f"{arn}3", "Name": "first", "PrimaryRegion": REGION},
        ]
    }
    with Stubber(sessions.client(account, "secretsmanager", REGION)) as stub:
        stub.add_response("list_secrets", answer)
        seen, _ = listed(sessions, account, Kind.SECRET)
    told = {n: (one.last_read, one.owner, one.copy_of) for n, one in seen.items() if isinstance(one, Secret)}
    assert told == {
        "token": (read, None, None),
        "rds!db-1": (None, "rds", None),
        "shared": (None, None, "eu-west-1"),
        "first": (None, None, None),
    }


def a_trail(name: str, *, region: str = REGION, **given: object) -> None:
    trails = boto3.client("cloudtrail", region_name=region)
    trails.create_trail(Name=name, S3BucketName="trail-logs", **given)
    trails.start_logging(Name=name)


def test_a_trail_is_seen_at_home_with_the_management_events_it_records(
    sessions: Sessions, account: Account
) -> None:
    boto3.client("s3", region_name=REGION).create_bucket(Bucket="trail-logs")
    a_trail("whole", IsMultiRegionTrail=True, TagsList=[{"Key": "team", "Value": "security"}])
    a_trail("elsewhere", region="eu-west-1", IsMultiRegionTrail=True)
    a_trail("reads")
    a_trail("objects")
    trails = boto3.client("cloudtrail", region_name=REGION)
    trails.stop_logging(Name="objects")
    only_reads = {"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True}
    trails.put_event_selectors(TrailName="reads", EventSelectors=[only_reads])
    data = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}
    trails.put_event_selectors(TrailName="objects", AdvancedEventSelectors=[data])
    seen, _ = listed(sessions, account, Kind.TRAIL)
    told = {
        name: (one.state, one.reads, one.writes, one.every_region)
        for name, one in seen.items()
        if isinstance(one, Trail)
    }
    assert told == {
        "whole": ("logging", True, True, True),
        "reads": ("logging", True, False, False),
        "objects": ("stopped", False, False, False),
    }
    assert seen["whole"].tags == {"team": "security"}


@pytest.mark.parametrize(
    ("fields", "recorded"),
    [
        ([], (True, True)),
        ([{"Field": "readOnly", "Equals": ["true"]}], (True, False)),
        ([{"Field": "readOnly", "Equals": ["false"]}], (False, True)),
    ],
)
def test_advanced_selectors_tell_the_same_and_a_trail_of_the_organisation_is_noted(
    sessions: Sessions, account: Account, fields: list[dict[str, object]], recorded: tuple[bool, bool]
) -> None:
    own = f"arn:aws:cloudtrail:{REGION}:{account.id}:trail/own"
    answer = {
        "trailList": [
            {"Name": "own", "TrailARN": own, "HomeRegion": REGION},
            {"Name": "org", "TrailARN": own.replace(account.id, "999999999999"), "HomeRegion": REGION},
        ]
    }
    management = {"Field": "eventCategory", "Equals": ["Management"]}
    with Stubber(sessions.client(account, "cloudtrail", REGION)) as stub:
        stub.add_response("describe_trails", answer, {"includeShadowTrails": True})
        stub.add_response("list_tags", {"ResourceTagList": []}, {"ResourceIdList": [own]})
        stub.add_response(
            "get_event_selectors",
            {"AdvancedEventSelectors": [{"FieldSelectors": [management, *fields]}]},
            {"TrailName": own},
        )
        stub.add_response("get_trail_status", {"IsLogging": True}, {"Name": own})
        found, _ = listed(sessions, account, Kind.TRAIL)
    seen = found["own"]
    assert isinstance(seen, Trail)
    assert (seen.reads, seen.writes, seen.under_another) == (*recorded, True)


def test_what_may_not_be_read_of_trails_and_firewalls_is_a_gap_and_unknown(
    sessions: Sessions, account: Account
) -> None:
    own = f"arn:aws:cloudtrail:{REGION}:{account.id}:trail/own"
    with Stubber(sessions.client(account, "cloudtrail", REGION)) as stub:
        stub.add_response(
            "describe_trails", {"trailList": [{"Name": "own", "TrailARN": own, "HomeRegion": REGION}]}
        )
        stub.add_client_error("list_tags", "AccessDeniedException")
        stub.add_client_error("get_event_selectors", "AccessDeniedException")
        stub.add_response("get_trail_status", {"IsLogging": True})
        found, gaps = listed(sessions, account, Kind.TRAIL)
    seen = found["own"]
    assert isinstance(seen, Trail)
    assert (seen.reads, seen.writes) == (None, None)
    needed = {gap.service: gap.permission for gap in gaps.values()}
    assert needed["Tags of trails"] == "cloudtrail:ListTags"
    assert needed["Selectors of trails"] == "cloudtrail:GetEventSelectors"
