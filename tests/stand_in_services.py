"""What else there is in the stand-in cloud beside instances and volumes: what tests of further kinds of action act on."""

from dataclasses import replace
from typing import Any, TypeVar

import boto3

from core.inventory import (
    Bucket,
    Database,
    DataWarehouse,
    LoadBalancer,
    LogGroup,
    NatGateway,
    Resource,
    Snapshot,
)
from tests import acted_on
from tests.stand_in import ACCOUNT, REGION, Fleet

R = TypeVar("R", bound=Resource)


class Services:
    """Makes one of each, known to our records."""

    def __init__(self, fleet: Fleet) -> None:
        """Nothing is made yet."""
        self.fleet = fleet

    def client(self, service: str) -> Any:  # noqa: ANN401  botocore has no types
        """AWS as a stranger sees it."""
        return boto3.client(service, region_name=REGION)

    def known(self, resource: R, resource_id: str) -> R:
        """The resource of this id as our records have it after a look."""
        (found,) = self.fleet.collect(
            replace(resource, id=resource_id, name=resource_id, account_id=ACCOUNT, region=REGION)
        )
        assert isinstance(found, type(resource))
        return found

    def arn(self, service: str, rest: str) -> str:
        """Of the account."""
        return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"

    def snapshot(self) -> Snapshot:
        """Of a volume that is there still."""
        made = self.fleet.ec2.create_snapshot(VolumeId=self.fleet.volume().id)
        return self.known(acted_on.a_snapshot(), self.arn("ec2", f"snapshot/{made['SnapshotId']}"))

    def log_group(self, days: int | None = None, **tags: str) -> LogGroup:
        """`/aws/lambda/web`, and another whose name begins so."""
        logs = self.client("logs")
        for name in ("/aws/lambda/web", "/aws/lambda/web-2"):
            given = {"tags": {key.replace("__", ":"): value for key, value in tags.items()}} if tags else {}
            logs.create_log_group(logGroupName=name, **given)
        if days is not None:
            logs.put_retention_policy(logGroupName="/aws/lambda/web", retentionInDays=days)
        return self.known(acted_on.a_log_group(), self.arn("logs", "log-group:/aws/lambda/web"))

    def retention(self) -> int | None:
        """Of `/aws/lambda/web`, in days."""
        found = self.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/web")["logGroups"]
        return next(one.get("retentionInDays") for one in found if one["logGroupName"] == "/aws/lambda/web")

    def bucket(self, *rules: dict[str, object]) -> Bucket:
        """`attic`, with these lifecycle rules."""
        s3 = self.client("s3")
        s3.create_bucket(Bucket="attic")
        if rules:
            s3.put_bucket_lifecycle_configuration(
                Bucket="attic", LifecycleConfiguration={"Rules": list(rules)}
            )
        return self.known(acted_on.a_bucket(), "attic")

    def rules(self) -> list[str]:
        """Names of the rules of `attic`."""
        s3 = self.client("s3")
        try:
            found = s3.get_bucket_lifecycle_configuration(Bucket="attic")["Rules"]
        except s3.exceptions.ClientError:
            return []
        return [rule["ID"] for rule in found]

    def database(self, **given: object) -> Database:
        """`orders`, a db.m5.large."""
        self.client("rds").create_db_instance(
            **{
                "DBInstanceIdentifier": "orders",
                "DBInstanceClass": "db.m5.large",
                "Engine": "postgres",
                "MasterUsername": "someone",
                "MasterUserPassword": "long-enough-1",
                "AllocatedStorage": 100,
                "StorageType": "gp2",
                **given,
            }
        )
        return self.known(acted_on.a_database(), self.arn("rds", "db:orders"))

    def load_balancer(self, *, protected: bool = False) -> LoadBalancer:
        """`front`, without targets."""
        subnets = [each["SubnetId"] for each in self.fleet.ec2.describe_subnets()["Subnets"][:2]]
        balancing = self.client("elbv2")
        made = balancing.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][0]
        if protected:
            on = [{"Key": "deletion_protection.enabled", "Value": "true"}]
            balancing.modify_load_balancer_attributes(LoadBalancerArn=made["LoadBalancerArn"], Attributes=on)
        return self.known(acted_on.a_load_balancer(), made["LoadBalancerArn"])

    def gateway(self, *, routed: bool = False) -> NatGateway:
        """A NAT gateway of the first subnet."""
        ec2 = self.fleet.ec2
        subnet = ec2.describe_subnets()["Subnets"][0]
        made = ec2.create_nat_gateway(ConnectivityType="private", SubnetId=subnet["SubnetId"])["NatGateway"]
        if routed:
            table = ec2.create_route_table(VpcId=subnet["VpcId"])["RouteTable"]["RouteTableId"]
            ec2.create_route(
                RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=made["NatGatewayId"]
            )
        return self.known(acted_on.a_gateway(), self.arn("ec2", f"natgateway/{made['NatGatewayId']}"))

    def warehouse(self) -> DataWarehouse:
        """`sales`, of two nodes."""
        self.client("redshift").create_cluster(
            ClusterIdentifier="sales",
            NodeType="ra3.large",
            NumberOfNodes=2,
            ClusterType="multi-node",
            MasterUsername="someone",
            MasterUserPassword="Long-enough-1",
        )
        return self.known(acted_on.a_warehouse(), self.arn("redshift", "cluster:sales"))
