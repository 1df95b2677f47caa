"""The company's machines, as a table: one row is a group of instances alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.demo.company import EU, US


@dataclass(frozen=True)
class Disk:
    """A data volume that each instance of a group carries."""

    type: str
    size_gb: int
    iops: int | None = None
    throughput: int | None = None


@dataclass(frozen=True)
class Group:
    """Instances alike. Days are before the company's birth; `strict` groups keep their tags whole."""

    name: str
    account: str
    region: str
    type: str
    count: int
    shape: str
    age: int
    application: str
    team: str
    environment: str
    root_gb: int = 20
    disks: tuple[Disk, ...] = ()
    ended: int | None = None
    stopped: int | None = None
    before: tuple[str, int] | None = None
    """An earlier type, and how many days ago it was changed to the present one."""
    strict: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)


_PROTECTED = {"pioneer:protected": "true"}
P, S, D = "production", "staging", "data"

FLEET: tuple[Group, ...] = (
    # production: the shop
    Group("web", P, US, "m5.large", 8, "daylight", 390, "storefront", "web", P),
    Group("api", P, US, "c5.xlarge", 8, "daylight", 390, "storefront", "web", P),
    Group(
        "checkout", P, US, "m5.xlarge", 4, "steady", 330, "checkout", "payments", P, disks=(Disk("gp3", 400),)
    ),
    Group("search", P, US, "r5.xlarge", 4, "growing", 400, "search", "web", P, disks=(Disk("gp2", 220),)),
    Group("queue", P, US, "c6i.large", 6, "spiky", 400, "orders", "fulfilment", P),
    Group("cache-warmer", P, US, "c5.large", 2, "spikes", 240, "storefront", "web", P, strict=True),
    Group("edge-proxy", P, US, "t3.medium", 2, "proxy", 260, "storefront", "platform", P, strict=True),
    Group(
        "invoice-batch",
        P,
        US,
        "m5.2xlarge",
        2,
        "night",
        310,
        "invoicing",
        "finance",
        P,
        disks=(Disk("gp2", 100),),
    ),
    Group("legacy-crm", P, US, "m4.large", 2, "idle", 395, "crm", "sales", P, root_gb=40, strict=True),
    Group("catalog", P, US, "m6g.large", 4, "steady", 200, "catalog", "web", P),
    Group(
        "ledger",
        P,
        US,
        "r5.2xlarge",
        2,
        "steady",
        350,
        "ledger",
        "payments",
        P,
        disks=(Disk("io2", 200, 6000),),
        extra=_PROTECTED,
        strict=True,
    ),
    Group(
        "reports", P, US, "m5.xlarge", 4, "daylight", 290, "reports", "finance", P, before=("m5.2xlarge", 150)
    ),
    Group("web-eu", P, EU, "m5.large", 6, "daylight", 350, "storefront", "web", P),
    Group("api-eu", P, EU, "c5.xlarge", 4, "daylight", 350, "storefront", "web", P),
    Group(
        "checkout-eu",
        P,
        EU,
        "m5.xlarge",
        2,
        "steady",
        330,
        "checkout",
        "payments",
        P,
        disks=(Disk("gp2", 180),),
    ),
    Group("catalog-eu", P, EU, "m6g.large", 4, "steady", 180, "catalog", "web", P),
    Group("forecast-eu", P, EU, "r5.large", 2, "growing", 120, "forecast", "supply", P),
    Group("pilot-eu", P, EU, "t3.large", 1, "idle", 140, "pilot", "sales", P, strict=True),
    Group("mailer-eu", P, EU, "t3.medium", 1, "young", 2, "mailer", "marketing", P, strict=True),
    # staging: where things are tried
    Group("stage-web", S, US, "m5.large", 6, "office", 320, "storefront", "web", S, strict=True),
    Group("dev-box", S, US, "c5.large", 2, "office", 180, "workstation", "platform", "dev", strict=True),
    Group("load-test", S, US, "c5.2xlarge", 12, "idle", 45, "load-test", "platform", S, strict=True),
    Group("ci", S, US, "c5.xlarge", 4, "weekday", 270, "ci", "platform", S, disks=(Disk("gp2", 150),)),
    Group("qa-parked", S, US, "m5.large", 3, "steady", 210, "qa", "web", S, stopped=30, strict=True),
    Group("old-demo", S, US, "m5.large", 1, "idle", 230, "demo", "sales", S, strict=True),
    Group("dev-eu", S, EU, "t3.large", 3, "office", 160, "workstation", "web", "dev", strict=True),
    Group("soak", S, EU, "m5.large", 4, "steady", 100, "checkout", "payments", S),
    Group(
        "training",
        S,
        EU,
        "t3.large",
        3,
        "steady",
        90,
        "training",
        "people",
        S,
        extra={"schedule": "office-hours"},
        strict=True,
    ),
    # data: where the numbers are made
    Group(
        "spark", D, US, "r5.2xlarge", 6, "night", 240, "lake", "data", P, disks=(Disk("gp3", 300, 4000, 250),)
    ),
    Group(
        "kafka",
        D,
        US,
        "r5.xlarge",
        3,
        "steady",
        380,
        "events",
        "data",
        P,
        disks=(Disk("gp2", 1000),),
        extra=_PROTECTED,
        strict=True,
    ),
    Group(
        "airflow", D, US, "m5.xlarge", 2, "weekday", 300, "pipelines", "data", P, disks=(Disk("gp2", 240),)
    ),
    Group("trino", D, US, "r5.4xlarge", 4, "daylight", 220, "lake", "data", P, disks=(Disk("st1", 500),)),
    Group("notebook", D, US, "r5.large", 4, "office", 150, "notebooks", "data-science", "dev", strict=True),
    Group("old-etl", D, US, "m5.xlarge", 2, "idle", 370, "pipelines", "data", P, strict=True),
    Group("gpu", D, US, "g4dn.xlarge", 2, "spiky", 110, "models", "data-science", P),
    Group("lake-eu", D, EU, "r6g.xlarge", 4, "night", 170, "lake", "data", P, disks=(Disk("gp2", 300),)),
    Group("replica-eu", D, EU, "m5.large", 2, "steady", 250, "events", "data", P),
    # gone, but still on the bill of their days
    Group("hadoop", D, US, "m5.xlarge", 10, "night", 400, "lake", "data", P, ended=62),
    Group("preview", S, US, "m5.large", 3, "idle", 300, "preview", "web", S, ended=75, strict=True),
)
