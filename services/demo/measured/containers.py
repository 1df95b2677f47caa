"""Services of containers: CPU and memory of what their tasks ask for."""

from collections.abc import Mapping

import numpy as np

from core.inventory import ContainerService, Kind
from services.demo.estate_containers import SERVICES
from services.demo.life import Lived
from services.demo.measured.series import Series, level, load
from services.demo.shapes import STEP, Index, Moment, Samples
from services.demo.usage import epoch

_RUNS = ("fargate:",)
_HELD: Mapping[str, float] = {row.name: row.held for row in SERVICES}


def _memory(life: Lived, at: Moment) -> Samples:
    return level(_HELD.get(life.group), at)


def _tasks(life: Lived, index: Index) -> Samples:
    """How many run, by what the vCPUs that are paid for make of one."""
    one = life.resource.cpu if isinstance(life.resource, ContainerService) else None
    running = np.zeros(len(index))
    for each in (each for each in life.charges if each.item.startswith("fargate:vcpu")):
        there = (index * STEP >= epoch(each.start)) & (index * STEP < epoch(each.end))
        running += there * each.amount * 1024 / (one or 1024)
    return running


SERIES = (
    Series(
        Kind.CONTAINER_SERVICE,
        "AWS/ECS",
        "CPUUtilization",
        total=False,
        sample=load,
        runs=_RUNS,
        reporting=_tasks,
    ),
    Series(Kind.CONTAINER_SERVICE, "AWS/ECS", "MemoryUtilization", total=False, sample=_memory, runs=_RUNS),
)
