"""What an RDS instance was seen to need: CPU, memory, network, and what it moves to and from its storage."""

import numpy as np

from core.inventory import Database
from core.prices import InstanceType
from core.recommendations.facts import Facts
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
from core.recommendations.usage import Series

MIB = 1 << 20


def demand(database: Database, now: InstanceType, facts: Facts) -> Demand:
    """What it needs by its samples. Raises `UnknownFact` where CPU or free memory were not watched.

    Memory counts as taken where it is not free, caches too: MySQL's buffer pool grows to what it is given. Aurora's storage is reached
    over a network of its own, for which classes have no limit that is told.
    """
    days, percentile = facts.option("days"), facts.option("percentile")
    load = facts.watched(database, "cpu_peak", days)
    free = facts.watched(database, "free_memory", days)
    least, spare = int(load.hours * ENOUGH), 1 - facts.option("cpu") / 100

    def both(name: str, now_has: float | None, factor: float, *metrics: str) -> Dimension:
        found = [facts.usage.find(database.id, metric) for metric in metrics]
        rows = [each.values for each in found if each is not None]
        values = np.add.reduce(rows) * factor if len(rows) == len(metrics) else None
        return Dimension(name, where_sampled(values, least), now_has, percentile, spare)

    taken = Series(np.maximum(now.memory_mib - free.values / MIB, 0))
    dimensions = [
        Dimension(CPU, Series(load.values * (now.vcpu / 100)), now.vcpu, percentile, spare),
        Dimension(MEMORY, taken, now.memory_mib, 100, 1 - facts.option("memory") / 100),
        both(NETWORK, now.network_mbps, MBIT, "network_in", "network_out"),
    ]
    if not database.engine.startswith("aurora"):
        dimensions += [
            both(BANDWIDTH, now.ebs_mbps, MBIT, "read_throughput", "write_throughput"),
            both(OPERATIONS, now.ebs_iops, 1, "read_iops", "write_iops"),
        ]
    return Demand(dimensions)
