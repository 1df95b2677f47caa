"""Which findings to act on together: those on one resource exclude each other, so their savings never add up twice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.actions.model import ActionKind
from core.money import ZERO, total
from core.recommendations.finding import StoredFinding

_TAKEN_FIRST: Mapping[ActionKind, int] = {
    ActionKind.DELETE_VOLUME: 0,
    ActionKind.RELEASE_ADDRESS: 0,
    ActionKind.STOP_INSTANCE: 1,
    ActionKind.ATTACH_SCHEDULE: 2,
    ActionKind.RESIZE_INSTANCE: 3,
    ActionKind.MODIFY_VOLUME: 4,
}
"""What is gone needs no schedule, what is scheduled saves more than what is resized; the order people would act in."""


@dataclass(frozen=True)
class Choice:
    """A finding taken into the plan, and the USD a month it counts for: never more than the resource costs."""

    finding: StoredFinding
    counts: Decimal


@dataclass(frozen=True)
class Plan:
    """What to do, and what else could be done instead. `total_saving` and `cost` are US dollars a month."""

    total_saving: Decimal
    chosen: tuple[Choice, ...]
    alternatives: tuple[StoredFinding, ...]
    """Findings that a chosen one on the same resource excludes: their savings are no part of the total."""


def plan(findings: Iterable[StoredFinding]) -> Plan:
    """One finding a resource: deletion before stopping, before a schedule, before a change; the larger saving among equals."""
    by_resource: dict[str, list[StoredFinding]] = {}
    for finding in findings:
        by_resource.setdefault(finding.resource_id, []).append(finding)
    chosen: list[Choice] = []
    alternatives: list[StoredFinding] = []
    for together in by_resource.values():
        first, *rest = sorted(together, key=_order)
        chosen.append(Choice(first, _counted(first)))
        alternatives.extend(rest)
    chosen.sort(key=lambda choice: (-choice.counts, choice.finding.rule, choice.finding.resource_id))
    alternatives.sort(key=lambda finding: (-finding.saving, finding.rule, finding.resource_id))
    return Plan(total(choice.counts for choice in chosen), tuple(chosen), tuple(alternatives))


def _order(finding: StoredFinding) -> tuple[int, Decimal, str]:
    return _TAKEN_FIRST.get(finding.fix, len(_TAKEN_FIRST)), -finding.saving, finding.rule


def _counted(finding: StoredFinding) -> Decimal:
    return max(ZERO, finding.saving if finding.cost is None else min(finding.saving, finding.cost))
