"""Functions that would cost less on Graviton."""

from decimal import Decimal

from core.figures import usd
from core.inventory import Function
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.savings import Cost, MoneyFrom, changing

X86_ONLY = frozenset({"go1.x", "java8", "provided", "python3.6", "python3.7", "nodejs10.x"})
"""Runtimes that Lambda has for x86 alone."""


@rule(
    title="Run functions on Graviton",
    why="Lambda asks a fifth less for a GB-second on arm64, and most runtimes need no change.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.EASY,
    lever=Lever.SIZE,
    by_hand="aws lambda update-function-code --function-name NAME --architectures arm64 with the same package, after building "
    "native libraries for arm64; test with an alias first.",
    reads=("lambda:ListFunctions",),
    peers=("Thrifty: every function that is not arm64", "CID: 20% of what x86 costs"),
    options=(Option("least", 1, "USD a month", "Saving below which a test is not worth it."),),
)
def lambda_graviton(function: Function, facts: Facts) -> Finding | None:
    """Only the GB-seconds get cheaper; a request costs the same on both."""
    if function.architecture == "arm64" or function.runtime in X86_ONLY:
        return None
    cost = facts.cost(function)
    paid = Cost(facts.part(function, "GB-Second"), MoneyFrom.BILL)
    x86 = facts.price(function.region, "lambda:gb-second")
    arm = facts.price(function.region, "lambda:gb-second-arm")
    saving = changing(paid, x86, arm)
    if saving < Decimal(str(facts.option("least"))):
        return None
    image = " Its image must be built for arm64." if function.runtime == "container image" else ""
    return Finding(
        because=f"Its GB-seconds cost {usd(paid.monthly)} a month on x86 and list {1 - arm / x86:.0%} lower on arm64. "
        f"Libraries with native code must exist for arm64; how long it runs is taken to stay the same.{image}",
        saving=saving,
        cost=cost,
        evidence={
            "runtime": function.runtime,
            "threshold_usd": facts.option("least"),
            "prices": {
                "x86_gb_second": str(x86),
                "arm64_gb_second": str(arm),
                "paid_for_gb_seconds": str(paid.monthly),
            },
        },
    )
