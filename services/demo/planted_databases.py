"""What is planted among databases and their like: what each rule must find, and what none may flag."""

from collections.abc import Mapping

from core.inventory import Kind, Resource
from services.demo.near_miss import NearMiss

GROUPS: Mapping[str, tuple[Kind, frozenset[str]]] = {
    "rds_idle": (Kind.DATABASE, frozenset({"crm", "qa-scratch"})),
    "rds_off_hours": (Kind.DATABASE, frozenset({"stage-shop", "stage-orders"})),
    "rds_cluster_off_hours": (Kind.DATABASE_CLUSTER, frozenset({"suppliers"})),
    "rds_rightsizing": (Kind.DATABASE, frozenset({"invoices", "profiles"})),
    "rds_old_class": (Kind.DATABASE, frozenset({"wiki"})),
    "rds_graviton": (
        Kind.DATABASE,
        frozenset(
            [
                "shop-primary",
                "shop-replica",
                "payments",
                "shop-eu",
                "payments-eu",
                "stage-shop",
                "stage-orders",
                "metastore",
                "airflow-db",
            ]
        ),
    ),
    "rds_extended_support": (Kind.DATABASE, frozenset({"wiki"})),
    "rds_storage_to_gp3": (Kind.DATABASE, frozenset({"bookings"})),
    "rds_snapshot_orphaned": (Kind.DATABASE_SNAPSHOT, frozenset({"old-erp-final"})),
    "docdb_idle": (Kind.DATABASE, frozenset({"old-reviews"})),
    "neptune_idle": (Kind.DATABASE, frozenset({"fraud-pilot"})),
    "elasticache_idle": (Kind.CACHE, frozenset({"old-sessions"})),
    "elasticache_old_class": (Kind.CACHE, frozenset({"old-sessions", "prices"})),
    "elasticache_rightsizing": (Kind.CACHE, frozenset({"basket"})),
    "redshift_idle": (Kind.DATA_WAREHOUSE, frozenset({"bi-archive"})),
    "redshift_off_hours": (Kind.DATA_WAREHOUSE, frozenset({"bi"})),
    "redshift_rightsizing": (Kind.DATA_WAREHOUSE, frozenset({"sales-cube"})),
    "dynamodb_over_provisioned": (Kind.TABLE, frozenset({"carts"})),
    "dynamodb_unused": (Kind.TABLE, frozenset({"campaign-2024"})),
    "kinesis_idle": (Kind.STREAM, frozenset({"clicks-old"})),
    "opensearch_idle": (Kind.SEARCH_DOMAIN, frozenset({"old-logs"})),
    "opensearch_old_class": (Kind.SEARCH_DOMAIN, frozenset({"finder"})),
}
"""Each rule's kind of resource, and the groups it must find."""


def planted(rule: str, resource: Resource, group: str) -> bool:
    """Whether a rule of this file must find a resource."""
    kind, groups = GROUPS.get(rule, (None, frozenset()))
    return resource.kind is kind and group in groups


NEAR_MISSES = (
    NearMiss(
        "rds_idle", ("orders-standby",), Kind.DATABASE, "nobody connects to it: it is the replica of `orders`"
    ),
    NearMiss(
        "rds_off_hours",
        ("metastore", "airflow-db"),
        Kind.DATABASE,
        "applications stay connected to it day and night",
    ),
    NearMiss("rds_off_hours", ("qa-scratch",), Kind.DATABASE, "nobody connects to it at all: it is idle"),
    NearMiss("rds_cluster_off_hours", ("reviews",), Kind.DATABASE_CLUSTER, "its readers come at night, too"),
    NearMiss("rds_rightsizing", ("orders",), Kind.DATABASE, "quiet at night, but its days need the vCPUs"),
    NearMiss("rds_old_class", ("metastore",), Kind.DATABASE, "m5: Intel, but nothing old"),
    NearMiss("rds_graviton", ("crm",), Kind.DATABASE, "a t3, but MySQL 5.7 does not run on Graviton classes"),
    NearMiss("rds_graviton", ("orders", "features"), Kind.DATABASE, "on Graviton already"),
    NearMiss(
        "rds_extended_support",
        ("crm", "stage-orders"),
        Kind.DATABASE,
        "past standard support, but the bill has no surcharge: it is undetermined",
    ),
    NearMiss(
        "rds_storage_to_gp3", ("risk",), Kind.DATABASE, "its nights need more operations than gp3 gives it"
    ),
    NearMiss(
        "rds_snapshot_orphaned", ("crm-before-move",), Kind.DATABASE_SNAPSHOT, "its database is still there"
    ),
    NearMiss(
        "rds_idle",
        ("old-reviews", "fraud-pilot"),
        Kind.DATABASE,
        "nobody connects to it, but it is none of RDS's: rules of their own know DocumentDB and Neptune",
    ),
    NearMiss("docdb_idle", ("reviews",), Kind.DATABASE, "little CPU, but its readers come every day"),
    NearMiss(
        "neptune_idle",
        ("suppliers",),
        Kind.DATABASE,
        "asked in office hours only, and silent for days over a weekend",
    ),
    NearMiss(
        "elasticache_idle",
        ("stock-002",),
        Kind.CACHE,
        "no clients: it stands by for the primary of its group",
    ),
    NearMiss("elasticache_rightsizing", ("pages",), Kind.CACHE, "hardly any CPU, but nearly full"),
    NearMiss("elasticache_old_class", ("pages", "stock-001"), Kind.CACHE, "on Graviton already"),
    NearMiss("redshift_idle", ("bi",), Kind.DATA_WAREHOUSE, "silent at night and at weekends only"),
    NearMiss("redshift_off_hours", ("sales-cube",), Kind.DATA_WAREHOUSE, "asked a little at all hours"),
    NearMiss(
        "redshift_rightsizing", ("forecasts",), Kind.DATA_WAREHOUSE, "hardly any CPU, but its disks are full"
    ),
    NearMiss(
        "dynamodb_over_provisioned",
        ("logins",),
        Kind.TABLE,
        "takes more than half of its capacity in its busiest hour",
    ),
    NearMiss("dynamodb_unused", ("tariffs",), Kind.TABLE, "little, but read and written every day"),
    NearMiss("kinesis_idle", ("ledger-close",), Kind.STREAM, "silent but for an hour of each Monday"),
    NearMiss("opensearch_idle", ("audit",), Kind.SEARCH_DOMAIN, "searched by few people, in office hours"),
    NearMiss("opensearch_old_class", ("audit",), Kind.SEARCH_DOMAIN, "on Graviton already"),
)
