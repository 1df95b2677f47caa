"""What answers questions: databases, their snapshots, caches, warehouses, tables, search domains, streams, and brokers."""

from dataclasses import dataclass, field

from core.inventory.resource import Kind, Resource


@dataclass(frozen=True, kw_only=True)
class Database(Resource):
    """An instance that RDS's API lists; its `state` is RDS's DBInstanceStatus. DocumentDB's and Neptune's are among them, see `service`."""

    kind: Kind = field(init=False, default=Kind.DATABASE)
    instance_class: str
    engine: str
    engine_version: str
    multi_az: bool
    storage_type: str
    storage_gb: int
    iops: int | None = None
    throughput: int | None = None
    replicas: tuple[str, ...] = ()
    """Read replicas of it."""
    pending_class: str | None = None
    """The instance class it gets in its next maintenance window."""
    replica_of: str | None = None
    cluster: str | None = None
    """The cluster it belongs to (Aurora, DocumentDB, Neptune): then the cluster is what is stopped."""

    @property
    def service(self) -> str:
        """Who runs it: `docdb` and `neptune` share RDS's API, and neither its engines nor its prices nor its metrics."""
        return self.engine if self.engine in {"docdb", "neptune"} else "rds"


@dataclass(frozen=True, kw_only=True)
class DatabaseCluster(Resource):
    """An Aurora cluster (or DocumentDB or Neptune, which RDS lists beside them): stopped and started as a whole."""

    kind: Kind = field(init=False, default=Kind.DATABASE_CLUSTER)
    engine: str
    engine_version: str
    mode: str = "provisioned"
    members: tuple[str, ...] = ()
    """Identifiers of its instances."""
    protected_members: tuple[str, ...] = ()
    """Those of them that carry the tag which forbids to touch them."""
    global_cluster: str | None = None
    """The global database it is part of, which RDS does not stop."""


@dataclass(frozen=True, kw_only=True)
class DatabaseSnapshot(Resource):
    """A manual RDS snapshot; automatic ones go with their database. `size_gb` is its storage, never what is billed."""

    kind: Kind = field(init=False, default=Kind.DATABASE_SNAPSHOT)
    database: str
    engine: str
    size_gb: int


@dataclass(frozen=True, kw_only=True)
class Cache(Resource):
    """An ElastiCache cluster or a node of a replication group."""

    kind: Kind = field(init=False, default=Kind.CACHE)
    node_type: str
    engine: str
    engine_version: str
    nodes: int = 1
    group: str | None = None


@dataclass(frozen=True, kw_only=True)
class DataWarehouse(Resource):
    """A provisioned Redshift cluster. States: available, paused, resizing, ..."""

    kind: Kind = field(init=False, default=Kind.DATA_WAREHOUSE)
    node_type: str
    nodes: int


@dataclass(frozen=True, kw_only=True)
class Table(Resource):
    """A DynamoDB table; reads and writes are the capacity units provisioned, 0 where it is billed on demand."""

    kind: Kind = field(init=False, default=Kind.TABLE)
    on_demand: bool
    reads: int = 0
    writes: int = 0
    stored_bytes: int = 0
    autoscaled: bool | None = None
    """None: we could not ask."""
    table_class: str = "STANDARD"
    replicated: bool = False
    """Whether it is part of a global table: other regions write to it."""


@dataclass(frozen=True, kw_only=True)
class SearchDomain(Resource):
    """An OpenSearch domain."""

    kind: Kind = field(init=False, default=Kind.SEARCH_DOMAIN)
    instance_type: str
    instances: int
    engine_version: str
    volume_type: str | None = None
    volume_gb: int = 0


@dataclass(frozen=True, kw_only=True)
class Stream(Resource):
    """A Kinesis data stream; `shards` are open ones, which an on-demand stream does not pay for one by one."""

    kind: Kind = field(init=False, default=Kind.STREAM)
    on_demand: bool
    shards: int = 0
    retention_hours: int = 24


@dataclass(frozen=True, kw_only=True)
class KafkaCluster(Resource):
    """An MSK cluster; `volume_gb` is what each of its brokers has provisioned. A serverless one has neither. States: ACTIVE, CREATING, ..."""

    kind: Kind = field(init=False, default=Kind.KAFKA_CLUSTER)
    serverless: bool = False
    brokers: int = 0
    broker_type: str = ""
    volume_gb: int = 0

    @property
    def short_id(self) -> str:
        """Its name, which CloudWatch goes by: its ARN carries an id after it."""
        return self.name
