"""What an EC2 instance was seen to need: CPU, memory, network, and what it moves to and from its volumes."""

from dataclasses import dataclass

import numpy as np

from core.inventory import Instance, Volume
from core.prices import InstanceType
from core.recommendations.facts import Facts
from core.recommendations.finding import UnknownFact
from core.recommendations.sizing import (
    BANDWIDTH,
    CPU,
    ENOUGH,
    MBIT,
    MEMORY,
    NETWORK,
    OPERATIONS,
    Demand,
    Dimension,
    where_sampled,
)
from core.recommendations.usage import Matrix, Series

SECONDS = 3600


@dataclass(frozen=True)
class MachineDemand(Demand):
    """The same with CPU and memory as CloudWatch tells them: in per cent of the present type."""

    cpu: float
    """At the percentile asked for."""
    mean: float
    """Of CPU."""
    highest: float
    memory: float | None
    """In its highest hour; None: not known."""
    hours: int
    burst: float
    """vCPUs that a burstable type must have for its average load, so that its credits suffice."""
    resolution: str

    def suits(self, then: InstanceType) -> bool:
        """Whether a type has enough of everything, a burstable one credits too."""
        return (not then.burstable or then.vcpu >= self.burst) and self.fits(then)


def demand(instance: Instance, now: InstanceType, facts: Facts) -> MachineDemand:
    """What it needs by its samples. Raises `UnknownFact` where CPU or network were not watched.

    CPU by the highest sample of each hour where it was collected, else by hourly averages, which hide short bursts.
    """
    mean = facts.watched(instance, "cpu", facts.option("days"))
    peak = facts.usage.find(instance.id, "cpu_peak")
    load = mean if peak is None or peak.hours < mean.hours else peak
    into, out = (facts.usage.find(instance.id, name) for name in ("network_in", "network_out"))
    if into is None or out is None:
        raise UnknownFact("Its network traffic is not known.")
    least = int(mean.hours * ENOUGH)
    used = facts.usage.find(instance.id, "memory")
    memory = None if used is None else where_sampled(used.values, least)
    operations, moved = _disks(instance, facts)
    percentile, free = facts.option("percentile"), facts.option("headroom") / 100
    gib = None if memory is None else Series(memory.values * (now.memory_mib / 100))
    traffic = Series((into.values + out.values) * (MBIT / SECONDS))
    return MachineDemand(
        dimensions=(
            Dimension(CPU, Series(load.values * (now.vcpu / 100)), now.vcpu, percentile, free),
            Dimension(MEMORY, gib, now.memory_mib, 100, facts.option("memory_headroom") / 100),
            Dimension(NETWORK, traffic, now.network_mbps, percentile, free),
            Dimension(BANDWIDTH, where_sampled(moved, least), now.ebs_mbps, percentile, free),
            Dimension(OPERATIONS, where_sampled(operations, least), now.ebs_iops, percentile, free),
        ),
        cpu=load.at(percentile),
        mean=mean.mean,
        highest=load.highest,
        memory=None if memory is None else memory.highest,
        hours=load.hours,
        burst=now.vcpu * mean.mean / max(facts.option("burstable"), 0.1),
        resolution="hourly highest samples" if load is peak else "hourly averages",
    )


def _disks(instance: Instance, facts: Facts) -> tuple[Matrix | None, Matrix | None]:
    """Operations a second and Mbit/s of all its volumes together; None where not all of them were seen and sampled."""
    found: list[Matrix] = []
    for short_id in instance.volume_ids:
        volume = facts.fleet.beside(instance, Volume, short_id)
        for metric in ("read_ops", "write_ops", "read_bytes", "write_bytes"):
            series = None if volume is None else facts.usage.find(volume.id, metric)
            if series is None:
                return None, None
            found.append(series.values)
    if not found:
        return None, None
    together = np.add.reduce(np.asarray(found).reshape(-1, 4, found[0].size), axis=0)
    return (together[0] + together[1]) / SECONDS, (together[2] + together[3]) * (MBIT / SECONDS)
