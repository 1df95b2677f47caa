"""The calls that change something in somebody's account."""

from collections.abc import Collection, Mapping

from core.inventory import Account
from services.adapters.aws.inventory import lifecycle
from services.adapters.aws.session import Place, Sessions


class AwsChanges:
    """Implements `core.ports.Changes` with boto3."""

    def __init__(self, sessions: Sessions) -> None:
        """Nothing is asked of AWS yet."""
        self._sessions = sessions

    def _place(self, account: Account, region: str) -> Place:
        return Place(self._sessions, account, region, paced=True)

    def start_instance(self, account: Account, region: str, instance_id: str) -> None:
        """Start a stopped instance; nothing happens to one that runs."""
        self._place(account, region).write("ec2", "start_instances", InstanceIds=[instance_id])

    def stop_instance(
        self, account: Account, region: str, instance_id: str, *, hibernate: bool = False
    ) -> None:
        """Stop an instance, its memory kept on its disk where it is to hibernate; nothing happens to one that is stopped."""
        how = {"Hibernate": True} if hibernate else {}
        self._place(account, region).write("ec2", "stop_instances", InstanceIds=[instance_id], **how)

    def resize_instance(self, account: Account, region: str, instance_id: str, instance_type: str) -> None:
        """Change the type of a stopped instance."""
        self._place(account, region).write(
            "ec2", "modify_instance_attribute", InstanceId=instance_id, InstanceType={"Value": instance_type}
        )

    def image_instance(self, account: Account, region: str, instance_id: str, tags: dict[str, str]) -> None:
        """Begin an image of an instance, named and tagged by `tags`."""
        self._place(account, region).write(
            "ec2",
            "create_image",
            InstanceId=instance_id,
            Name=tags["Name"],
            Description=f"Cloud Pioneer, before {instance_id} is terminated",
            TagSpecifications=_tagged("image", tags),
        )

    def terminate_instance(self, account: Account, region: str, instance_id: str) -> None:
        """Terminate an instance. Cannot be undone but from an image."""
        self._place(account, region).write("ec2", "terminate_instances", InstanceIds=[instance_id])

    def modify_volume(
        self,
        account: Account,
        region: str,
        volume_id: str,
        volume_type: str,
        iops: int | None,
        throughput: int | None,
    ) -> None:
        """Change a volume's type and speed while it is in use. IOPS and MiB/s; None leaves it to AWS."""
        speed = _given(Iops=iops, Throughput=throughput)
        self._place(account, region).write(
            "ec2", "modify_volume", VolumeId=volume_id, VolumeType=volume_type, **speed
        )

    def snapshot_volume(self, account: Account, region: str, volume_id: str, tags: dict[str, str]) -> None:
        """Begin a snapshot carrying `tags`."""
        self._place(account, region).write(
            "ec2",
            "create_snapshot",
            VolumeId=volume_id,
            Description=f"Cloud Pioneer, before {volume_id} is deleted",
            TagSpecifications=_tagged("snapshot", tags),
        )

    def delete_volume(self, account: Account, region: str, volume_id: str) -> None:
        """Delete a volume that is attached to nothing. Cannot be undone but from a snapshot."""
        self._place(account, region).write("ec2", "delete_volume", VolumeId=volume_id)

    def delete_snapshot(self, account: Account, region: str, snapshot_id: str) -> None:
        """Delete a snapshot. AWS refuses where an image uses it."""
        self._place(account, region).write("ec2", "delete_snapshot", SnapshotId=snapshot_id)

    def release_address(self, account: Account, region: str, allocation_id: str) -> None:
        """Give an address back. It cannot be had again."""
        self._place(account, region).write("ec2", "release_address", AllocationId=allocation_id)

    def set_log_retention(self, account: Account, region: str, name: str, days: int | None) -> None:
        """How long a log group keeps its events; None: for ever."""
        place = self._place(account, region)
        if days is None:
            place.write("logs", "delete_retention_policy", logGroupName=name)
        else:
            place.write("logs", "put_retention_policy", logGroupName=name, retentionInDays=days)

    def add_lifecycle_rules(
        self, account: Account, region: str, bucket: str, rules: Mapping[str, Mapping[str, object]]
    ) -> None:
        """Add rules by name to those that a bucket has."""
        lifecycle.change(self._place(account, region), bucket, adding=rules)

    def remove_lifecycle_rules(
        self, account: Account, region: str, bucket: str, names: Collection[str]
    ) -> None:
        """Take rules away by name and leave the others."""
        lifecycle.change(self._place(account, region), bucket, removing=names)

    def stop_database(self, account: Account, region: str, name: str) -> None:
        """Stop an RDS instance; refused unless it is available."""
        self._place(account, region).write("rds", "stop_db_instance", DBInstanceIdentifier=name)

    def start_database(self, account: Account, region: str, name: str) -> None:
        """Start an RDS instance; refused unless it is stopped."""
        self._place(account, region).write("rds", "start_db_instance", DBInstanceIdentifier=name)

    def modify_database(
        self, account: Account, region: str, name: str, instance_class: str, *, at_once: bool
    ) -> None:
        """Change an RDS instance's class, now or in its next maintenance window."""
        self._place(account, region).write(
            "rds",
            "modify_db_instance",
            DBInstanceIdentifier=name,
            DBInstanceClass=instance_class,
            ApplyImmediately=at_once,
        )

    def modify_database_storage(
        self,
        account: Account,
        region: str,
        name: str,
        storage_type: str,
        iops: int | None,
        throughput: int | None,
    ) -> None:
        """Change an RDS instance's storage while it is in use. IOPS and MiB/s; None leaves it to AWS."""
        self._place(account, region).write(
            "rds",
            "modify_db_instance",
            DBInstanceIdentifier=name,
            StorageType=storage_type,
            ApplyImmediately=True,
            **_given(Iops=iops, StorageThroughput=throughput),
        )

    def delete_load_balancer(self, account: Account, region: str, arn: str) -> None:
        """Delete a load balancer; nothing happens where it is gone."""
        self._place(account, region).write("elbv2", "delete_load_balancer", LoadBalancerArn=arn)

    def delete_nat_gateway(self, account: Account, region: str, gateway_id: str) -> None:
        """Delete a NAT gateway; its address stays."""
        self._place(account, region).write("ec2", "delete_nat_gateway", NatGatewayId=gateway_id)

    def terminate_emr_cluster(self, account: Account, region: str, cluster_id: str) -> None:
        """End an EMR cluster and its nodes; refused while it is protected against that."""
        self._place(account, region).write("emr", "terminate_job_flows", JobFlowIds=[cluster_id])

    def pause_warehouse(self, account: Account, region: str, name: str) -> None:
        """Pause a Redshift cluster."""
        self._place(account, region).write("redshift", "pause_cluster", ClusterIdentifier=name)

    def resume_warehouse(self, account: Account, region: str, name: str) -> None:
        """Resume a Redshift cluster."""
        self._place(account, region).write("redshift", "resume_cluster", ClusterIdentifier=name)

    def stop_database_cluster(self, account: Account, region: str, name: str) -> None:
        """Stop an Aurora cluster; refused unless it is available."""
        self._place(account, region).write("rds", "stop_db_cluster", DBClusterIdentifier=name)

    def start_database_cluster(self, account: Account, region: str, name: str) -> None:
        """Start an Aurora cluster; refused unless it is stopped."""
        self._place(account, region).write("rds", "start_db_cluster", DBClusterIdentifier=name)

    def size_group(
        self, account: Account, region: str, name: str, smallest: int, desired: int, largest: int
    ) -> None:
        """Set an Auto Scaling group's sizes; doing it twice is doing it once."""
        self._place(account, region).write(
            "autoscaling",
            "update_auto_scaling_group",
            AutoScalingGroupName=name,
            MinSize=smallest,
            DesiredCapacity=desired,
            MaxSize=largest,
        )

    def size_service(self, account: Account, region: str, cluster: str, name: str, desired: int) -> None:
        """Set an ECS service's desired count; doing it twice is doing it once."""
        self._place(account, region).write(
            "ecs", "update_service", cluster=cluster, service=name, desiredCount=desired
        )

    def size_nodes(
        self,
        account: Account,
        region: str,
        cluster: str,
        name: str,
        smallest: int,
        desired: int,
        largest: int | None,
    ) -> None:
        """Set an EKS node group's sizes, the largest only where it is given."""
        sizes = _given(minSize=smallest, desiredSize=desired, maxSize=largest)
        self._place(account, region).write(
            "eks", "update_nodegroup_config", clusterName=cluster, nodegroupName=name, scalingConfig=sizes
        )


def _tagged(what: str, tags: Mapping[str, str]) -> list[dict[str, object]]:
    return [{"ResourceType": what, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]


def _given(**values: int | None) -> dict[str, int]:
    return {name: value for name, value in values.items() if value is not None}
