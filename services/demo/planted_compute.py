"""What is planted for the rules on computing: what each must find, and what none may flag and why."""

from collections.abc import Mapping

from core.inventory import Kind, Resource
from services.demo.near_miss import NearMiss

_OLD = (
    "web api checkout search cache-warmer invoice-batch legacy-crm reports web-eu api-eu checkout-eu forecast-eu stage-web "
    "dev-box load-test ci old-demo soak spark airflow trino notebook old-etl replica-eu"
)
GROUPS: Mapping[str, tuple[Kind, frozenset[str]]] = {
    "ec2_rightsizing": (
        Kind.INSTANCE,
        frozenset({"legacy-crm", "pilot-eu", "load-test", "old-demo", "old-etl", "quotes"}),
    ),
    "ec2_previous_generation": (Kind.INSTANCE, frozenset(_OLD.split())),
    "ec2_graviton": (Kind.INSTANCE, frozenset({"invoice-batch", "spark", "trino"})),
    "ec2_amd": (Kind.INSTANCE, frozenset({"queue", "pilot-eu", "dev-eu", "training"})),
    "ec2_spot_candidate": (Kind.INSTANCE, frozenset({"workers", "stage-api", "studio"})),
    "ec2_stopped_paying": (Kind.INSTANCE, frozenset({"qa-parked"})),
    "ec2_burstable_credits": (Kind.INSTANCE, frozenset({"chat"})),
    "asg_floor": (Kind.AUTOSCALING_GROUP, frozenset({"faq"})),
    "asg_off_hours": (Kind.AUTOSCALING_GROUP, frozenset({"stage-api"})),
    "lambda_memory": (Kind.FUNCTION, frozenset({"lake-compact"})),
    "lambda_idle": (Kind.FUNCTION, frozenset({"old-webhook"})),
    "lambda_errors": (Kind.FUNCTION, frozenset({"stock-sync"})),
    "lambda_graviton": (Kind.FUNCTION, frozenset({"order-events", "stock-sync", "lake-compact"})),
    "sagemaker_endpoint_idle": (Kind.MODEL_ENDPOINT, frozenset({"churn-model"})),
}
"""The kind of resource and the groups that each rule must find."""


def planted(rule: str, resource: Resource, group: str) -> bool:
    """Whether a rule of this family must find it."""
    kind, groups = GROUPS.get(rule, (None, frozenset()))
    return resource.kind is kind and group in groups


NEAR_MISSES = (
    NearMiss("ec2_rightsizing", ("ratings",), Kind.INSTANCE, "little CPU, but its memory is nearly full"),
    NearMiss(
        "ec2_rightsizing",
        ("cache-warmer",),
        Kind.INSTANCE,
        "little CPU on average, but all of it for a quarter of an hour",
    ),
    NearMiss(
        "ec2_previous_generation",
        ("edge-dns",),
        Kind.INSTANCE,
        "of the first Graviton, which nothing newer undercuts",
    ),
    NearMiss("ec2_previous_generation", ("queue",), Kind.INSTANCE, "of a type that AWS calls current"),
    NearMiss("ec2_graviton", ("catalog", "catalog-eu"), Kind.INSTANCE, "on Graviton already"),
    NearMiss("ec2_graviton", ("reports",), Kind.INSTANCE, "saves less than a rebuild is worth"),
    NearMiss("ec2_amd", ("quotes",), Kind.INSTANCE, "on AMD already"),
    NearMiss("ec2_amd", ("edge-proxy",), Kind.INSTANCE, "saves three dollars a month"),
    NearMiss("ec2_spot_candidate", ("faq",), Kind.INSTANCE, "in an Auto Scaling group, but of production"),
    NearMiss("ec2_stopped_paying", ("patch-test",), Kind.INSTANCE, "stopped, five days before birth"),
    NearMiss(
        "ec2_burstable_credits",
        ("dev-eu",),
        Kind.INSTANCE,
        "bursts in office hours and earns the credits back at night",
    ),
    NearMiss("asg_floor", ("workers",), Kind.AUTOSCALING_GROUP, "at its minimum, and busy"),
    NearMiss("asg_floor", ("stage-api",), Kind.AUTOSCALING_GROUP, "idle by night, and above its minimum"),
    NearMiss("asg_off_hours", ("workers",), Kind.AUTOSCALING_GROUP, "of development, but busy at all hours"),
    NearMiss(
        "asg_off_hours", ("studio",), Kind.AUTOSCALING_GROUP, "made by EKS: its node group is found instead"
    ),
    NearMiss("ec2_off_hours", ("stage-api", "studio"), Kind.INSTANCE, "in a group, which is switched whole"),
    NearMiss("lambda_memory", ("thumbnail",), Kind.FUNCTION, "uses nearly all of its memory"),
    NearMiss("lambda_idle", ("audit-sweep",), Kind.FUNCTION, "called once a week"),
    NearMiss(
        "lambda_errors", ("order-events",), Kind.FUNCTION, "fails now and then, four times in a hundred"
    ),
    NearMiss("lambda_graviton", ("schema-check",), Kind.FUNCTION, "on arm64 already"),
    NearMiss("lambda_graviton", ("newsletter",), Kind.FUNCTION, "saves cents"),
    NearMiss("sagemaker_endpoint_idle", ("search-ranking",), Kind.MODEL_ENDPOINT, "asked all day"),
)
