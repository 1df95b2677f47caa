"""How hard a volume is driven: operations and MiB a second, by the hour, from what CloudWatch counts of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from core.inventory import Volume
from core.recommendations.facts import Facts
from core.recommendations.finding import UnknownFact
from core.recommendations.usage import Series

SECONDS, MIB = 3600, 1 << 20
STEP = 100
"""IOPS are provisioned in steps of this: nobody wants 3,137."""


@dataclass(frozen=True)
class Speed:
    """Operations a second and MiB a second, each hour's average."""

    iops: Series
    mib: Series

    @property
    def words(self) -> str:
        """What was observed, to be put into a sentence."""
        return (
            f"in {self.iops.hours} hours with samples 99 of 100 stayed below "
            f"{self.iops.at(99):,.0f} IOPS and {self.mib.at(99):,.1f} MiB/s on average"
        )

    def metrics(self, iops: float | None = None, mib: float | None = None) -> list[Mapping[str, object]]:
        """Both as evidence, against the limits they were held to."""
        return [
            {
                "metric": name,
                "mean": series.mean,
                "p99": series.at(99),
                "maximum": series.highest,
                "unit": unit,
                "threshold": limit,
            }
            for name, series, unit, limit in (
                ("iops", self.iops, "operations a second", iops),
                ("throughput", self.mib, "MiB/s", mib),
            )
        ]


def observed(facts: Facts, volume: Volume, days: float) -> Speed:
    """How fast it was over the days looked at. Raises `UnknownFact` where fewer than nine hours of ten of `days` have samples."""
    reads, writes, read, written = (
        facts.watched(volume, metric, days).values
        for metric in ("read_ops", "write_ops", "read_bytes", "write_bytes")
    )
    return Speed(Series((reads + writes) / SECONDS), Series((read + written) / (SECONDS * MIB)))


def where_known(facts: Facts, volume: Volume, days: float) -> Speed | None:
    """The same; None where it is not known."""
    try:
        return observed(facts, volume, days)
    except UnknownFact:
        return None


def with_room(value: float, headroom: float, least: int, step: int = 1) -> int:
    """`value` and `headroom` per cent more, rounded up to whole steps; never under `least`."""
    return max(least, math.ceil(value * (1 + headroom / 100) / step) * step)
