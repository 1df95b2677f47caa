"""Every rule asked about every resource of its kind: findings, and how far each rule could see."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from core import dates
from core.inventory import EMR_TAG, Kind, Resource
from core.money import ZERO
from core.recommendations.facts import ALL_PROMISED, Facts
from core.recommendations.finding import Answer, Finding, Undetermined, UnknownFact
from core.recommendations.rule import Rule
from core.recommendations.tuning import AS_SHIPPED, Tuning
from core.savings import Cost, MoneyFrom


@dataclass(frozen=True)
class Found:
    """A rule's finding on a resource."""

    rule: Rule
    resource: Resource
    finding: Finding

    @property
    def key(self) -> tuple[str, str]:
        """What identifies it: rule and resource."""
        return self.rule.id, self.resource.id


@dataclass
class Coverage:
    """One rule in one account: how many findings, how many ok, and why it could not tell (reason to count)."""

    found: int = 0
    ok: int = 0
    undetermined: Counter[str] = field(default_factory=Counter)
    excluded: int = 0


@dataclass(frozen=True)
class Evaluation:
    """All answers of one evaluation. `unsure`: why it could not be told, by rule and resource id."""

    found: tuple[Found, ...]
    unsure: Mapping[tuple[str, str], str]
    coverage: Mapping[tuple[str, str], Coverage]
    """By rule id and account id."""


def evaluate(
    rules: Iterable[Rule],
    resources: Iterable[Resource],
    facts: Facts,
    tuning: Tuning = AS_SHIPPED,
) -> Evaluation:
    """Ask each rule about each resource of its kind, with the options that people set, and none about what they excluded.

    A resource whose tags forbid us to touch it is left in peace by every rule.
    """
    by_kind: dict[Kind, list[Resource]] = {}
    for resource in resources:
        by_kind.setdefault(resource.kind, []).append(resource)
    found: list[Found] = []
    unsure: dict[tuple[str, str], str] = {}
    coverage: dict[tuple[str, str], Coverage] = {}
    for rule in rules:
        options = {**rule.defaults, **tuning.options.get(rule.id, {})}
        own = facts.with_options(options, rule.days(options))
        left_alone = tuning.of(rule.id)
        for resource in by_kind.get(rule.kind, ()):
            seen = coverage.setdefault((rule.id, resource.account_id), Coverage())
            if left_alone.excluded(rule.id, resource) is not None:
                seen.excluded += 1
                continue
            answer = ask(rule, resource, own)
            if isinstance(answer, Finding):
                found.append(Found(rule, resource, answer))
                seen.found += 1
            elif isinstance(answer, Undetermined):
                unsure[rule.id, resource.id] = answer.reason
                seen.undetermined[answer.reason] += 1
            else:
                seen.ok += 1
    return Evaluation(tuple(found), unsure, coverage)


def ask(rule: Rule, resource: Resource, facts: Facts) -> Answer:
    """One rule's answer on one resource; a fact that is not known makes it undetermined.

    Nodes of an EMR cluster are judged with it: it alone may end them.
    """
    if resource.protected or EMR_TAG in resource.tags:
        return None
    try:
        answer = rule.judge(resource, facts)
    except UnknownFact as unknown:
        return Undetermined(unknown.message)
    return _as_of_now(answer, resource, facts) if isinstance(answer, Finding) and facts.changed else answer


def _as_of_now(finding: Finding, resource: Resource, facts: Facts) -> Finding | Undetermined:
    """Money of what was changed since the bill is marked as scaled, or not known until the bill shows the change."""
    touched = facts.changed.keys() & {resource.id, *finding.claims}
    if not touched:
        return finding
    if finding.cost.source is MoneyFrom.LIST:
        spent = resource.id in facts.changed and facts.bill.get(resource.id, ZERO) <= ZERO
        return Undetermined(ALL_PROMISED) if spent else finding
    if touched & facts.unpriced:
        return Undetermined("What it costs since it was changed is known once the bill shows the change.")
    day = max(facts.changed[each] for each in touched).date()
    return replace(
        finding,
        cost=Cost(finding.cost.monthly, MoneyFrom.SCALED),
        because=f"{finding.because} Its cost is what the change of {dates.day(day)} leaves: the bill does not show it yet.",
    )
