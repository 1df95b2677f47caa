"""What the tests of rules on machines and functions share: builders, real prices, samples made to measure."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from core.inventory import AutoScalingGroup, Function, Kind, ModelEndpoint, Resource
from core.recommendations.facts import Facts
from core.recommendations.finding import Answer, Finding
from core.recommendations.fleet import Fleet
from core.recommendations.profiles import DAYS
from core.recommendations.usage import Usage
from services import pricebook
from tests.builders import ACCOUNT, LONG_AGO, REGION
from tests.known import NOW, facts, hours

SILENT = hours(np.nan)


def a_function(name: str = "mailer", **given: object) -> Function:
    """A Python function of 1,024 MiB on x86, first seen long ago."""
    return Function(
        **{
            "id": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}",
            "account_id": ACCOUNT,
            "region": REGION,
            "name": name,
            "state": "Active",
            "runtime": "python3.12",
            "memory_mib": 1024,
            "code_bytes": 5_000_000,
            **given,
        }
    )


def a_group(name: str = "web", **given: object) -> AutoScalingGroup:
    """A group of four instances, `i-1` to `i-4`, at its minimum, on demand only."""
    return AutoScalingGroup(
        **{
            "id": f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:1-2:autoScalingGroupName/{name}",
            "account_id": ACCOUNT,
            "region": REGION,
            "name": name,
            "state": "active",
            "created_at": LONG_AGO,
            "smallest": 4,
            "largest": 8,
            "desired": 4,
            "instance_ids": ("i-1", "i-2", "i-3", "i-4"),
            "instance_type": "m5.large",
            "spot_allowed": False,
            **given,
        }
    )


def an_endpoint(name: str = "churn", **given: object) -> ModelEndpoint:
    """An endpoint on one ml.m5.large."""
    return ModelEndpoint(
        **{
            "id": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/{name}",
            "account_id": ACCOUNT,
            "region": REGION,
            "name": name,
            "state": "InService",
            "created_at": LONG_AGO,
            "instance_type": "ml.m5.large",
            "instance_count": 1,
            "variant": "AllTraffic",
            **given,
        }
    )


def usage(**of: Mapping[str, NDArray[np.float32]]) -> Usage:
    """Samples by metric, then by resource id; a row of `SILENT` was asked for and empty."""
    return Usage(
        {metric: [([name], row[np.newaxis]) for name, row in rows.items()] for metric, rows in of.items()},
        DAYS,
    )


def knowing(*fleet: Resource, **given: object) -> Facts:
    """Real prices and types, and everything in the fleet seen whole and watched for long."""
    everywhere = frozenset((ACCOUNT, REGION, kind) for kind in Kind)
    return facts(
        **{
            "prices": pricebook.book(),
            "types": pricebook.instance_types(),
            "fleet": Fleet(fleet),
            "whole": everywhere,
            "first_seen": {each.id: NOW - timedelta(days=90) for each in fleet},
            **given,
        }
    )


def found(answer: Answer) -> Finding:
    """The finding, which it must be; its saving never above what it and what it claims from cost."""
    assert isinstance(answer, Finding), answer
    assert Decimal(0) < answer.saving <= answer.cost.monthly + sum(answer.claims.values(), Decimal(0))
    assert answer.because.endswith(".")
    return answer
