"""Functions that fail often."""

from decimal import Decimal

import numpy as np

from core.inventory import Function
from core.money import ZERO
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.recommendations.usage import Matrix


@rule(
    title="Mend functions that fail often",
    why="An invocation that fails is paid for like one that works, and most are tried again.",
    effort=Effort.HIGH,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.TRAFFIC,
    by_hand="Read what it says when it fails (aws logs tail /aws/lambda/NAME --filter-pattern ERROR --since 1d), mend it, "
    "and send what cannot be mended to a dead-letter queue.",
    reads=("lambda:ListFunctions", "cloudwatch:GetMetricData"),
    peers=("Trusted Advisor and Thrifty: more than 10% of the invocations on any day of 7",),
    options=(
        Option("errors", 10, "%", "Share of a day's invocations that must have failed."),
        Option("invocations", 50, "invocations", "A day must have so many to be judged."),
        Option("days", 7, "days", "Days looked at, up to the last."),
    ),
)
def lambda_errors(function: Function, facts: Facts) -> Finding | None:
    """What is saved is the share of what it costs that went into failing, over those days."""
    days = int(facts.option("days"))
    facts.quiet(function, "errors", days)
    if facts.quiet(function, "invocations", days) <= 0:
        return None
    ran = _each_day(facts, function, "invocations")[-days:]
    failed = np.minimum(_each_day(facts, function, "errors")[-days:], ran)
    judged = ran >= facts.option("invocations")
    if not judged.any():
        return None
    shares = failed[judged] / ran[judged] * 100
    if shares.max() <= facts.option("errors"):
        return None
    overall = float(failed.sum() / ran.sum())
    cost = facts.cost(function)
    saving = cost.monthly * Decimal(str(round(overall, 6)))
    if saving <= ZERO:
        return None
    return Finding(
        because=f"On its worst day {shares.max():.0f}% of its invocations failed, {overall:.0%} of all in {days} days. "
        "Those were paid for; tries made again because of them are not counted.",
        saving=saving,
        cost=cost,
        evidence={
            "metrics": [
                {
                    "metric": "errors",
                    "mean": overall * 100,
                    "maximum": float(shares.max()),
                    "unit": "% of a day's invocations",
                    "threshold": facts.option("errors"),
                }
            ],
            "invocations": float(ran.sum()),
            "failed": float(failed.sum()),
        },
    )


def _each_day(facts: Facts, function: Function, metric: str) -> Matrix:
    """Each day's sum; silence is none, which CloudWatch does not report."""
    found = facts.usage.find(function.id, metric)
    return np.zeros(facts.usage.days) if found is None else np.nan_to_num(found.a_day_each())
