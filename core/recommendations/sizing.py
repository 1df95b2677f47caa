"""What an instance was seen to need: CPU, memory and network over the days looked at, to try on other types."""

from dataclasses import dataclass
from math import ceil

from core.inventory import Instance
from core.prices import InstanceType
from core.recommendations.facts import Facts
from core.recommendations.finding import UnknownFact
from core.recommendations.usage import Series

_MBIT = 8 / 3600 / 1_000_000
"""Bytes in an hour to Mbit/s."""


@dataclass(frozen=True)
class Demand:
    """CPU and memory in % of the type it runs as, network in Mbit/s. `memory` None: not measured, so all of it is needed."""

    now: InstanceType
    load: Series
    cpu: float
    mean: float
    memory: float | None
    network: float
    vcpu: float
    """vCPUs that a type must have, the headroom included."""
    memory_mib: int
    """MiB that a type must have, the headroom included."""
    burst: float
    """vCPUs that a burstable type must have for its average load, so that its credits suffice."""
    resolution: str

    @property
    def hours(self) -> int:
        """Hours with a sample of its CPU."""
        return self.load.hours

    def fits(self, then: InstanceType) -> bool:
        """Whether a type has enough of everything that we know it needs."""
        enough = then.vcpu >= self.vcpu and then.memory_mib >= self.memory_mib
        return enough and (not then.burstable or then.vcpu >= self.burst)

    def missed(self, then: InstanceType) -> float:
        """Share of the samples, 0 to 1, that asked for more CPU than the whole of a type."""
        return self.load.above(100 * then.vcpu / self.now.vcpu)

    def metrics(self, facts: Facts, then: InstanceType) -> list[dict[str, object]]:
        """What was measured beside the most that a type would take, as evidence tells it."""
        cpu = (100 - facts.option("headroom")) * then.vcpu / self.now.vcpu
        memory = (100 - facts.option("memory_headroom")) * then.memory_mib / self.now.memory_mib
        told: list[dict[str, object]] = [
            {
                "metric": "cpu",
                "mean": self.mean,
                "maximum": self.load.highest,
                "unit": "%",
                "threshold": cpu,
                "says": f"fits a {then.name} below",
            },
            {
                "metric": "network",
                "maximum": self.network,
                "unit": "Mbit/s",
                "threshold": facts.option("network"),
            },
        ]
        if self.memory is not None:
            told.append({"metric": "memory", "maximum": self.memory, "unit": "%", "threshold": memory})
        return told


def demand(instance: Instance, now: InstanceType, facts: Facts) -> Demand:
    """What it needs by its samples. Raises `UnknownFact` where CPU or network were not watched.

    CPU by the highest sample of each hour where it was collected, else by hourly averages, which hide short bursts.
    """
    days = facts.option("days")
    mean = facts.watched(instance, "cpu", days)
    peak = facts.usage.find(instance.id, "cpu_peak")
    load = mean if peak is None or peak.hours < mean.hours else peak
    into, out = (facts.usage.find(instance.id, name) for name in ("network_in", "network_out"))
    if into is None or out is None:
        raise UnknownFact("Its network traffic is not known.")
    memory = facts.usage.find(instance.id, "memory")
    cpu = load.at(facts.option("percentile"))
    free = 1 - facts.option("headroom") / 100
    used = None if memory is None or memory.hours < mean.hours / 2 else memory.highest
    kept = (
        now.memory_mib
        if used is None
        else ceil(now.memory_mib * used / 100 / (1 - facts.option("memory_headroom") / 100))
    )
    return Demand(
        now=now,
        load=load,
        cpu=cpu,
        mean=mean.mean,
        memory=used,
        network=Series(into.values + out.values).highest * _MBIT,
        vcpu=now.vcpu * cpu / 100 / free,
        memory_mib=kept,
        burst=now.vcpu * mean.mean / max(facts.option("burstable"), 0.1),
        resolution="hourly highest samples" if load is peak else "hourly averages",
    )
