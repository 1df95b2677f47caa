"""What people set of the rules: other thresholds, and what they are to leave alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from uuid import UUID

from core.errors import Invalid, NotFound
from core.inventory import Kind, Resource
from core.recommendations.neighbours import LOOKED_UP
from core.recommendations.profiles import DAYS
from core.recommendations.rule import Option, Rule

LARGEST = 1e9
MOST_DAYS = 90
"""Days of samples that rules may look at: every metric of everything is read for so long."""


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """What rules leave alone: every part that is set must fit. `rule` empty: every rule; `until` None: for ever."""

    id: UUID
    rule: str = ""
    resource_id: str = ""
    tag: tuple[str, str] | None = None
    """A key and its value; an empty value: whatever it is."""
    account_id: str = ""
    reason: str
    by: str
    at: datetime
    until: datetime | None = None

    def covers(self, rule_id: str, resource: Resource) -> bool:
        """Whether this rule is to leave this resource alone."""
        if (self.rule and self.rule != rule_id) or (self.resource_id and self.resource_id != resource.id):
            return False
        if self.account_id and self.account_id != resource.account_id:
            return False
        if self.tag is None:
            return True
        key, value = self.tag
        return key in resource.tags and (not value or resource.tags[key] == value)

    def holds(self, now: datetime) -> bool:
        """Whether it is still in force."""
        return self.until is None or self.until > now

    def in_words(self) -> str:
        """What is left alone, without the rule: `everything tagged team=web in 111122223333`."""
        what = self.resource_id or "everything"
        tagged = (
            "" if self.tag is None else f" tagged {self.tag[0]}" + (f"={self.tag[1]}" if self.tag[1] else "")
        )
        return what + tagged + (f" in {self.account_id}" if self.account_id else "")


@dataclass(frozen=True)
class Tuning:
    """Options by rule id and name where they are not the defaults, and exclusions."""

    options: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    exclusions: Sequence[Exclusion] = ()

    def excluded(self, rule_id: str, resource: Resource) -> Exclusion | None:
        """The exclusion by which this rule leaves the resource alone, if there is one."""
        return next((each for each in self.exclusions if each.covers(rule_id, resource)), None)

    def days(self, rules: Iterable[Rule]) -> Mapping[Kind, int]:
        """By kind, the most days of samples that any rule which may look at it is to be shown, as far as they are read.

        At least those of a rule as shipped. A kind by itself: fifty thousand instances are not read for ninety days because a rule on warehouses looks back so far.
        """
        found = dict.fromkeys(Kind, DAYS)
        for rule in rules:
            wanted = min(MOST_DAYS, rule.days({**rule.defaults, **self.options.get(rule.id, {})}))
            for kind in {rule.kind, *LOOKED_UP.get(rule.kind, ())}:
                found[kind] = max(found[kind], wanted)
        return found

    def of(self, rule_id: str) -> "Tuning":
        """The same with only those exclusions that may touch one rule: most rules have none, and then nothing is looked up."""
        return Tuning(self.options, [each for each in self.exclusions if each.rule in {"", rule_id}])


AS_SHIPPED = Tuning()


def option_of(rule: Rule, name: str) -> Option:
    """One of a rule's options. Raises `NotFound`."""
    for option in rule.options:
        if option.name == name:
            return option
    names = ", ".join(option.name for option in rule.options) or "none"
    message = f"The rule {rule.id} has no option {name}."
    raise NotFound(message, mend=f"It has: {names}.")


def checked(option: Option, value: float) -> float:
    """A value for an option. Raises `Invalid` for what cannot be one: negative, endless, more than 100%."""
    if not isfinite(value) or not 0 <= value <= LARGEST:
        message = f"{option.name} is a number of {option.unit}, from zero up."
        raise Invalid(message)
    if option.lookback and not 1 <= value <= MOST_DAYS:
        message = f"{option.name} is from 1 to {MOST_DAYS}: so many days of samples are looked at."
        raise Invalid(message)
    if option.unit == "%" and value > 100:  # noqa: PLR2004  per cent
        message = f"{option.name} is a share of a hundred per cent."
        raise Invalid(message)
    return value


def demand_something(exclusion: Exclusion) -> None:
    """Raise `Invalid` for an exclusion of everything from every rule: that is switching the product off."""
    if not any((exclusion.rule, exclusion.resource_id, exclusion.tag, exclusion.account_id)):
        raise Invalid("Say what is to be left alone: a rule, a resource, a tag or an account.")


def in_force(exclusions: Iterable[Exclusion], now: datetime) -> tuple[Exclusion, ...]:
    """Those that still hold."""
    return tuple(each for each in exclusions if each.holds(now))
