"""Endpoints as EC2 lists them, and whether a route table names a NAT gateway."""

import boto3
import pytest
from botocore.stub import Stubber

from core.inventory import Account, Endpoint, Kind, NatGateway, RegionInventory
from services.adapters.aws.cloud import AwsCloud
from services.adapters.aws.session import Sessions
from tests.listings import EMPTY

REGION = "us-east-1"
BEFORE = (
    ("describe_instances", "Reservations"),
    *EMPTY[: EMPTY.index(("describe_vpc_endpoints", "VpcEndpoints"))],
)
"""What EC2 is asked for before its endpoints: `describe_nat_gateways` comes last."""
pytestmark = pytest.mark.usefixtures("aws")


def collected(sessions: Sessions, account: Account) -> RegionInventory:
    return AwsCloud(sessions).inventory(account, REGION)


def gateways(seen: RegionInventory) -> dict[str, bool | None]:
    return {one.short_id: one.routed for one in seen.resources if isinstance(one, NatGateway)}


def test_endpoints_are_seen_with_their_zones(sessions: Sessions, account: Account) -> None:
    ec2 = boto3.client("ec2", region_name=REGION)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"][:2]]
    made = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=f"com.amazonaws.{REGION}.sqs",
        VpcEndpointType="Interface",
        SubnetIds=subnets,
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "Name", "Value": "queues"}]}],
    )["VpcEndpoint"]["VpcEndpointId"]
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", VpcEndpointType="Gateway")
    seen = collected(sessions, account)
    found = {one.service.rpartition(".")[2]: one for one in seen.resources if isinstance(one, Endpoint)}
    queues, storage = found["sqs"], found["s3"]
    assert queues.id == f"arn:aws:ec2:{REGION}:{account.id}:vpc-endpoint/{made}"
    assert (queues.short_id, queues.name, queues.state) == (made, "queues", "available")
    assert (queues.type, queues.zones, queues.vpc_id) == ("Interface", 2, vpc)
    assert queues.by_the_hour
    assert queues.created_at is not None
    assert (storage.type, storage.by_the_hour) == ("Gateway", False)


def test_an_endpoint_that_ended_is_no_resource(sessions: Sessions, account: Account) -> None:
    one = {
        "VpcEndpointId": "vpce-1",
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-1",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "State": "Deleting",
        "SubnetIds": ["subnet-1"],
    }
    with Stubber(sessions.client(account, "ec2", REGION)) as stub:
        for operation, key in BEFORE:
            stub.add_response(operation, {key: []})
        stub.add_response("describe_vpc_endpoints", {"VpcEndpoints": [one]})
        seen = collected(sessions, account)
    assert seen.resources == ()
    assert Kind.ENDPOINT in seen.kinds_seen


def test_a_nat_gateway_knows_whether_a_route_table_names_it(sessions: Sessions, account: Account) -> None:
    ec2 = boto3.client("ec2", region_name=REGION)
    subnet = ec2.describe_subnets()["Subnets"][0]
    used, loose = (
        ec2.create_nat_gateway(SubnetId=subnet["SubnetId"], ConnectivityType="private")["NatGateway"][
            "NatGatewayId"
        ]
        for _ in range(2)
    )
    table = ec2.create_route_table(VpcId=subnet["VpcId"])["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=used)
    assert gateways(collected(sessions, account)) == {used: True, loose: False}


def test_routes_that_may_not_be_read_are_unknown_and_a_gap(sessions: Sessions, account: Account) -> None:
    one = {"NatGatewayId": "nat-1", "State": "available", "SubnetId": "subnet-1", "VpcId": "vpc-1"}
    with Stubber(sessions.client(account, "ec2", REGION)) as stub:
        for operation, key in BEFORE:
            stub.add_response(operation, {key: [one] if operation == "describe_nat_gateways" else []})
        stub.add_client_error("describe_route_tables", "UnauthorizedOperation", "no", http_status_code=403)
        stub.add_response("describe_vpc_endpoints", {"VpcEndpoints": []})
        seen = collected(sessions, account)
    assert gateways(seen) == {"nat-1": None}
    assert [gap.permission for gap in seen.gaps if gap.service == "Route tables"] == [
        "ec2:DescribeRouteTables"
    ]
