"""What the company has besides machines, as tables: databases, loose volumes, addresses, load balancers, buckets and the rest."""

from dataclasses import dataclass

from services.demo.company import EU, US

P, S, D = "production", "staging", "data"


@dataclass(frozen=True)
class DatabaseRow:
    """RDS instances. `storage` in GB; days are before the company's birth."""

    name: str
    account: str
    region: str
    instance_class: str
    engine: str
    version: str
    storage: int
    shape: str
    age: int
    multi_az: bool = False
    environment: str = P
    team: str = "platform"


DATABASES: tuple[DatabaseRow, ...] = (
    DatabaseRow(
        "shop-primary",
        P,
        US,
        "db.r5.xlarge",
        "postgres",
        "16.4",
        500,
        "daylight",
        395,
        multi_az=True,
        team="web",
    ),
    DatabaseRow("shop-replica", P, US, "db.r5.large", "postgres", "16.4", 500, "daylight", 300, team="web"),
    DatabaseRow(
        "payments",
        P,
        US,
        "db.m5.xlarge",
        "postgres",
        "15.8",
        200,
        "steady",
        390,
        multi_az=True,
        team="payments",
    ),
    DatabaseRow("orders", P, US, "db.m6g.xlarge", "mysql", "8.0.39", 300, "daylight", 280, team="fulfilment"),
    DatabaseRow("crm", P, US, "db.t3.medium", "mysql", "5.7.44", 50, "idle", 395, team="sales"),
    DatabaseRow("shop-eu", P, EU, "db.r5.large", "postgres", "16.4", 200, "daylight", 350, team="web"),
    DatabaseRow("payments-eu", P, EU, "db.m5.large", "postgres", "15.8", 100, "steady", 330, team="payments"),
    DatabaseRow(
        "stage-shop", S, US, "db.t3.large", "postgres", "16.4", 100, "office", 320, environment=S, team="web"
    ),
    DatabaseRow(
        "stage-orders",
        S,
        US,
        "db.t3.medium",
        "mysql",
        "8.0.39",
        50,
        "office",
        280,
        environment=S,
        team="fulfilment",
    ),
    DatabaseRow(
        "qa-scratch", S, EU, "db.t4g.medium", "postgres", "15.8", 20, "idle", 130, environment=S, team="web"
    ),
    DatabaseRow("metastore", D, US, "db.m5.large", "mysql", "8.0.39", 100, "night", 380, team="data"),
    DatabaseRow("airflow-db", D, US, "db.t3.medium", "postgres", "15.8", 50, "steady", 300, team="data"),
    DatabaseRow(
        "features", D, US, "db.r6g.large", "postgres", "16.4", 200, "daylight", 160, team="data-science"
    ),
    DatabaseRow("metastore-eu", D, EU, "db.t4g.large", "mysql", "8.0.39", 50, "night", 170, team="data"),
)


@dataclass(frozen=True)
class LooseRow:
    """Volumes attached to nothing, `since` so many days before birth; `ended` when they were deleted."""

    name: str
    account: str
    region: str
    type: str
    size_gb: int
    count: int
    age: int
    since: int
    application: str
    team: str
    ended: int | None = None


LOOSE: tuple[LooseRow, ...] = (
    LooseRow("hadoop-data", D, US, "gp3", 500, 18, 400, 62, "lake", "data"),
    LooseRow("crm-backup", P, US, "gp3", 100, 2, 380, 200, "crm", "sales"),
    LooseRow("qa-restore", S, US, "gp3", 80, 1, 95, 95, "qa", "web"),
    LooseRow("pilot-data", P, EU, "st1", 500, 1, 140, 60, "pilot", "sales"),
    LooseRow("old-restore", S, US, "gp2", 200, 12, 395, 380, "qa", "web", ended=200),
)


@dataclass(frozen=True)
class AddressRow:
    """Elastic IP addresses; `holder` is the group whose first instances carry them, or None for nobody."""

    name: str
    account: str
    region: str
    count: int
    age: int
    holder: str | None = None


ADDRESSES: tuple[AddressRow, ...] = (
    AddressRow("edge", P, US, 2, 260, "edge-proxy"),
    AddressRow("qa", S, US, 1, 210, "qa-parked"),
    AddressRow("old-vpn", P, US, 2, 300),
    AddressRow("pilot", P, EU, 1, 140),
    AddressRow("test-range", S, US, 2, 45),
)


@dataclass(frozen=True)
class GatewayRow:
    """A NAT gateway, the GB it carries on a working day, and whether a route table names it."""

    name: str
    account: str
    region: str
    gb: float
    age: int
    weekend: float = 0.7
    routed: bool = True


GATEWAYS: tuple[GatewayRow, ...] = (
    GatewayRow("nat-a", P, US, 140, 395),
    GatewayRow("nat-b", P, US, 120, 395),
    GatewayRow("nat-eu", P, EU, 70, 350),
    GatewayRow("nat-stage", S, US, 25, 390, 0.2),
    GatewayRow("nat-lake", D, US, 180, 395, 0.9),
    GatewayRow("nat-lake-eu", D, EU, 40, 170, 0.9),
)
RUNAWAY_GATEWAY = "nat-lake"


@dataclass(frozen=True)
class BalancerRow:
    """A load balancer: its kind, capacity units an hour on a working day, the GB a day it sends out, and whose instances it targets."""

    name: str
    account: str
    region: str
    type: str
    units: float
    gb_out: float
    targets: str
    age: int


BALANCERS: tuple[BalancerRow, ...] = (
    BalancerRow("storefront", P, US, "application", 14, 420, "web", 390),
    BalancerRow("api", P, US, "application", 9, 160, "api", 390),
    BalancerRow("events", D, US, "network", 4, 0, "kafka", 380),
    BalancerRow("storefront-eu", P, EU, "application", 6, 150, "web-eu", 350),
    BalancerRow("stage", S, US, "application", 1, 4, "stage-web", 320),
)


@dataclass(frozen=True)
class BucketRow:
    """A bucket: GB stored at birth of it, its growth a day, requests a day."""

    name: str
    account: str
    region: str
    gb: float
    growth: float
    puts: float
    gets: float
    lifecycle: bool
    age: int = 395


BUCKETS: tuple[BucketRow, ...] = (
    BucketRow("hekla-product-images", P, US, 2200, 0.0008, 9_000, 2_400_000, lifecycle=True),
    BucketRow("hekla-order-archive", P, US, 3900, 0.0012, 40_000, 60_000, lifecycle=False),
    BucketRow("hekla-web-logs", P, US, 5100, 0.0022, 210_000, 12_000, lifecycle=False),
    BucketRow("hekla-product-images-eu", P, EU, 900, 0.0008, 4_000, 800_000, lifecycle=True, age=350),
    BucketRow("hekla-stage-artifacts", S, US, 640, 0.001, 30_000, 90_000, lifecycle=False),
    BucketRow("hekla-lake-raw", D, US, 21_000, 0.0018, 600_000, 900_000, lifecycle=True),
    BucketRow("hekla-lake-curated", D, US, 8_000, 0.0015, 220_000, 1_500_000, lifecycle=False),
    BucketRow("hekla-lake-eu", D, EU, 2_400, 0.001, 90_000, 210_000, lifecycle=False, age=170),
)


@dataclass(frozen=True)
class LogGroupRow:
    """A log group: GB ingested a day, GB kept, retention in days (None: for ever)."""

    name: str
    account: str
    region: str
    gb_day: float
    kept_gb: int
    retention: int | None
    age: int = 400


LOG_GROUPS: tuple[LogGroupRow, ...] = (
    LogGroupRow("/hekla/storefront", P, US, 38, 4100, None),
    LogGroupRow("/hekla/api", P, US, 22, 660, 30),
    LogGroupRow("/hekla/checkout", P, US, 6, 540, 90),
    LogGroupRow("/hekla/storefront-eu", P, EU, 12, 1300, None),
    LogGroupRow("/aws/lambda/order-events", P, US, 3, 420, None),
    LogGroupRow("/aws/lambda/thumbnail", P, US, 1, 30, 30),
    LogGroupRow("/hekla/stage", S, US, 4, 700, None),
    LogGroupRow("/hekla/spark", D, US, 15, 2200, None),
    LogGroupRow("/hekla/airflow", D, US, 5, 150, 30),
    LogGroupRow("/hekla/lake-eu", D, EU, 3, 210, None),
)


@dataclass(frozen=True)
class FunctionRow:
    """A function: invocations a day and the GB-seconds each takes."""

    name: str
    account: str
    region: str
    runtime: str
    memory: int
    invocations: float
    gb_seconds: float
    architecture: str = "x86_64"


FUNCTIONS: tuple[FunctionRow, ...] = (
    FunctionRow("order-events", P, US, "python3.12", 512, 900_000, 0.11),
    FunctionRow("thumbnail", P, US, "nodejs20.x", 1024, 160_000, 0.9, "arm64"),
    FunctionRow("stock-sync", P, EU, "python3.12", 256, 48_000, 0.4),
    FunctionRow("newsletter", P, EU, "python3.11", 512, 2_500, 1.5),
    FunctionRow("stage-hooks", S, US, "nodejs20.x", 256, 9_000, 0.2),
    FunctionRow("lake-compact", D, US, "python3.12", 3008, 6_000, 45.0),
    FunctionRow("schema-check", D, US, "python3.12", 512, 20_000, 0.3, "arm64"),
)
