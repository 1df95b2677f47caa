"""When something was in use: what its metrics say of each hour, for the kinds whose hours are measured and billed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.inventory import Kind

QUIET_CPU = 5.0
"""An hour whose average CPU (%) is above this is active."""
QUIET_PEAK = 20.0
"""An hour in which a task's CPU (%) peaks above this is active, however many others are quiet."""
QUIET_NETWORK = 10_000.0
"""An hour whose average traffic, in and out (bytes a second), is above this is active: agents and clocks chatter below it."""
_SECONDS = 3600
Hours = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Use:
    """The hourly metrics that tell of a kind's use, and how; `words` end "An hour is in use"."""

    metrics: tuple[str, ...]
    used: Callable[[Mapping[str, Hours]], Flags]
    words: str

    def observed(self, hours: Mapping[str, Hours]) -> tuple[Flags, Flags]:
        """Of each hour (NaN where nothing was reported), whether it ran, and whether it was in use."""
        return ~np.isnan(hours["cpu"]), self.used(hours)


def _worked(hours: Mapping[str, Hours]) -> Flags:
    traffic = hours["network_in"] + hours["network_out"]
    busy: Flags = (hours["cpu"] > QUIET_CPU) | (traffic > QUIET_NETWORK * _SECONDS)
    return busy


def _connected(hours: Mapping[str, Hours]) -> Flags:
    """Where connections are not reported, as of Neptune, its CPU tells."""
    silent = np.isnan(hours["connections"])
    used: Flags = (hours["connections"] > 0) | (silent & (hours["cpu"] > QUIET_CPU))
    return used


def _tasked(hours: Mapping[str, Hours]) -> Flags:
    busy: Flags = (hours["cpu"] > QUIET_CPU) | (hours["cpu_peak"] > QUIET_PEAK)
    return busy


_BY_CONNECTIONS = Use(("cpu", "connections"), _connected, "while somebody is connected")
TASKS = Use(
    ("cpu", "cpu_peak"),
    _tasked,
    f"above {QUIET_CPU:.0f}% CPU, or {QUIET_PEAK:.0f}% at its highest in any task",
)
"""Of an ECS service, while any task runs."""

GROUPS = Use(
    ("cpu", "network_in", "network_out"),
    _worked,
    f"above {QUIET_CPU:.0f}% CPU on average, or 10 kB a second of traffic of all its members together",
)
"""Of an Auto Scaling group or a node group, while any member runs."""

USES: Mapping[Kind, Use] = {
    Kind.INSTANCE: Use(
        ("cpu", "network_in", "network_out"), _worked, "above 5% CPU or 10 kB a second of traffic"
    ),
    Kind.DATABASE: _BY_CONNECTIONS,
    Kind.DATA_WAREHOUSE: _BY_CONNECTIONS,
    Kind.AUTOSCALING_GROUP: GROUPS,
    Kind.NODE_GROUP: GROUPS,
    Kind.CONTAINER_SERVICE: TASKS,
}
"""What can be replayed. Hours of groups, node groups and services are billed on the instances and tasks that come and go in them."""
