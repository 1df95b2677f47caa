"""Virtual tags and shared costs: what they say of a bill line, as checked values and as kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from core.costs import filters as written_filters
from core.costs.scope import Dimension, Filter, Match
from core.errors import Invalid
from core.money import exact
from core.periods import Period

LONGEST_NAME = 100
LONGEST_VALUE = 200
MOST_RULES = 200
MOST_FILTERS = 20
MOST_TARGETS = 500


@dataclass(frozen=True)
class Rule:
    """Lines that pass all `filters` (none: every line) get `value`, or their own value of the dimension `of`.

    A line that has no value of `of` is left to the next rule.
    """

    filters: tuple[Filter, ...]
    value: str | None = None
    of: Dimension | None = None

    def __post_init__(self) -> None:
        """Refuse a rule that says no value, or two."""
        object.__setattr__(self, "value", (self.value or "").strip() or None)
        if (self.value is None) == (self.of is None):
            raise Invalid("A rule gives its lines either one value, or their own value of a dimension.")
        _check_value(self.value or "")
        _check_filters(self.filters)
        if self.of is not None and self.of.virtual:
            raise _virtual(self.of)

    @property
    def looks_at(self) -> tuple[Dimension, ...]:
        """What it needs to know of a line."""
        filters = tuple(each.dimension for each in self.filters)
        return filters if self.of is None else (*filters, self.of)


@dataclass(frozen=True)
class VirtualTag:
    """A tag of our own making: the first rule that takes a line says its value. Before `effective_from` no line has one."""

    name: str
    rules: tuple[Rule, ...]
    effective_from: date

    def __post_init__(self) -> None:
        """Refuse one without a name or without rules."""
        object.__setattr__(self, "name", _named(self.name))
        if not 0 < len(self.rules) <= MOST_RULES:
            message = f"A virtual tag has one rule at least and {MOST_RULES} at most."
            raise Invalid(message)


class Method(StrEnum):
    """How a shared cost is split among values."""

    EVEN = "even"
    PROPORTIONAL = "proportional"
    """By what each value cost directly in the month; a value that cost nothing, or less, takes no part."""
    FIXED = "fixed"
    METRIC = "metric"


@dataclass(frozen=True, order=True)
class Target:
    """A value that takes part in a shared cost: by a fixed `weight`, or by the month's total of a `metric`."""

    value: str
    weight: Decimal | None = None
    metric: str | None = None


@dataclass(frozen=True)
class SharedCost:
    """Lines that are nobody's alone. `tag` is the virtual tag whose values share them, `among` which of these; empty: all with cost in the month.

    A shared line has no value of its own. One that two shared costs take is the first's, by name.
    """

    tag: str
    name: str
    filters: tuple[Filter, ...]
    method: Method
    effective_from: date
    among: tuple[Target, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be split."""
        object.__setattr__(self, "name", _named(self.name))
        object.__setattr__(self, "among", tuple(sorted(self.among)))
        if not self.filters:
            raise Invalid("Say with one filter at least which lines are shared.")
        _check_filters(self.filters)
        if len(self.among) > MOST_TARGETS or len({each.value for each in self.among}) < len(self.among):
            message = f"Each value shares once, and {MOST_TARGETS} of them at most."
            raise Invalid(message)
        for each in self.among:
            _check_value(each.value)
            self._check(each)
        if self.method in {Method.FIXED, Method.METRIC} and not self.among:
            message = f"Split by {'weights' if self.method is Method.FIXED else 'a metric'}, a shared cost names each value."
            raise Invalid(message)

    def _check(self, each: Target) -> None:
        if not each.value.strip():
            raise Invalid("A value that shares cannot be empty.")
        weighed = each.weight is not None and each.weight.is_finite() and each.weight > 0
        if self.method is Method.FIXED and not weighed:
            message = f"The weight of {each.value} has to be above zero."
            raise Invalid(message, mend="Leave the value out if it takes no part.")
        if self.method is Method.METRIC and not each.metric:
            message = f"Say by which metric {each.value} shares."
            raise Invalid(message)


V = TypeVar("V", VirtualTag, SharedCost)


def _named(name: str) -> str:
    plain = " ".join(name.split())
    if not 0 < len(plain) <= LONGEST_NAME or not plain.isprintable() or "/" in plain:
        message = f"Give it a name of at most {LONGEST_NAME} characters, without a slash."
        raise Invalid(message)
    return plain


def _check_value(value: str) -> None:
    if len(value) > LONGEST_VALUE or not value.isprintable():
        message = f"A value has at most {LONGEST_VALUE} visible characters."
        raise Invalid(message)


def _check_filters(filters: tuple[Filter, ...]) -> None:
    if len(filters) > MOST_FILTERS:
        message = f"A rule has {MOST_FILTERS} filters at most."
        raise Invalid(message)
    for each in filters:
        if each.dimension.virtual:
            raise _virtual(each.dimension)


def _virtual(dimension: Dimension) -> Invalid:
    message = (
        f"The rules of a virtual tag look at the bill, not at another virtual tag ({dimension.virtual})."
    )
    return Invalid(message, mend="Write that tag's rules here, too.")


def resolved(dimension: Dimension, versions: Iterable[VirtualTag]) -> Dimension:
    """The dimension `virtual:<name>` with the rules it stands for, all versions of one virtual tag."""
    made = tuple(sorted(versions, key=lambda each: each.effective_from))
    over = dict.fromkeys(each for version in made for rule in version.rules for each in rule.looks_at)
    return replace(dimension, made=made, over=tuple(over))


def windows(versions: Iterable[V]) -> list[tuple[V, date | None]]:
    """Each version with the day before which it holds (None: to this day): that on which the next version of the same name begins."""
    ordered = sorted(versions, key=lambda each: (each.name, each.effective_from))
    return [
        (each, next((later.effective_from for later in ordered[place:] if later.name == each.name), None))
        for place, each in enumerate(ordered, start=1)
    ]


def shared_by(shared: Iterable[SharedCost], period: Period) -> list[SharedCost]:
    """The shared costs that hold on all days of a period, each once; of one that changes within it, none."""
    return [
        each
        for each, until in windows(shared)
        if each.effective_from <= period.start and (until is None or until >= period.end)
    ]


def apart(shared: Sequence[SharedCost], period: Period) -> tuple[Filter, ...] | None:
    """Filters that hold for just the lines of a period that no shared cost takes; None where filters cannot say so.

    They can where each shared cost holds on all days or none, and takes lines by values of one dimension.
    """
    found: list[Filter] = []
    whole = shared_by(shared, period)
    for each, until in windows(shared):
        if each not in whole:
            if each.effective_from < period.end and (until is None or until > period.start):
                return None
            continue
        if {(one.dimension, one.match) for one in each.filters} != {(each.filters[0].dimension, Match.IS)}:
            return None
        found += (replace(one, match=Match.IS_NOT) for one in each.filters)
    return tuple(dict.fromkeys(found))


def rules_to_json(rules: Iterable[Rule]) -> list[dict[str, object]]:
    """Rules as they are kept and sent: filters in their text form."""
    return [
        {
            "filters": _texts(rule.filters),
            **({"value": rule.value} if rule.of is None else {"of": rule.of.name}),
        }
        for rule in rules
    ]


def rule_of(texts: Iterable[str], value: str | None, of: str | None) -> Rule:
    """A rule from its text form. Raises `Invalid`."""
    dimension = written_filters.dimension(of) if of else None
    return Rule(written_filters.parse_all(texts), value, dimension)


def rules_from_json(said: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The rules that were kept."""
    return tuple(rule_of(each["filters"], each.get("value"), each.get("of")) for each in said)


def shared_to_json(shared: SharedCost) -> dict[str, object]:
    """What is kept of a shared cost besides its name, tag and date."""
    return {
        "filters": _texts(shared.filters),
        "method": shared.method.value,
        "among": [
            {
                "value": each.value,
                **({} if each.weight is None else {"weight": exact(each.weight)}),
                **({} if each.metric is None else {"metric": each.metric}),
            }
            for each in shared.among
        ],
    }


def shared_from_json(tag: str, name: str, effective_from: date, said: Mapping[str, Any]) -> SharedCost:
    """The shared cost that was kept."""
    return SharedCost(
        tag,
        name,
        written_filters.parse_all(said["filters"]),
        Method(said["method"]),
        effective_from,
        tuple(
            Target(each["value"], Decimal(each["weight"]) if "weight" in each else None, each.get("metric"))
            for each in said["among"]
        ),
    )


def _texts(filters: Iterable[Filter]) -> list[str]:
    return [written_filters.written(each) for each in filters]
