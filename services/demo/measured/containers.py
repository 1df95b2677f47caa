"""Services of containers: CPU and memory of what their tasks ask for."""

from collections.abc import Mapping

from core.inventory import Kind
from services.demo.estate_containers import SERVICES
from services.demo.life import Lived
from services.demo.measured.series import Series, level, load
from services.demo.shapes import Moment, Samples

_RUNS = ("fargate:",)
_HELD: Mapping[str, float] = {row.name: row.held for row in SERVICES}


def _memory(life: Lived, at: Moment) -> Samples:
    return level(_HELD.get(life.group), at)


SERIES = (
    Series(Kind.CONTAINER_SERVICE, "AWS/ECS", "CPUUtilization", total=False, sample=load, runs=_RUNS),
    Series(Kind.CONTAINER_SERVICE, "AWS/ECS", "MemoryUtilization", total=False, sample=_memory, runs=_RUNS),
)
