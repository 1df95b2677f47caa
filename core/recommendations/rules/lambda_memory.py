"""Functions with more memory than they ever use."""

from decimal import Decimal
from math import ceil

from core.inventory import Function
from core.money import ZERO
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule

SMALLEST, STEP, WHOLE_CPU = 128, 64, 1769
"""MiB: the least a function can have, what we round up to, and what a whole vCPU comes with."""


@rule(
    title="Give functions the memory they use",
    why="Lambda is paid by memory times duration, whether or not the memory is used.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    by_hand="aws lambda update-function-configuration --function-name NAME --memory-size MIB, then compare the Duration metric "
    "of the day before and after.",
    reads=("lambda:ListFunctions", "cloudwatch:GetMetricData"),
    peers=(
        "Trusted Advisor and Compute Optimizer: at least 50 invocations in 14 days, at most 1,792 MB",
        "cfm-tips: half of the memory used, 14 days",
    ),
    options=(
        Option("invocations", 50, "invocations", "So many there must have been to judge by."),
        Option("headroom", 20, "%", "Memory left free in the highest hour."),
        Option("slower", 50, "%", "Of the CPU that goes with the memory, so much is taken to be missed."),
        Option("days", 14, "days", "Days looked at.", lookback=True),
    ),
)
def lambda_memory(function: Function, facts: Facts) -> Finding | None:
    """CPU comes with memory, up to a whole vCPU at 1,769 MiB: with less of it a run may last longer, which is counted against the saving."""
    ran = facts.quiet(function, "invocations", facts.option("days"))
    if ran < facts.option("invocations"):
        return None
    memory = facts.series(function, "memory")
    free = 1 - facts.option("headroom") / 100
    needed = ceil(function.memory_mib * memory.highest / 100 / free / STEP) * STEP
    then = max(SMALLEST, needed)
    if then >= function.memory_mib:
        return None
    cpu = min(function.memory_mib, WHOLE_CPU) / min(then, WHOLE_CPU)
    longer = 1 + facts.option("slower") / 100 * (cpu - 1)
    paid = facts.part(function, "GB-Second")
    saving = paid * (1 - Decimal(str(round(then * longer / function.memory_mib, 6))))
    if saving <= ZERO:
        return None
    return Finding(
        because=f"It never used more than {memory.highest:.0f}% of its {function.memory_mib} MiB in {ran:.0f} invocations; "
        f"{then} MiB leave {facts.option('headroom'):g}% free. Runs are taken to last {longer - 1:.0%} longer with less CPU.",
        saving=saving,
        cost=facts.cost(function),
        evidence={
            "metrics": [
                {
                    "metric": "memory",
                    "mean": memory.mean,
                    "maximum": memory.highest,
                    "unit": "%",
                    "threshold": (100 - facts.option("headroom")) * then / function.memory_mib,
                }
            ],
            "invocations": ran,
            "memory_mib": {"now": function.memory_mib, "then": then},
            "duration_factor": round(longer, 3),
            "prices": {"paid_for_gb_seconds": str(paid)},
        },
    )
