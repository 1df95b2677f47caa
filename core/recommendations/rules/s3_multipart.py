"""Parts of uploads that were never finished."""

from decimal import Decimal

from core.actions.model import ActionKind
from core.figures import usd
from core.inventory import Bucket
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule

STANDARD = "TimedStorage-ByteHrs"
GIB = 1 << 30
ABORTED_AFTER = 7
"""Days: what the collection counts as never to be finished."""


@rule(
    title="Abort uploads that were never finished",
    why="Parts of an upload that broke off are stored and paid for, and no listing of objects shows them.",
    effort=Effort.LOW,
    risk=Risk.VERY_LOW,
    undo=Undo.NEVER,
    lever=Lever.SIZE,
    fix=ActionKind.SET_BUCKET_LIFECYCLE,
    reads=("s3:ListAllMyBuckets", "s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts"),
    peers=(
        "Trusted Advisor: no rule that aborts uploads after 7 days",
        "Flexera: any",
        "nOps: bytes older than 7 days",
    ),
    options=(Option("least", 0.5, "USD a month", "Savings below this are not worth a rule."),),
)
def s3_multipart(bucket: Bucket, facts: Facts) -> Finding | Undetermined | None:
    """The parts are billed with the bucket's other bytes: their share by list price, never more than the bill has for storage."""
    if bucket.stale_uploads is None or bucket.stale_upload_bytes is None:
        return Undetermined("Its unfinished uploads could not be read.")
    if bucket.stale_uploads == 0:
        return None
    cost = facts.cost(bucket)
    gigabytes = Decimal(bucket.stale_upload_bytes) / GIB
    price = facts.price(bucket.region, "s3:standard")
    saving = min(gigabytes * price, facts.part(bucket, STANDARD))
    if saving < facts.option("least"):
        return None
    return Finding(
        because=f"{bucket.stale_uploads} uploads were begun more than 7 days ago and never finished; at least {gigabytes:,.0f} GB "
        f"of their parts are stored, {usd(saving)} a month. A rule that aborts uploads after 7 days removes them.",
        saving=saving,
        cost=cost,
        fix_parameters={"abort_days": ABORTED_AFTER},
        evidence={
            "unfinished_uploads": bucket.stale_uploads,
            "gigabytes_at_least": f"{gigabytes:,.1f}",
            "threshold_days": 7,
            "prices": {"standard_gb": str(price)},
        },
    )
