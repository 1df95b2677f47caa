"""How fast storage is, as a volume and a database are given it: operations and throughput, where the type lets one set them."""

from collections.abc import Mapping

from core.actions.field import Field, Given, Sort
from core.errors import Invalid
from core.inventory import Resource

SETTABLE: Mapping[str, frozenset[str]] = {
    "gp3": frozenset({"iops", "throughput"}),
    "io1": frozenset({"iops"}),
    "io2": frozenset({"iops"}),
}
"""By type of storage, what may be set."""


def check(given: Given, key: str) -> None:
    """Raise `Invalid` where a speed is none, or the type (the parameter `key`) has none to set."""
    kind = str(given.get(key))
    for name in ("iops", "throughput"):
        value = given.get(name)
        if value is None:
            continue
        if name not in SETTABLE.get(kind, ()):
            message = f"{kind} storage has no {name} to set."
            raise Invalid(message)
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            message = f"{name} is a whole number above zero; {value!r} is not."
            raise Invalid(message)


def fields(key: str) -> tuple[Field, Field]:
    """Both as a person is asked for them, once the type is chosen as the parameter `key`; as they are now while that stays."""

    def settable(name: str, given: Given) -> bool:
        return name in SETTABLE.get(str(given.get(key)), ())

    def now(it: Resource, given: Given, name: str) -> object:
        return getattr(it, name, None) if given.get(key) == getattr(it, key, "") else None

    return (
        Field(
            name="iops",
            title="IOPS",
            sort=Sort.NUMBER,
            hint="Left out: what the type has without paying for more.",
            applies=lambda _it, given: settable("iops", given),
            now=lambda it, given: now(it, given, "iops"),
            optional=True,
        ),
        Field(
            name="throughput",
            title="Throughput",
            sort=Sort.NUMBER,
            unit="MiB/s",
            applies=lambda _it, given: settable("throughput", given),
            now=lambda it, given: now(it, given, "throughput"),
            optional=True,
        ),
    )
