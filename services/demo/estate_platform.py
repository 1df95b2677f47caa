"""What the company builds on, as tables: clusters of Kafka, firewalls, old load balancers, secrets, trails."""

from dataclasses import dataclass

from services.demo.company import EU, US

P, S, D = "production", "staging", "data"


@dataclass(frozen=True)
class KafkaRow:
    """MSK clusters: brokers of a type, each with a volume; bytes a second through each when half loaded, none: MSK's own checks alone."""

    name: str
    account: str
    region: str
    broker_type: str
    brokers: int
    volume_gb: int
    bytes_a_second: float
    shape: str
    age: int
    team: str


KAFKA: tuple[KafkaRow, ...] = (
    KafkaRow("clickstream-old", P, US, "kafka.t3.small", 2, 100, 0, "idle", 240, "web"),
    KafkaRow("closing-events", P, US, "kafka.t3.small", 2, 50, 60_000, "night", 170, "finance"),
)


@dataclass(frozen=True)
class FirewallRow:
    """Firewalls, in the first zones of a region; no packet reaches any."""

    name: str
    account: str
    region: str
    zones: int
    age: int
    routed: bool = False


FIREWALLS: tuple[FirewallRow, ...] = (
    FirewallRow("inspection-trial", S, EU, 1, 130),
    FirewallRow("perimeter", P, US, 1, 300, routed=True),
)
"""`perimeter` stands by: a route leads to it, and nothing came for weeks."""


@dataclass(frozen=True)
class ClassicRow:
    """Load balancers of the first generation, with instances of a group behind; requests a day."""

    name: str
    account: str
    region: str
    targets: str | None
    requests: float
    age: int
    team: str


CLASSICS: tuple[ClassicRow, ...] = (
    ClassicRow("old-api", P, EU, None, 20, 380, "web"),
    ClassicRow("partners", P, US, "api", 60, 390, "sales"),
)


@dataclass(frozen=True)
class SecretRow:
    """Secrets; days before the company was born that one was read last, None: never."""

    name: str
    account: str
    region: str
    read: int | None
    age: int
    team: str


SECRETS: tuple[SecretRow, ...] = (
    SecretRow("old-erp/password", P, US, 214, 390, "finance"),
    SecretRow("pilot/token", S, EU, None, 160, "platform"),
    SecretRow("shop/database", P, US, 0, 390, "web"),
    SecretRow("quarter-close/key", P, US, 52, 300, "finance"),
    SecretRow("new-partner/key", P, US, None, 20, "sales"),
)


@dataclass(frozen=True)
class TrailRow:
    """Trails of all regions: whether one records management events, and paid copies of them a day."""

    name: str
    account: str
    region: str
    age: int
    paid: float = 0
    management: bool = True


TRAILS: tuple[TrailRow, ...] = (
    TrailRow("audit", P, US, 395),
    TrailRow("siem-export", P, US, 260, paid=31_000),
    TrailRow("object-access", P, US, 200, management=False),
)
TRAIL_BUCKET = "hekla-web-logs"
"""The bucket of the trails' account where they write."""
