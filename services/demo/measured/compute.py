"""Instances: CPU and network, memory where an agent reports it, credits that burstable ones were charged for."""

import numpy as np

from core.inventory import Instance, Kind
from services.demo import estate_compute as estate
from services.demo.life import Lived
from services.demo.measured.series import Series, level, load
from services.demo.shapes import Moment, Samples, network

_RUNS = ("ec2:",)


def _traffic(life: Lived, at: Moment, share: float) -> Samples:
    return network(life.shape or "steady", load(life, at), at, share)


def _memory(life: Lived, at: Moment) -> Samples:
    return level(estate.MEMORY.get(life.group), at)


def _surplus(life: Lived, at: Moment) -> Samples:
    """Credits, sixty a vCPU-hour; only burstable machines report any."""
    burstable = isinstance(life.resource, Instance) and life.resource.type.startswith("t")
    hours = sum(flow.per_day for flow in life.flows if flow.item.startswith("cpu-credits:"))
    return np.full(len(at.index), hours * 60 / 288 if burstable else np.nan)


SERIES = (
    Series(Kind.INSTANCE, "AWS/EC2", "CPUUtilization", total=False, sample=load, runs=_RUNS),
    Series(
        Kind.INSTANCE,
        "AWS/EC2",
        "NetworkIn",
        total=True,
        sample=lambda life, at: _traffic(life, at, 1.0),
        runs=_RUNS,
    ),
    Series(
        Kind.INSTANCE,
        "AWS/EC2",
        "NetworkOut",
        total=True,
        sample=lambda life, at: _traffic(life, at, 0.7),
        runs=_RUNS,
    ),
    Series(Kind.INSTANCE, "CWAgent", "mem_used_percent", total=False, sample=_memory, runs=_RUNS),
    Series(Kind.INSTANCE, "AWS/EC2", "CPUSurplusCreditsCharged", total=True, sample=_surplus, runs=_RUNS),
)
