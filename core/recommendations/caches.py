"""What rules on ElastiCache share: nodes of one replication group belong together."""

from collections.abc import Iterator

from core.inventory import Cache
from core.recommendations.facts import Facts


def group_of(cache: Cache, facts: Facts) -> Iterator[Cache]:
    """The cache and, in a replication group, its other nodes: a replica stands by for the primary."""
    yield cache
    if cache.group is not None:
        place = (cache.account_id, cache.region, cache.group)
        for other in facts.fleet.all(Cache):
            if (other.account_id, other.region, other.group) == place and other.id != cache.id:
                yield other
