"""Endpoints of models that nobody asks."""

from core.inventory import ModelEndpoint
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
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
    options=(Option("days", 14, "days", "Without any invocation."),),
)
def sagemaker_endpoint_idle(endpoint: ModelEndpoint, facts: Facts) -> Finding | None:
    """Silence counts only for what is old enough and was asked about."""
    if endpoint.state != "InService" or facts.quiet(endpoint, "invocations", facts.option("days")) > 0:
        return None
    cost = facts.cost(endpoint)
    return Finding(
        because=f"Its variant {endpoint.variant} ({endpoint.instance_count} x {endpoint.instance_type}) was asked nothing in "
        f"{facts.option('days'):g} days. Other variants of it are not looked at.",
        saving=cost.monthly,
        cost=cost,
        evidence={
            "metrics": [{"metric": "invocations", "maximum": 0, "unit": "count", "threshold": 0}],
            "days": facts.option("days"),
            "prices": {"paid_usd_per_month": str(cost.monthly)},
        },
    )
