"""Which metrics the rules miss, of how many resources, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.inventory import Kind

_GRANT = "give the account's role cloudwatch:GetMetricData, or wait for the next pull (Connections says how it went)"


@dataclass(frozen=True)
class Wanted:
    """A metric that rules ask of every resource of a kind that is on, and what makes it known."""

    kind: Kind
    metric: str
    what: str
    remedy: str
    on: str
    """The state in which a resource reports it; empty: whatever its state."""


WANTED = (
    Wanted(Kind.INSTANCE, "cpu", "CPU", _GRANT, "running"),
    Wanted(
        Kind.INSTANCE,
        "memory",
        "memory",
        "install the CloudWatch agent and let it send mem_used_percent by InstanceId alone; without it no smaller memory is proposed",
        "running",
    ),
    Wanted(Kind.INSTANCE, "network_in", "network traffic", _GRANT, "running"),
    Wanted(Kind.VOLUME, "read_ops", "disk traffic", _GRANT, "in-use"),
    Wanted(Kind.DATABASE, "cpu", "CPU", _GRANT, "available"),
    Wanted(Kind.FUNCTION, "memory", "memory", "turn on Lambda Insights for the others", ""),
    Wanted(
        Kind.CACHE,
        "memory",
        "memory",
        f"Memcached reports none; for Redis OSS and Valkey {_GRANT}",
        "available",
    ),
)


@dataclass(frozen=True)
class Measured:
    """How many resources of a kind that are on have a metric, of all that should."""

    kind: Kind
    metric: str
    known: int
    total: int
    sentence: str
    """In words, with the remedy where some are missing."""


def measured(
    known: Mapping[tuple[Kind, str], int], there: Mapping[tuple[Kind, str], int]
) -> tuple[Measured, ...]:
    """By (kind, metric) how many have samples, and by (kind, state) how many there are; those that miss most come first."""
    found = []
    for each in WANTED:
        total = sum(
            count for (kind, state), count in there.items() if kind is each.kind and each.on in {"", state}
        )
        if total:
            have = min(total, known.get((each.kind, each.metric), 0))
            found.append(Measured(each.kind, each.metric, have, total, _sentence(each, have, total)))
    return tuple(sorted(found, key=lambda one: one.known - one.total))


def _sentence(wanted: Wanted, known: int, total: int) -> str:
    things = f"{wanted.kind.noun}{'' if total == 1 else 's'}"
    words = f"{wanted.what[0].upper()}{wanted.what[1:]} known for {known:,} of {total:,} {things}"
    return f"{words}." if known == total else f"{words}; {wanted.remedy}."
