"""What a kind of action asks of a person: its parameters, each with a title, what may be chosen and how it stands now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.inventory import Resource
from core.prices import InstanceType, PriceBook

Given = Mapping[str, object]


class Sort(StrEnum):
    """How a parameter is asked for: one of a list, a whole number, or yes or no."""

    CHOICE = "choice"
    NUMBER = "number"
    FLAG = "flag"


@dataclass(frozen=True)
class Known:
    """What choices are made from: instance types by name, and list prices."""

    types: Mapping[str, InstanceType]
    prices: PriceBook


def _none(_resource: Resource, _known: Known) -> Sequence[object]:
    return ()


def _as_it_is(value: object, _known: Known) -> str:
    return str(value)


def _nothing(_resource: Resource, _given: Given) -> object:
    return None


def _always(_resource: Resource, _given: Given) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Field:
    """A parameter that a person sets. `given` is what was set before it.

    `choices` are the values to choose from and `say` their words; `now` is what it is for the resource at present, None where it has
    none; `applies` whether it is asked for at all. Optional: it may be left out. `least` is the smallest number.
    """

    name: str
    title: str
    sort: Sort = Sort.CHOICE
    unit: str = ""
    hint: str = ""
    choices: Callable[[Resource, Known], Sequence[object]] = _none
    say: Callable[[object, Known], str] = _as_it_is
    now: Callable[[Resource, Given], object] = _nothing
    applies: Callable[[Resource, Given], bool] = _always
    optional: bool = False
    least: int = 1


def power(known: InstanceType | None) -> str:
    """A type's processors and memory in words; empty where it is not known."""
    return f"{known.vcpu} vCPU, {known.memory_mib / 1024:,.4g} GiB" if known else ""


def named(name: str, known: InstanceType | None) -> str:
    """A type and what it has."""
    return f"{name}: {power(known)}" if known else name


def by_family(names: Sequence[str], current: str, types: Mapping[str, InstanceType]) -> list[str]:
    """Types in the order people look through them: the current one's family first, each family by size."""
    family = current.rpartition(".")[0]

    def place(name: str) -> tuple[bool, str, int, int, str]:
        known = types.get(name.removeprefix("db."))
        size = (known.vcpu, known.memory_mib) if known else (0, 0)
        return name.rpartition(".")[0] != family, name.rpartition(".")[0], *size, name

    return sorted(names, key=place)


def smaller_first(names: Sequence[str], current: str, types: Mapping[str, InstanceType]) -> list[str]:
    """The same, but that the next smaller one of the family, what one mostly wants, stands first."""
    ordered = by_family(names, current, types)
    now = types.get(current.removeprefix("db."))
    below = [
        name
        for name in ordered
        if name.rpartition(".")[0] == current.rpartition(".")[0]
        and now is not None
        and (known := types.get(name.removeprefix("db."))) is not None
        and known.memory_mib < now.memory_mib
    ]
    return below[-1:] + [name for name in ordered if name not in below[-1:]]
