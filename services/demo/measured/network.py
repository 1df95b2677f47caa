"""Load balancers, NAT gateways and endpoints: what passes through them, as much as they are billed for."""

from collections.abc import Callable

import numpy as np

from core.inventory import Kind
from core.periods import midnight
from services.demo.life import Lived
from services.demo.measured.series import Series
from services.demo.shapes import STEP, Moment, Samples
from services.demo.usage import DAY, epoch

GB = 1 << 30
REQUESTS_PER_UNIT, FLOWS_PER_UNIT = 40_000, 100_000
"""In a capacity unit's hour, of an application and of a network load balancer."""
OUT = 0.35
"""Of what passes through a NAT gateway, this share goes out; the rest comes in."""


def _flowing(life: Lived, at: Moment, item: str) -> Samples:
    """Units of a flow in five minutes: most of them in the afternoon."""
    units = np.zeros(len(at.index))
    by_day = 1 + 0.7 * np.cos((at.hour - 14) / 24 * 2 * np.pi)
    for flow in life.flows:
        if flow.item != item:
            continue
        part = flow.per_day * STEP / DAY * by_day * (0.9 + 0.2 * at.noise())
        part *= np.where(at.workday, 1.0, flow.weekend) * (1 + flow.growth * np.maximum(at.age, 0))
        for day, factor in flow.bursts.items():
            part = np.where(at.index * STEP // DAY == epoch(midnight(day)) // DAY, part * factor, part)
        units += part
    return units


def _times(item: str, factor: float) -> Callable[[Lived, Moment], Samples]:
    return lambda life, at: np.floor(_flowing(life, at, item) * factor)


def _connections(life: Lived, at: Moment) -> Samples:
    return np.floor(np.sqrt(_flowing(life, at, "nat:gb") * 4000))


SERIES = (
    Series(
        Kind.LOAD_BALANCER,
        "AWS/ApplicationELB",
        "RequestCount",
        total=True,
        sample=_times("alb:lcu", REQUESTS_PER_UNIT),
    ),
    Series(
        Kind.LOAD_BALANCER,
        "AWS/NetworkELB",
        "NewFlowCount",
        total=True,
        sample=_times("nlb:lcu", FLOWS_PER_UNIT),
    ),
    Series(
        Kind.NAT_GATEWAY,
        "AWS/NATGateway",
        "BytesOutToDestination",
        total=True,
        sample=_times("nat:gb", OUT * GB),
    ),
    Series(
        Kind.NAT_GATEWAY,
        "AWS/NATGateway",
        "BytesInFromDestination",
        total=True,
        sample=_times("nat:gb", (1 - OUT) * GB),
    ),
    Series(Kind.NAT_GATEWAY, "AWS/NATGateway", "ActiveConnectionCount", total=False, sample=_connections),
    Series(
        Kind.ENDPOINT, "AWS/PrivateLinkEndpoints", "BytesProcessed", total=True, sample=_times("vpce:gb", GB)
    ),
)
