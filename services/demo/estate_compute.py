"""More machines, their Auto Scaling groups, functions and model endpoints: what the rules on computing are shown by."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.demo.company import EU, US
from services.demo.estate import FunctionRow
from services.demo.fleet import Group

P, S, D = "production", "staging", "data"
GROUP_TAG = "aws:autoscaling:groupName"


def _member(name: str) -> Mapping[str, str]:
    return {GROUP_TAG: name}


FLEET: tuple[Group, ...] = (
    Group("quotes", P, US, "m6a.large", 1, "modest", 160, "quotes", "sales", P, strict=True),
    Group("ratings", P, US, "m6a.large", 1, "modest", 160, "ratings", "web", P, strict=True),
    Group("chat", P, US, "t3.medium", 1, "hot", 120, "chat", "sales", P, strict=True),
    Group("edge-dns", P, EU, "a1.medium", 1, "steady", 300, "dns", "platform", P, strict=True),
    Group(
        "patch-test", S, US, "t3.small", 1, "steady", 70, "patching", "platform", S, stopped=5, strict=True
    ),
    Group("faq", P, US, "t3.small", 4, "modest", 140, "faq", "web", P, extra=_member("faq"), strict=True),
    Group(
        "workers",
        D,
        US,
        "c6g.medium",
        3,
        "steady",
        130,
        "models",
        "data-science",
        "dev",
        extra=_member("workers"),
        strict=True,
    ),
    Group(
        "stage-api",
        S,
        US,
        "m6a.large",
        3,
        "office",
        42,
        "storefront",
        "web",
        S,
        extra=_member("stage-api"),
        strict=True,
    ),
)
CREDITS: Mapping[str, float] = {"chat": 29.8}
"""vCPU-hours a day above what a machine of the group earns."""
MEMORY: Mapping[str, float] = {"quotes": 30.0, "ratings": 84.0, "checkout": 71.0}
"""Per cent of memory in use, by group, where the CloudWatch agent reports it; a little more at times."""


@dataclass(frozen=True)
class ScalingRow:
    """An Auto Scaling group over the machines of the same name."""

    name: str
    account: str
    region: str
    smallest: int
    largest: int
    team: str
    environment: str
    age: int


SCALING: tuple[ScalingRow, ...] = (
    ScalingRow("faq", P, US, 4, 8, "web", P, 140),
    ScalingRow("workers", D, US, 3, 6, "data-science", "dev", 130),
    ScalingRow("stage-api", S, US, 1, 6, "web", S, 42),
)

FUNCTIONS: tuple[FunctionRow, ...] = (
    FunctionRow("old-webhook", P, US, "python3.11", 128, 0, 0),
    FunctionRow("audit-sweep", P, US, "python3.12", 256, 0.14, 2.0),
)
FUNCTION_MEMORY: Mapping[str, float] = {"lake-compact": 34.0, "thumbnail": 83.0}
"""Per cent of its memory that a function uses, where Lambda Insights reports it."""
FAILING: Mapping[str, float] = {"stock-sync": 0.18, "order-events": 0.04}
"""Share of its invocations that fail; of the others one in five hundred."""


@dataclass(frozen=True)
class EndpointRow:
    """A SageMaker endpoint: `calls` a day."""

    name: str
    account: str
    region: str
    instance_type: str
    count: int
    calls: float
    age: int


ENDPOINTS: tuple[EndpointRow, ...] = (
    EndpointRow("churn-model", D, US, "ml.m5.large", 1, 0, 190),
    EndpointRow("search-ranking", D, US, "ml.m5.large", 1, 52_000, 190),
)
