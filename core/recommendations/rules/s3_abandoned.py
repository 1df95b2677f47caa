"""Buckets that nobody asks for anything."""

from decimal import Decimal

from core.figures import usd
from core.inventory import Bucket
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule

WEEKS_A_MONTH = Decimal(730) / 168
STORAGE = "TimedStorage"


@rule(
    title="Look into buckets that nobody reads or writes",
    why="Storage is paid for as long as it is there, and what nobody asks for is mostly forgotten.",
    effort=Effort.MEDIUM,
    risk=Risk.HIGH,
    undo=Undo.NEVER,
    lever=Lever.REMOVE,
    by_hand="Ask its owner what it is kept for: it may be an archive that the law wants. If nobody needs it: "
    "aws s3 rm s3://NAME --recursive, older versions by a lifecycle rule, then aws s3api delete-bucket --bucket NAME.",
    reads=("s3:ListAllMyBuckets",),
    peers=("OptScale: at most 100 writes and lists, 2,000 reads and 1 GB read in 7 days",),
    options=(
        Option("days", 30, "days", "How long it must have been there."),
        Option(
            "writes", 2000, "a week", "Writes and lists; Cloud Pioneer's own looking is about 700 of them."
        ),
        Option("reads", 2000, "a week", "Reads and other requests."),
        Option("least", 1, "USD a month", "Storage below this is not worth asking."),
    ),
)
def s3_abandoned(bucket: Bucket, facts: Facts) -> Finding | None:
    """Requests are counted from what the bill charges for them: S3's own request metrics are off unless paid for."""
    facts.there_for(bucket, facts.option("days"))
    cost = facts.cost(bucket)
    storage = facts.part(bucket, STORAGE)
    if storage < facts.option("least"):
        return None
    writes = facts.part(bucket, "Requests-Tier1") / facts.price(bucket.region, "s3:put") / WEEKS_A_MONTH
    reads = facts.part(bucket, "Requests-Tier2") / facts.price(bucket.region, "s3:get") / WEEKS_A_MONTH
    if writes > facts.option("writes") or reads > facts.option("reads"):
        return None
    return Finding(
        because=f"Its storage costs {usd(storage)} a month, and in the last 30 days of the bill about {writes:,.0f} writes and "
        f"lists and {reads:,.0f} reads a week were charged, such as tools make that only look. It may be an archive or a "
        "backup that is meant to lie still: its owner must say.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "metrics": [
                {
                    "metric": "writes_and_lists",
                    "mean": float(writes),
                    "unit": "a week",
                    "threshold": facts.option("writes"),
                },
                {
                    "metric": "reads",
                    "mean": float(reads),
                    "unit": "a week",
                    "threshold": facts.option("reads"),
                },
            ],
            "storage_usd": str(storage),
        },
    )
