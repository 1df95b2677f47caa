"""RDS: database instances, clusters of them, and the snapshots that people took of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from core.inventory import (
    PROTECTED_TAG,
    Database,
    DatabaseCluster,
    DatabaseSnapshot,
    Kind,
    Resource,
    protects,
)
from services.adapters.aws.inventory.listing import Listed, Listing, plain


def databases(listed: Listed, **only: object) -> Iterator[Resource]:
    """All database instances, Aurora's among them."""
    for item in listed.place.pages(
        "rds", "describe_db_instances", "DBInstances", **(only or {"MaxRecords": 100})
    ):
        tags = plain(item.get("TagList"))
        yield Database(
            id=item["DBInstanceArn"],
            account_id=listed.account_id,
            region=listed.region,
            name=tags.get("Name") or item["DBInstanceIdentifier"],
            state=item["DBInstanceStatus"],
            tags=tags,
            created_at=item.get("InstanceCreateTime"),
            instance_class=item["DBInstanceClass"],
            pending_class=item.get("PendingModifiedValues", {}).get("DBInstanceClass"),
            throughput=item.get("StorageThroughput"),
            replicas=tuple(item.get("ReadReplicaDBInstanceIdentifiers", ())),
            engine=item["Engine"],
            engine_version=item.get("EngineVersion", ""),
            multi_az=item.get("MultiAZ", False),
            storage_type=item.get("StorageType", ""),
            storage_gb=item.get("AllocatedStorage", 0),
            iops=item.get("Iops"),
            # a source in another region or cluster is named by its ARN
            replica_of=item.get("ReadReplicaSourceDBInstanceIdentifier")
            or item.get("ReadReplicaSourceDBClusterIdentifier"),
            cluster=item.get("DBClusterIdentifier"),
        )


def clusters(listed: Listed, **only: object) -> Iterator[Resource]:
    """All database clusters: Aurora's, and those of DocumentDB and Neptune, which RDS lists and stops too."""
    found = list(
        listed.place.pages("rds", "describe_db_clusters", "DBClusters", **(only or {"MaxRecords": 100}))
    )
    peopled = any(item.get("DBClusterMembers") for item in found)
    protected = _protected(listed, only.get("DBClusterIdentifier")) if peopled else {}
    for item in found:
        tags = plain(item.get("TagList"))
        yield DatabaseCluster(
            id=item["DBClusterArn"],
            account_id=listed.account_id,
            region=listed.region,
            name=tags.get("Name") or item["DBClusterIdentifier"],
            state=item["Status"],
            tags=tags,
            created_at=item.get("ClusterCreateTime"),
            engine=item["Engine"],
            engine_version=item.get("EngineVersion", ""),
            mode=item.get("EngineMode") or "provisioned",
            members=tuple(each["DBInstanceIdentifier"] for each in item.get("DBClusterMembers", ())),
            protected_members=tuple(sorted(protected.get(item["DBClusterIdentifier"], ()))),
            global_cluster=item.get("GlobalClusterIdentifier") or None,
        )


def _protected(listed: Listed, cluster: object | None) -> Mapping[str, list[str]]:
    """Instances that somebody protected by themselves, by their cluster: they are stopped with it. None: of every cluster."""
    only = {"Filters": [{"Name": "db-cluster-id", "Values": [cluster]}]} if cluster else {"MaxRecords": 100}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for item in listed.place.pages("rds", "describe_db_instances", "DBInstances", **only):
        whose = item.get("DBClusterIdentifier")
        if whose and protects(plain(item.get("TagList")).get(PROTECTED_TAG)):
            found[whose].append(item["DBInstanceIdentifier"])
    return found


def snapshots(listed: Listed, **only: object) -> Iterator[Resource]:
    """Snapshots taken by hand: automatic ones go with their database, those of AWS Backup with their plan."""
    asked = only or {"SnapshotType": "manual", "MaxRecords": 100}
    for item in listed.place.pages("rds", "describe_db_snapshots", "DBSnapshots", **asked):
        tags = plain(item.get("TagList"))
        yield DatabaseSnapshot(
            id=item["DBSnapshotArn"],
            account_id=listed.account_id,
            region=listed.region,
            name=tags.get("Name") or item["DBSnapshotIdentifier"],
            state=item["Status"],
            tags=tags,
            created_at=item.get("SnapshotCreateTime"),
            database=item["DBInstanceIdentifier"],
            engine=item.get("Engine", ""),
            size_gb=item.get("AllocatedStorage", 0),
        )


LISTINGS = (
    Listing(
        "RDS databases",
        Kind.DATABASE,
        (("rds", "describe_db_instances"),),
        databases,
        lambda listed, resource: databases(listed, DBInstanceIdentifier=resource.short_id),
    ),
    Listing(
        "Aurora clusters",
        Kind.DATABASE_CLUSTER,
        (("rds", "describe_db_clusters"), ("rds", "describe_db_instances")),
        clusters,
        lambda listed, resource: clusters(listed, DBClusterIdentifier=resource.short_id),
    ),
    Listing(
        "RDS snapshots",
        Kind.DATABASE_SNAPSHOT,
        (("rds", "describe_db_snapshots"),),
        snapshots,
        lambda listed, resource: snapshots(listed, DBSnapshotIdentifier=resource.short_id),
    ),
)
