"""Which lever a fix pulls: what decides whether two findings on one resource exclude each other or act together."""

from enum import StrEnum


class Part(StrEnum):
    """What of a resource's cost a lever acts on, where that is not all of it: a database that is off still pays for its storage."""

    RUNNING = "running"
    SURCHARGE = "surcharge"
    STORAGE = "storage"

    @property
    def words(self) -> str:
        """As people read it."""
        return _WORDS[self]


_WORDS = {
    Part.RUNNING: "cost of running it",
    Part.SURCHARGE: "surcharge",
    Part.STORAGE: "cost of its storage",
}


class Lever(StrEnum):
    """In the order people act in: what is gone needs no schedule, and commitments are bought for what remains.

    After REMOVE nothing of the resource is left to save on. Each other lever is pulled once at most: a resource has one schedule,
    one size, one version, one kind of storage. Different ones act one after the other, each on what the one before it left.
    """

    REMOVE = "remove"
    SCHEDULE = "schedule"
    SIZE = "size"
    VERSION = "version"
    STORAGE = "storage"
    TRAFFIC = "traffic"
    COMMITMENT = "commitment"

    @property
    def part(self) -> Part | None:
        """The part it acts on, where a finding says that it acts on a part; None: always on all."""
        return _PARTS.get(self)


_PARTS = {
    Lever.SCHEDULE: Part.RUNNING,
    Lever.SIZE: Part.RUNNING,
    Lever.COMMITMENT: Part.RUNNING,
    Lever.VERSION: Part.SURCHARGE,
    Lever.STORAGE: Part.STORAGE,
}
ORDER = tuple(Lever)
