"""Which lever a fix pulls: what decides whether two findings on one resource exclude each other or act together."""

from enum import StrEnum


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


ORDER = tuple(Lever)
