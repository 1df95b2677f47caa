"""What the company stores besides: more volumes on its machines, images, a backup by policy, buckets, log groups, repositories."""

from dataclasses import dataclass

from services.demo.company import EU, US
from services.demo.estate import BucketRow, LogGroupRow
from services.demo.fleet import Disk

P, S, D = "production", "staging", "data"


@dataclass(frozen=True)
class AttachedRow:
    """A further volume on each of the first `count` instances of a group. `shape` is how it is driven, whatever its instance does."""

    name: str
    account: str
    region: str
    holder: str
    disk: Disk
    shape: str
    count: int
    age: int
    application: str
    team: str


ATTACHED: tuple[AttachedRow, ...] = (
    AttachedRow("exports", P, US, "reports", Disk("gp3", 500), "untouched", 2, 240, "reports", "finance"),
    AttachedRow("drop-box", S, EU, "soak", Disk("gp3", 200), "copied", 1, 90, "checkout", "payments"),
    AttachedRow("scratch", D, US, "trino", Disk("io2", 100, 3000), "daylight", 1, 200, "lake", "data"),
    AttachedRow("journal", P, US, "queue", Disk("io1", 200, 3000), "steady", 1, 300, "orders", "fulfilment"),
    AttachedRow("redo", D, US, "trino", Disk("io1", 720, 36_000), "steady", 1, 60, "lake", "data"),
    AttachedRow("index", P, US, "catalog", Disk("io2", 5, 3200), "steady", 1, 150, "catalog", "web"),
    AttachedRow(
        "cache", D, US, "gpu", Disk("gp3", 200, 6000, 300), "spiky", 1, 100, "models", "data-science"
    ),
)


@dataclass(frozen=True)
class ImageRow:
    """An image of `size_gb`, its snapshot billed for `stored_gb`. `template` names the launch template, `holder` the instances that use it."""

    name: str
    account: str
    region: str
    size_gb: int
    stored_gb: int
    age: int
    template: str | None = None
    holder: str | None = None


IMAGES: tuple[ImageRow, ...] = (
    ImageRow("golden-2024", P, US, 100, 62, 390),
    ImageRow("web-spring", P, US, 60, 38, 210),
    ImageRow("web-current", P, US, 60, 41, 160, template="web"),
    ImageRow("soak-base", S, EU, 40, 22, 100, holder="soak"),
)
POLICY_SNAPSHOT = ("checkout", 200)
"""Of the first data volume of this group, a snapshot so many days old that a lifecycle policy made and will delete."""
BUCKETS: tuple[BucketRow, ...] = (
    BucketRow("hekla-campaign-2024", P, US, 1400, 0.0, 4, 30, lifecycle=False, age=390),
    BucketRow("hekla-brand-assets", P, US, 260, 0.0, 10, 28_000, lifecycle=True, age=380),
    BucketRow("hekla-thumbnails", P, US, 900, 0.0, 6_000, 500_000, lifecycle=False, age=300),
)
LEFTOVERS = {"hekla-lake-raw": (9, 70), "hekla-stage-artifacts": (2, 1)}
"""Uploads that were never finished: by bucket how many, and the GB of each."""
OBJECT_KB = {"hekla-thumbnails": 40, "hekla-order-archive": 900, "hekla-web-logs": 6_000}
"""How large an object is on average; 16 MB where nothing is said."""
LOG_GROUPS: tuple[LogGroupRow, ...] = (LogGroupRow("/hekla/pilot", P, EU, 4, 130, None, age=40),)


@dataclass(frozen=True)
class RepositoryRow:
    """A repository of container images: GB with and without a tag."""

    name: str
    account: str
    region: str
    tagged_gb: int
    untagged_gb: int
    lifecycle: bool
    age: int


REPOSITORIES: tuple[RepositoryRow, ...] = (
    RepositoryRow("storefront", P, US, 60, 170, lifecycle=False, age=360),
    RepositoryRow("checkout", P, US, 55, 12, lifecycle=True, age=330),
    RepositoryRow("airflow", D, US, 48, 0, lifecycle=False, age=290),
)
