"""What else there is in the stand-in cloud beside instances and volumes: what tests of further kinds of action act on."""

from dataclasses import replace
from typing import Any, TypeVar

import boto3

from core.inventory import (
    AutoScalingGroup,
    Bucket,
    ContainerService,
    Database,
    DatabaseCluster,
    DataWarehouse,
    LoadBalancer,
    LogGroup,
    NatGateway,
    NodeGroup,
    Resource,
    Snapshot,
)
from tests import acted_on, containers
from tests.stand_in import ACCOUNT, IMAGE, REGION, Fleet

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

    def cluster(self, **tags: str) -> DatabaseCluster:
        """`ledger`, an Aurora cluster of one instance."""
        rds = self.client("rds")
        rds.create_db_cluster(
            DBClusterIdentifier="ledger",
            Engine="aurora-postgresql",
            MasterUsername="someone",
            MasterUserPassword="long-enough-1",
            Tags=_tags(tags),
        )
        rds.create_db_instance(
            DBInstanceIdentifier="ledger-1",
            DBInstanceClass="db.r6g.large",
            Engine="aurora-postgresql",
            DBClusterIdentifier="ledger",
        )
        return self.known(acted_on.a_cluster(), self.arn("rds", "cluster:ledger"))

    def group(
        self, name: str = "workers", smallest: int = 1, desired: int = 2, **tags: str
    ) -> AutoScalingGroup:
        """An Auto Scaling group of two instances, at least one and at most four."""
        scaling = self.client("autoscaling")
        scaling.create_launch_configuration(
            LaunchConfigurationName=name, ImageId=IMAGE, InstanceType="m5.large"
        )
        scaling.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchConfigurationName=name,
            MinSize=smallest,
            DesiredCapacity=desired,
            MaxSize=4,
            AvailabilityZones=[f"{REGION}a"],
            Tags=[{**tag, "PropagateAtLaunch": True} for tag in _tags(tags)],
        )
        shown = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
        return self.known(acted_on.a_group(), shown[0]["AutoScalingGroupARN"])

    def service(self, **tags: str) -> ContainerService:
        """`shop/api`, an ECS service of three tasks."""
        ecs = self.client("ecs")
        ecs.create_cluster(clusterName="shop")
        ecs.register_task_definition(
            family="api", containerDefinitions=[{"name": "api", "image": "api", "memory": 512}]
        )
        ecs.create_service(
            cluster="shop",
            serviceName="api",
            taskDefinition="api",
            desiredCount=3,
            tags=[{"key": each["Key"], "value": each["Value"]} for each in _tags(tags)],
        )
        ecs.update_service(cluster="shop", service="api", desiredCount=3)  # so that moto lets them run
        return self.known(containers.a_service(), self.arn("ecs", "service/shop/api"))

    def node_group(self, **tags: str) -> NodeGroup:
        """`workers` of the EKS cluster `kube`: two nodes, at least one and at most four."""
        eks = self.client("eks")
        role = f"arn:aws:iam::{ACCOUNT}:role/eks"
        eks.create_cluster(name="kube", roleArn=role, resourcesVpcConfig={"subnetIds": []})
        made = eks.create_nodegroup(
            clusterName="kube",
            nodegroupName="workers",
            nodeRole=role,
            subnets=["subnet-1"],
            scalingConfig={"minSize": 1, "desiredSize": 2, "maxSize": 4},
            tags={each["Key"]: each["Value"] for each in _tags(tags)},
        )
        return self.known(containers.a_node_group(), made["nodegroup"]["nodegroupArn"])

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


def _tags(given: dict[str, str]) -> list[dict[str, str]]:
    """As AWS takes them; `__` in a tag's name stands for a colon."""
    return [{"Key": key.replace("__", ":"), "Value": value} for key, value in given.items()]
