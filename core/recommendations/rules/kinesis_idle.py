"""Streams that nobody writes to or reads from."""

from core.inventory import Stream
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Delete streams that nobody uses",
    why="A Kinesis stream bills its shards, or itself where it is on demand, by the hour, whether or not a record passes.",
    effort=Effort.LOW,
    risk=Risk.MEDIUM,
    undo=Undo.NEVER,
    lever=Lever.REMOVE,
    by_hand="aws kinesis delete-stream --stream-name NAME, once its producers and consumers are gone; without --enforce-consumer-deletion AWS refuses where one is "
    "registered. Where only its size is in doubt: aws kinesis update-stream-mode, or fewer shards.",
    reads=("kinesis:ListStreams", "kinesis:DescribeStreamSummary", "cloudwatch:GetMetricData"),
    peers=(
        "Finala: no record in 7 days",
        "OptScale: a bill of shard hours alone for 7 days",
    ),
    options=(Option("days", 14, "days", "How long no record may have been written or read.", lookback=True),),
)
def kinesis_idle(stream: Stream, facts: Facts) -> Finding | None:
    """CloudWatch has no samples of a stream that nobody calls, so silence counts only for what is old enough and was asked about."""
    if stream.state != "ACTIVE":
        return None
    days = facts.option("days")
    if any(facts.quiet(stream, metric, days) > 0 for metric in ("written", "read")):
        return None
    cost = facts.cost(stream)
    what = "on demand" if stream.on_demand else f"{stream.shards} shards"
    return Finding(
        because=f"No record was written to it or read from it in {days:g} days ({what}). Consumers by enhanced fan-out are billed apart: check that "
        "none is registered, and that nobody fills it once a month.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "metrics": [
                {"metric": metric, "maximum": 0, "unit": "count", "threshold": 0}
                for metric in ("written", "read")
            ],
            "days": days,
            "shards": stream.shards,
            "prices": {"paid_usd_per_month": str(cost.monthly)},
        },
    )
