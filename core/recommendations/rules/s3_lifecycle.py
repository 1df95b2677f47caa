"""Buckets in which everything stays in the dearest class for ever."""

from decimal import Decimal

from core.actions.model import ActionKind
from core.figures import usd
from core.inventory import Bucket
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule

STANDARD = "TimedStorage-ByteHrs"
SMALLEST = 128 * 1024
"""Bytes of an object below which Intelligent-Tiering leaves it where it is."""


@rule(
    title="Let S3 move what nobody reads to a cheaper class",
    why="Most objects are read in their first weeks only; without a lifecycle rule all stay in the dearest class.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.COSTLY,
    lever=Lever.STORAGE,
    fix=ActionKind.SET_BUCKET_LIFECYCLE,
    reads=("s3:ListAllMyBuckets", "s3:GetLifecycleConfiguration", "cloudwatch:GetMetricData"),
    peers=(
        "Thrifty: no lifecycle rule",
        "CID: 30% of Standard",
        "Flexera: Glacier after 30 days, Deep Archive after 90",
    ),
    options=(
        Option(
            "cold", 65, "%", "Of the bytes taken not to be read for 30 days: S3 does not tell by default."
        ),
        Option("least", 5, "USD a month", "Savings below this are not worth a rule."),
    ),
)
def s3_lifecycle(bucket: Bucket, facts: Facts) -> Finding | Undetermined | None:
    """Intelligent-Tiering: reading costs nothing extra, each object is watched for a fee, and small ones stay in Standard."""
    if bucket.has_lifecycle is None:
        return Undetermined("Its lifecycle rules could not be read.")
    if bucket.has_lifecycle:
        return None
    cost = facts.cost(bucket)
    standard = facts.part(bucket, STANDARD)
    now, then = facts.price(bucket.region, "s3:standard"), facts.price(bucket.region, "s3:intelligent-ia")
    cold = Decimal(str(facts.option("cold"))) / 100
    saved = standard * cold * (1 - then / now)
    if saved < facts.option("least"):
        return None
    count, stored = facts.series(bucket, "objects").mean, facts.series(bucket, "standard_bytes").mean
    if count == 0 or stored / count < SMALLEST:
        return None
    watching = Decimal(round(count)) * facts.price(bucket.region, "s3:intelligent-monitoring")
    moving = Decimal(round(count)) * facts.price(bucket.region, "s3:intelligent-transition")
    saving = saved - watching
    if saving < facts.option("least"):
        return None
    return Finding(
        because=f"No lifecycle rule, and {usd(standard)} a month of its cost are Standard storage. {cold:.0%} of the bytes "
        f"are taken not to be read for 30 days, which nobody measured; moving {count:,.0f} objects once costs {usd(moving)} and "
        f"watching them {usd(watching)} a month, which is subtracted. Turn on Storage Class Analysis to know the real share.",
        saving=min(saving, cost.monthly),
        cost=cost,
        fix_parameters={"transition_days": 30, "transition_to": "INTELLIGENT_TIERING"},
        evidence={
            "metrics": [
                {"metric": "objects", "mean": count, "unit": "objects", "threshold": None},
                {
                    "metric": "object_size",
                    "mean": stored / count / 1024,
                    "unit": "KiB",
                    "threshold": SMALLEST // 1024,
                },
            ],
            "taken_to_be_cold": f"{cold:.0%}",
            "prices": {
                "standard_gb": str(now),
                "infrequent_gb": str(then),
                "watching_a_month": str(watching),
                "moving_once": str(moving),
            },
        },
    )
