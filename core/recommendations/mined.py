"""Schedules that metrics already show: the on/off pattern of single resources, and of tags whose resources of a kind all share one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from core.inventory import Kind
from core.money import ZERO
from core.recommendations.finding import Risk
from core.savings import HOURS_PER_WEEK
from core.schedules.model import ScheduleDefinition
from core.schedules.selector import Selector

SURE, LIKELY = 0.9, 0.75
"""Shares of the week that must have gone as the schedule says."""
FEWEST = 2
"""Resources that a tag needs, to be suggested rather than each by itself."""
Tag = tuple[str, str]
Tags = Mapping[str, Mapping[str, str]]
"""By resource."""


@dataclass(frozen=True)
class Pattern:
    """What one resource's metrics show. `saving` is US dollars a month, as is `cost`, None where that is unknown.

    Of each hour of the week (Monday 00:00 UTC first), `inside` says whether it belongs to the window, and `active` in which share
    of the weeks it was in use; None: unknown.
    """

    finding_id: UUID
    resource_id: str
    kind: Kind
    name: str
    definition: ScheduleDefinition
    title: str
    inside: Sequence[bool]
    active: Sequence[float | None]
    environment: str | None
    saving: Decimal
    risk: Risk
    """Of the rule that found it."""
    cost: Decimal | None = None

    @property
    def confidence(self) -> float:
        """The share of the week, 0 to 1, in which use went as the schedule says; hours never seen speak against it."""
        agreed = sum(
            share if inside else 1 - share
            for inside, share in zip(self.inside, self.active, strict=True)
            if share is not None
        )
        return agreed / HOURS_PER_WEEK

    @property
    def stray(self) -> float:
        """The share of the hours outside the window, 0 to 1, in which it was in use."""
        outside = [
            share
            for inside, share in zip(self.inside, self.active, strict=True)
            if share is not None and not inside
        ]
        return sum(outside) / len(outside) if outside else 0.0

    @property
    def hours_off(self) -> int:
        """Hours of a week that it would be off."""
        return sum(not inside for inside in self.inside)


@dataclass(frozen=True)
class Suggestion:
    """One schedule for a resource, or for all of its kind that carry a tag. `saving` is US dollars a month of all of them."""

    patterns: tuple[Pattern, ...]
    tag: Tag | None = None

    @property
    def definition(self) -> ScheduleDefinition:
        """What would be attached."""
        return self.patterns[0].definition

    @property
    def kind(self) -> Kind:
        """Of all of them."""
        return self.patterns[0].kind

    @property
    def selector(self) -> Selector:
        """To what."""
        if self.tag is not None:
            return Selector(tag=self.tag, kinds=(self.kind,))
        return Selector(resource_ids=(self.patterns[0].resource_id,))

    @property
    def saving(self) -> Decimal:
        """US dollars a month."""
        return sum((each.saving for each in self.patterns), ZERO)

    @property
    def confidence(self) -> float:
        """That of the one whose week agreed least, 0 to 1."""
        return min(each.confidence for each in self.patterns)

    @property
    def sure(self) -> str:
        """The confidence in a word."""
        return "high" if self.confidence >= SURE else "medium" if self.confidence >= LIKELY else "low"

    @property
    def risk(self) -> Risk:
        """Its rules', and medium at least where no tag names the environment or something was in use outside the window."""
        plain = all(each.environment and not each.stray for each in self.patterns)
        return max(
            (Risk.LOW if plain else Risk.MEDIUM, *(each.risk for each in self.patterns)), key=list(Risk).index
        )

    @property
    def because(self) -> str:
        """What the risk is, in words."""
        stray = max(each.stray for each in self.patterns)
        used = (
            f"in use in {stray * 100:.1f}% of the hours it would be off"
            if stray
            else "never in use in the hours it would be off"
        )
        named = all(each.environment for each in self.patterns)
        return used if named else f"{used}; no tag says that it is not production"


def suggestions(patterns: Sequence[Pattern], tags: Mapping[Kind, Tags]) -> tuple[Suggestion, ...]:
    """One for each tag whose resources of a kind all show the same pattern, widest first, then one for each left; most saved first.

    `tags` are those of everything there is, so that a tag which reaches further is never suggested.
    """
    kinds = sorted({each.kind for each in patterns})
    found = [one for kind in kinds for one in _of_kind(kind, patterns, tags.get(kind, {}))]
    return tuple(sorted(found, key=lambda each: (-each.saving, each.patterns[0].resource_id)))


def _of_kind(kind: Kind, patterns: Sequence[Pattern], tags: Tags) -> Sequence[Suggestion]:
    carriers: defaultdict[Tag, set[str]] = defaultdict(set)
    for resource_id, carried in tags.items():
        for tag in carried.items():
            carriers[tag].add(resource_id)
    left = {each.resource_id: each for each in patterns if each.kind is kind}
    found: list[Suggestion] = []
    for tag, members in sorted(carriers.items(), key=lambda each: (-len(each[1]), each[0])):
        shown = [left[name] for name in sorted(members) if name in left]
        alike = len({each.title for each in shown}) == 1 and all(
            each.definition == shown[0].definition for each in shown
        )
        if len(shown) == len(members) >= FEWEST and alike and tag[0].strip():
            found.append(Suggestion(tuple(shown), tag))
            for each in shown:
                del left[each.resource_id]
    return [*found, *(Suggestion((each,)) for each in left.values())]
