"""RDS starts a database again by itself once it has been stopped for seven days. That is nobody's wish."""

from datetime import datetime, timedelta

from core.inventory import Kind

AFTER = timedelta(days=7)
EARLY = timedelta(hours=1)
"""We may have seen it stopped this much later than it was."""

_KINDS = frozenset({Kind.DATABASE, Kind.DATABASE_CLUSTER})


def by_aws(kind: Kind, stopped_at: datetime, started_at: datetime) -> bool:
    """Whether a start is AWS's own: of a database that had been off, as far as we saw, for as long as AWS leaves it so."""
    return kind in _KINDS and started_at - stopped_at >= AFTER - EARLY
