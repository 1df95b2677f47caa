"""What something was seen to need of each thing that types differ in, hour by hour, to try it on other types."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf

import numpy as np

from core.prices import InstanceType
from core.recommendations.finding import Undetermined
from core.recommendations.usage import Matrix, Series

MBIT = 8 / 1_000_000
"""Bytes to Mbit."""
ENOUGH = 0.5
"""Share of the hours with a sample of CPU that another dimension must have samples in to be known."""
CPU, MEMORY, NETWORK = "CPU", "memory", "network"
BANDWIDTH, OPERATIONS = "disk bandwidth", "disk operations"
LIMITS: dict[str, Callable[[InstanceType], float | None]] = {
    CPU: lambda has: has.vcpu,
    MEMORY: lambda has: has.memory_mib,
    NETWORK: lambda has: has.network_mbps,
    BANDWIDTH: lambda has: has.ebs_mbps,
    OPERATIONS: lambda has: has.ebs_iops,
}
"""How much a type has of each: vCPUs, MiB, Mbit/s, Mbit/s, operations a second."""
UNITS = {
    CPU: "vCPU",
    MEMORY: "MiB",
    NETWORK: "Mbit/s",
    BANDWIDTH: "Mbit/s",
    OPERATIONS: "operations a second",
}


@dataclass(frozen=True)
class Dimension:
    """What was asked of one thing, each hour, in its unit. `asked` None: not measured, so as much as there is now is needed.

    At `percentile` of the hours it must leave `free` (0 to 1) of a type untouched; 100 is the highest hour.
    """

    name: str
    asked: Series | None
    now: float | None
    """What the present type has."""
    percentile: float
    free: float

    @cached_property
    def needed(self) -> float:
        """How much a type must have, in the same unit."""
        if self.asked is None:
            return inf if self.now is None else self.now
        return self.asked.at(self.percentile) / (1 - self.free)

    def lacking(self, then: InstanceType) -> bool:
        """Whether a type has too little of it, as far as AWS says how much it has."""
        has = LIMITS[self.name](then)
        return has is None or has < self.needed


@dataclass(frozen=True)
class Demand:
    """All dimensions of one machine, the one that rules out most first."""

    dimensions: Sequence[Dimension]

    @property
    def known(self) -> Sequence[str]:
        """What was measured."""
        return [each.name for each in self.dimensions if each.asked is not None]

    @property
    def unknown(self) -> Sequence[str]:
        """What was not, so that no type with less of it is proposed."""
        return [each.name for each in self.dimensions if each.asked is None]

    def fits(self, then: InstanceType) -> bool:
        """Whether a type has enough of everything."""
        return not any(each.lacking(then) for each in self.dimensions)

    def fits_what_is_known(self, then: InstanceType) -> bool:
        """Whether it has enough of everything that was measured."""
        return not any(each.asked is not None and each.lacking(then) for each in self.dimensions)

    def lacks(self, then: InstanceType) -> Sequence[str]:
        """What a type has too little of."""
        return [each.name for each in self.dimensions if each.lacking(then)]

    def missed(self, then: InstanceType) -> float:
        """Share of the hours with samples, 0 to 1, in which a type would have been too small in any dimension that is known."""
        asked = [(each.name, each.asked.values) for each in self.dimensions if each.asked is not None]
        sampled = np.any([~np.isnan(values) for _, values in asked], axis=0)
        limits = {name: LIMITS[name](then) for name, _ in asked}
        short = np.any([values > (limits[name] or inf) for name, values in asked], axis=0)
        return float(np.count_nonzero(short)) / max(1, int(np.count_nonzero(sampled)))

    def find(self, name: str) -> Dimension:
        """One of the dimensions, which it must have."""
        return next(each for each in self.dimensions if each.name == name)

    def metrics(self, then: InstanceType, names: Iterable[str]) -> list[dict[str, object]]:
        """Dimensions that were measured beside the most that a type would take of each, as evidence tells it."""
        return [
            {
                "metric": each.name,
                "mean": each.asked.mean,
                "maximum": each.asked.highest,
                "unit": UNITS[each.name],
                "threshold": (LIMITS[each.name](then) or 0) * (1 - each.free),
            }
            for each in self.dimensions
            if each.name in names and each.asked is not None
        ]


def where_sampled(values: Matrix | None, least: int) -> Series | None:
    """A dimension's hours; None where fewer than `least` of them have a sample, or the metric was never collected."""
    series = None if values is None else Series(values)
    return series if series is not None and series.hours >= max(1, least) else None


def ruled_out(reasons: Iterable[Sequence[str]]) -> dict[str, int]:
    """How many types each thing alone would have ruled out, the commonest first: one type may lack several."""
    return dict(Counter(reason for each in reasons for reason in each).most_common())


def in_words(counts: dict[str, int]) -> str:
    """`CPU (90), memory (30)`: by what types were ruled out."""
    return ", ".join(f"{name} ({count})" for name, count in counts.items())


def listed(names: Sequence[str]) -> str:
    """`CPU, memory and network`."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def judged_by(need: Demand) -> str:
    """`CPU and memory (not known, so kept as it is: network)`."""
    unknown = f" (not known, so kept as it is: {listed(need.unknown)})" if need.unknown else ""
    return listed(need.known) + unknown


def unless_known(need: Demand, what: str) -> Undetermined:
    """Nothing smaller fits only because too little is known. `what`: what there are smaller ones of."""
    return Undetermined(
        f"A smaller {what} would fit what was measured, but not known is: {listed(need.unknown)}."
    )
