"""More of what answers questions, as tables: databases with a story of their own, snapshots, caches, warehouses, tables, search domains."""

from dataclasses import dataclass

from services.demo.company import EU, US

P, S, D = "production", "staging", "data"


@dataclass(frozen=True)
class MoreDatabaseRow:
    """RDS instances. `held` is the share of memory taken, `driven` the operations a second for each per cent of load."""

    name: str
    account: str
    region: str
    instance_class: str
    engine: str
    version: str
    storage: int
    shape: str
    age: int
    team: str
    held: float = 0.72
    driven: float = 4.0
    storage_type: str = "gp3"
    iops: int | None = None
    replica_of: str | None = None
    support: str | None = None
    """The price item of its Extended Support, by the vCPU and hour."""


DATABASES: tuple[MoreDatabaseRow, ...] = (
    MoreDatabaseRow(
        "invoices", P, US, "db.m6g.xlarge", "postgres", "16.4", 100, "proxy", 260, "finance", held=0.15
    ),
    MoreDatabaseRow(
        "profiles", P, US, "db.m6g.xlarge", "postgres", "16.4", 100, "proxy", 250, "web", held=0.78
    ),
    MoreDatabaseRow(
        "wiki",
        P,
        EU,
        "db.m4.large",
        "mysql",
        "5.7.44",
        50,
        "steady",
        390,
        "people",
        support="rds:extended-support-yr3",
    ),
    MoreDatabaseRow(
        "bookings",
        P,
        US,
        "db.m6g.large",
        "postgres",
        "16.4",
        200,
        "daylight",
        220,
        "sales",
        storage_type="io1",
        iops=1000,
    ),
    MoreDatabaseRow(
        "risk",
        D,
        US,
        "db.m6g.large",
        "postgres",
        "16.4",
        100,
        "night",
        210,
        "data-science",
        driven=30.0,
        storage_type="io1",
        iops=1000,
    ),
    MoreDatabaseRow(
        "orders-standby",
        P,
        US,
        "db.t4g.medium",
        "mysql",
        "8.0.39",
        20,
        "idle",
        200,
        "fulfilment",
        replica_of="orders",
    ),
)


@dataclass(frozen=True)
class ClusteredRow:
    """Instances of DocumentDB and Neptune, alone in a cluster; `asked` is how many requests a second a graph answers at full load."""

    name: str
    account: str
    region: str
    instance_class: str
    engine: str
    version: str
    shape: str
    age: int
    team: str
    asked: float = 0.0


CLUSTERED: tuple[ClusteredRow, ...] = (
    ClusteredRow("old-reviews", P, US, "db.t3.medium", "docdb", "5.0.0", "idle", 260, "web"),
    ClusteredRow("reviews", P, US, "db.t3.medium", "docdb", "5.0.0", "daylight", 170, "web"),
    ClusteredRow("fraud-pilot", D, US, "db.t3.medium", "neptune", "1.3.2.1", "idle", 150, "data-science"),
    ClusteredRow("suppliers", D, US, "db.t3.medium", "neptune", "1.3.2.1", "office", 140, "data", 0.4),
)


@dataclass(frozen=True)
class SnapshotRow:
    """Snapshots of databases, taken by hand; `billed` is what they take, in GB."""

    name: str
    account: str
    region: str
    database: str
    engine: str
    size_gb: int
    billed: int
    age: int
    team: str


SNAPSHOTS: tuple[SnapshotRow, ...] = (
    SnapshotRow("old-erp-final", P, US, "old-erp", "postgres", 200, 120, 240, "finance"),
    SnapshotRow("crm-before-move", P, US, "crm", "mysql", 50, 30, 90, "sales"),
)


@dataclass(frozen=True)
class CacheRow:
    """ElastiCache nodes. `held` is the share of memory filled."""

    name: str
    account: str
    region: str
    node_type: str
    shape: str
    age: int
    team: str
    held: float
    group: str | None = None


CACHES: tuple[CacheRow, ...] = (
    CacheRow("old-sessions", P, US, "cache.t3.medium", "idle", 320, "web", 0.02),
    CacheRow("basket", P, US, "cache.m6g.xlarge", "proxy", 230, "web", 0.18),
    CacheRow("pages", P, US, "cache.m6g.xlarge", "proxy", 230, "web", 0.84),
    CacheRow("stock-001", P, US, "cache.t4g.small", "steady", 180, "supply", 0.5, "stock"),
    CacheRow("stock-002", P, US, "cache.t4g.small", "idle", 180, "supply", 0.5, "stock"),
    CacheRow("prices", P, US, "cache.r5.large", "daylight", 200, "web", 0.5),
)


@dataclass(frozen=True)
class WarehouseRow:
    """Redshift clusters. `held` is the share of storage taken."""

    name: str
    account: str
    region: str
    node_type: str
    nodes: int
    shape: str
    age: int
    team: str
    held: float = 0.4


WAREHOUSES: tuple[WarehouseRow, ...] = (
    WarehouseRow("bi-archive", D, US, "dc2.large", 1, "idle", 330, "data"),
    WarehouseRow("bi", D, US, "dc2.large", 1, "office", 240, "data"),
    WarehouseRow("sales-cube", D, US, "dc2.large", 4, "modest", 210, "data", 0.21),
    WarehouseRow("forecasts", D, US, "dc2.large", 3, "modest", 190, "data", 0.66),
)


@dataclass(frozen=True)
class TableRow:
    """DynamoDB tables: units provisioned (none: on demand), and units a second taken when half loaded."""

    name: str
    account: str
    region: str
    gb: int
    shape: str
    age: int
    team: str
    reads: int = 0
    writes: int = 0
    takes_reads: float = 0.0
    takes_writes: float = 0.0


TABLES: tuple[TableRow, ...] = (
    TableRow("carts", P, US, 12, "daylight", 300, "web", 200, 100, 20.0, 6.0),
    TableRow("logins", P, US, 6, "steady", 300, "web", 40, 30, 26.0, 20.0),
    TableRow("campaign-2024", P, US, 60, "idle", 390, "marketing"),
    TableRow("tariffs", P, EU, 2, "night", 200, "finance", takes_reads=0.4, takes_writes=0.02),
)


@dataclass(frozen=True)
class DomainRow:
    """OpenSearch domains: GB on each node, and searches and documents a minute when half loaded."""

    name: str
    account: str
    region: str
    instance_type: str
    instances: int
    version: str
    gb: int
    shape: str
    age: int
    team: str
    searches: float
    documents: float


DOMAINS: tuple[DomainRow, ...] = (
    DomainRow("old-logs", P, US, "t3.medium.search", 1, "OpenSearch_2.11", 80, "idle", 310, "platform", 0, 0),
    DomainRow("finder", P, EU, "m4.large.search", 1, "OpenSearch_2.11", 40, "daylight", 350, "web", 90, 12),
    DomainRow("audit", D, US, "m6g.large.search", 1, "OpenSearch_2.11", 60, "office", 190, "data", 3, 40),
)


@dataclass(frozen=True)
class StreamRow:
    """Kinesis streams: shards (none: on demand), and records a second when half loaded. `weekly`: filled in one hour of a week alone."""

    name: str
    account: str
    region: str
    shards: int
    records: float
    age: int
    team: str
    weekly: bool = False


STREAMS: tuple[StreamRow, ...] = (
    StreamRow("clicks-old", P, US, 4, 0, 220, "web"),
    StreamRow("clicks", P, US, 2, 90, 210, "web"),
    StreamRow("ledger-close", P, US, 0, 5, 130, "finance", weekly=True),
)
