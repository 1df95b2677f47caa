"""Functions that nobody calls."""

from decimal import Decimal

from core.figures import usd
from core.inventory import Function
from core.money import ZERO
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule
from core.savings import Cost, MoneyFrom

GIB = 1 << 30


@rule(
    title="Delete functions that nobody calls",
    why="An idle function costs next to nothing, but its code ages, its role stays open, and somebody will wonder what it is for.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    by_hand="Keep the code (aws lambda get-function --function-name NAME), then aws lambda delete-function --function-name NAME.",
    reads=("lambda:ListFunctions", "cloudwatch:GetMetricData"),
    peers=("Flexera: no invocation in 30 days", "Finala: no invocation in 7 days"),
    options=(Option("days", 14, "days", "Without any invocation.", lookback=True),),
)
def lambda_idle(function: Function, facts: Facts) -> Finding | None:
    """What the bill has for it, such as provisioned concurrency; else its code at S3's price, which AWS does not even charge."""
    if facts.quiet(function, "invocations", facts.option("days")) > 0:
        return None
    billed = facts.bill.get(function.id, ZERO)
    stored = Decimal(function.code_bytes) / GIB * facts.price(function.region, "s3:standard")
    cost = Cost(billed, MoneyFrom.BILL) if billed > ZERO else Cost(stored, MoneyFrom.LIST)
    if cost.monthly <= ZERO:
        return None
    money = (
        f"It still costs {usd(billed)} a month, such as for provisioned concurrency"
        if billed > ZERO
        else f"Its {function.code_bytes / 1_000_000:.1f} MB of code are free at AWS and counted at S3's price: tidying up, no saving"
    )
    return Finding(
        because=f"Nobody called it in {facts.option('days'):g} days. {money}. Check that it does not wait for the end of a month or a year.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "metrics": [
                {"metric": "invocations", "maximum": 0, "unit": "count", "threshold": 0},
            ],
            "days": facts.option("days"),
            "code_bytes": function.code_bytes,
            "prices": {"s3_standard_gb_month": str(facts.price(function.region, "s3:standard"))},
        },
    )
