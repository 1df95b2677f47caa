"""Sizes that Fargate sells, and what a task of one costs an hour."""

from collections.abc import Iterator
from decimal import Decimal

from core.inventory import ContainerService
from core.recommendations.facts import Facts

MIB, VCPU = 1024, 1024
"""MiB in a GB of memory, and CPU units in a vCPU, as Fargate bills them."""
_GB: dict[int, tuple[int, ...]] = {
    512: tuple(range(1, 5)),
    1024: tuple(range(2, 9)),
    2048: tuple(range(4, 17)),
    4096: tuple(range(8, 31)),
    8192: tuple(range(16, 61, 4)),
    16384: tuple(range(32, 121, 8)),
}
"""By CPU units the GB of memory that go with them (Amazon ECS Developer Guide, "Task size")."""


def sizes() -> Iterator[tuple[int, int]]:
    """CPU units and MiB of memory of every size."""
    yield from ((256, mib) for mib in (512, 1024, 2048))
    yield from ((cpu, gb * MIB) for cpu, of_it in _GB.items() for gb in of_it)


def hourly(facts: Facts, service: ContainerService, cpu: int, memory_mib: int) -> Decimal:
    """USD an hour of one task at list price, Linux on demand. Raises `UnknownFact` where no price is known."""
    arm = "-arm" if service.architecture == "arm64" else ""
    vcpu, gb = (facts.price(service.region, f"fargate:{what}{arm}") for what in ("vcpu", "gb"))
    return vcpu * cpu / VCPU + gb * memory_mib / MIB
