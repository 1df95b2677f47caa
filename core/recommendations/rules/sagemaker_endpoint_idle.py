"""Endpoints of models that nobody asks."""

from core.inventory import ModelEndpoint
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undetermined, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import Option, rule


@rule(
    title="Delete model endpoints that nobody asks",
    why="A SageMaker endpoint keeps its instances running day and night, asked or not.",
    effort=Effort.LOW,
    risk=Risk.LOW,
    undo=Undo.COSTLY,
    lever=Lever.REMOVE,
    by_hand="aws sagemaker delete-endpoint --endpoint-name NAME; its configuration and model stay, and "
    "aws sagemaker create-endpoint brings it back.",
    reads=(
        "sagemaker:ListEndpoints",
        "sagemaker:DescribeEndpoint",
        "sagemaker:DescribeEndpointConfig",
        "cloudwatch:GetMetricData",
    ),
    peers=("Flexera: no invocation in 30 days", "Compute Optimizer: no invocation in 14 days"),
    options=(Option("days", 14, "days", "Without any invocation.", lookback=True),),
)
def sagemaker_endpoint_idle(endpoint: ModelEndpoint, facts: Facts) -> Finding | Undetermined | None:
    """Silence counts only for what is old enough and was asked about."""
    if endpoint.state != "InService":
        return None
    if endpoint.variants > 1:
        return Undetermined("It has several variants, and only the first of them is measured.")
    if facts.quiet(endpoint, "invocations", facts.option("days")) > 0:
        return None
    cost = facts.cost(endpoint)
    return Finding(
        because=f"Its variant {endpoint.variant} ({endpoint.instance_count} x {endpoint.instance_type}) was asked nothing in "
        f"{facts.option('days'):g} days. Check that it is not kept for somebody who asks once a month.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "metrics": [{"metric": "invocations", "maximum": 0, "unit": "count", "threshold": 0}],
            "days": facts.option("days"),
            "prices": {"paid_usd_per_month": str(cost.monthly)},
        },
    )
