"""Which snapshots are somebody's: made by a service that deletes them again, or behind an image."""

from core.inventory import Image, Kind, Snapshot
from core.recommendations.facts import Facts


def held(snapshot: Snapshot, facts: Facts) -> bool:
    """Whether a backup service looks after it, or an image of ours is made of it. Raises `UnknownFact` unless all images were seen."""
    if snapshot.made_by is not None:
        return True
    facts.seen_whole(snapshot, Kind.IMAGE)
    return bool(facts.fleet.having(snapshot, Image, "snapshot_ids", snapshot.short_id))
