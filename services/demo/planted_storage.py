"""What is planted for the rules on storage: what each must find, and what none may flag and why."""

from collections.abc import Mapping

from core.inventory import Kind, Resource, Volume
from services.demo.near_miss import NearMiss

GROUPS: Mapping[str, tuple[Kind, frozenset[str]]] = {
    "ebs_idle": (Kind.VOLUME, frozenset({"exports"})),
    "ebs_gp2_to_gp3_baseline": (Kind.VOLUME, frozenset({"search", "checkout-eu", "airflow"})),
    "ebs_over_provisioned_iops": (Kind.VOLUME, frozenset({"scratch"})),
    "ebs_gp3_over_provisioned": (Kind.VOLUME, frozenset({"cache"})),
    "ebs_io1_to_io2": (Kind.VOLUME, frozenset({"redo"})),
    "ebs_io_to_gp3": (Kind.VOLUME, frozenset({"scratch", "journal", "redo"})),
    "snapshot_old": (
        Kind.SNAPSHOT,
        frozenset({"checkout", "checkout-eu", "search", "invoice-batch", "spark", "airflow", "trino"}),
    ),
    "snapshot_orphaned": (Kind.SNAPSHOT, frozenset({"old-restore"})),
    "image_unused": (Kind.IMAGE, frozenset({"golden-2024", "web-spring"})),
    "s3_lifecycle": (
        Kind.BUCKET,
        frozenset(
            {
                "hekla-order-archive",
                "hekla-web-logs",
                "hekla-stage-artifacts",
                "hekla-lake-curated",
                "hekla-lake-eu",
                "hekla-campaign-2024",
            }
        ),
    ),
    "s3_multipart": (Kind.BUCKET, frozenset({"hekla-lake-raw"})),
    "s3_abandoned": (Kind.BUCKET, frozenset({"hekla-campaign-2024"})),
    "logs_retention": (
        Kind.LOG_GROUP,
        frozenset(
            {
                "/hekla/storefront",
                "/hekla/storefront-eu",
                "/aws/lambda/order-events",
                "/hekla/stage",
                "/hekla/spark",
                "/hekla/lake-eu",
            }
        ),
    ),
    "ecr_lifecycle": (Kind.REPOSITORY, frozenset({"storefront"})),
}
"""Each rule's kind of resource, and the groups it must find."""


def planted(rule: str, resource: Resource, group: str) -> bool:
    """Whether a rule of this file must find a resource."""
    kind, groups = GROUPS.get(rule, (None, frozenset()))
    if resource.kind is not kind or group not in groups:
        return False
    return rule != "ebs_gp2_to_gp3_baseline" or (isinstance(resource, Volume) and resource.type == "gp2")


NEAR_MISSES = (
    NearMiss(
        "ebs_idle", ("drop-box",), Kind.VOLUME, "untouched all day, but a copy is written to it every night"
    ),
    NearMiss(
        "ebs_idle",
        ("qa-parked",),
        Kind.VOLUME,
        "of a stopped instance: no samples, which is not the same as idle",
    ),
    NearMiss(
        "ebs_gp2_to_gp3_baseline",
        ("lake-eu",),
        Kind.VOLUME,
        "moves 160 MiB/s at night, more than the baseline",
    ),
    NearMiss(
        "ebs_gp2_to_gp3_baseline",
        ("kafka",),
        Kind.VOLUME,
        "gp2 that is driven gently, but protected by its tags",
    ),
    NearMiss(
        "ebs_over_provisioned_iops", ("journal", "index"), Kind.VOLUME, "uses most of its IOPS in busy hours"
    ),
    NearMiss("ebs_gp3_over_provisioned", ("spark",), Kind.VOLUME, "needs its speed for five hours a night"),
    NearMiss("ebs_io1_to_io2", ("journal",), Kind.VOLUME, "io1 of 3,000 IOPS, which cost the same on io2"),
    NearMiss("ebs_io_to_gp3", ("index",), Kind.VOLUME, "so small that gp3 does not give it as many IOPS"),
    NearMiss("ebs_io_to_gp3", ("ledger",), Kind.VOLUME, "io2 of few IOPS, but protected by its tags"),
    NearMiss("snapshot_old", ("fresh-backup",), Kind.SNAPSHOT, "twenty days old, the newest of its volume"),
    NearMiss("snapshot_old", ("by-policy",), Kind.SNAPSHOT, "old, but a lifecycle policy will delete it"),
    NearMiss(
        "snapshot_orphaned",
        ("golden-2024", "web-spring", "web-current", "soak-base"),
        Kind.SNAPSHOT,
        "its volume is gone, but an image is made of it",
    ),
    NearMiss("image_unused", ("web-current",), Kind.IMAGE, "a launch template names it"),
    NearMiss("image_unused", ("soak-base",), Kind.IMAGE, "four instances run from it"),
    NearMiss(
        "s3_lifecycle",
        ("hekla-thumbnails",),
        Kind.BUCKET,
        "no rule, but its objects are too small for one to pay",
    ),
    NearMiss("s3_lifecycle", ("hekla-lake-raw",), Kind.BUCKET, "the largest, and a rule looks after it"),
    NearMiss(
        "s3_multipart", ("hekla-stage-artifacts",), Kind.BUCKET, "two uploads broke off, of 2 GB together"
    ),
    NearMiss("s3_abandoned", ("hekla-brand-assets",), Kind.BUCKET, "nearly never written, but read all day"),
    NearMiss("logs_retention", ("/hekla/pilot",), Kind.LOG_GROUP, "kept for ever, but forty days old"),
    NearMiss("logs_retention", ("/hekla/checkout",), Kind.LOG_GROUP, "large, but forgets after ninety days"),
    NearMiss("ecr_lifecycle", ("airflow",), Kind.REPOSITORY, "no policy, but every image has a tag"),
    NearMiss(
        "ecr_lifecycle", ("checkout",), Kind.REPOSITORY, "images without a tag, but a policy clears them away"
    ),
)
