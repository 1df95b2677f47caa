"""Which entries something that was done makes: one for the resource, one for each other whose cost it claims; for a group, one in all."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

from core.actions.model import Action, ActionKind
from core.costs.members import GROUPED
from core.ledger.entry import Entry
from core.money import ZERO, difference, total
from core.recommendations.finding import StoredFinding
from core.recommendations.lever import Lever

_LEVERS: Mapping[ActionKind, Lever] = {
    ActionKind.RESIZE_INSTANCE: Lever.SIZE,
    ActionKind.MODIFY_VOLUME: Lever.STORAGE,
    ActionKind.ATTACH_SCHEDULE: Lever.SCHEDULE,
}


_AIMS = ("instance_type", "instance_class", "storage_type", "type")
"""Parameters that say what a resource is changed to."""


def of_finding(
    finding: StoredFinding,
    title: str,
    at: datetime,
    by: str,
    action_id: UUID | None = None,
    promises: Decimal | None = None,
) -> tuple[Entry, ...]:
    """What applying a finding promises. The same finding applied again at another time is another entry.

    Of a group it is one entry with all of the saving: the instances that were its members then are others soon, and what the group
    replaces by another was not saved.

    `promises`: USD a month that it was asked for to save; None: all that the finding saves.
    """
    own = difference(finding.saving, total(finding.claims.values()))
    parts = {finding.resource_id: own, **finding.claims}
    if finding.resource_kind in GROUPED:
        parts = {finding.resource_id: finding.saving}
    if promises is not None and finding.saving > ZERO:
        parts = {name: usd * promises / finding.saving for name, usd in parts.items()}
    return tuple(
        Entry(
            id=uuid5(action_id or finding.id, f"{resource} {'' if action_id else at.isoformat()}"),
            rule=finding.rule,
            title=_aimed(title, finding.fix_parameters),
            lever=finding.lever,
            resource_id=resource,
            resource_name=finding.resource_name if resource == finding.resource_id else "",
            account_id=finding.account_id,
            region=finding.region,
            promised=promised,
            applied_at=at,
            applied_by=by,
            finding_id=finding.id,
            action_id=action_id,
        )
        for resource, promised in parts.items()
        if promised > ZERO
    )


def of_action(action: Action, title: str, at: datetime) -> tuple[Entry, ...]:
    """What an action that came from no finding promises; nothing where it promises nothing."""
    promised: Decimal = action.expected_saving or ZERO
    if promised <= ZERO:
        return ()
    return (
        Entry(
            id=uuid5(action.id, action.resource_id),
            rule="",
            title=_aimed(title, action.parameters),
            lever=_LEVERS.get(action.kind, Lever.REMOVE),
            resource_id=action.resource_id,
            resource_name="",
            account_id=action.account_id,
            region=action.region,
            promised=promised,
            applied_at=at,
            applied_by=action.requested_by,
            action_id=action.id,
        ),
    )


def _aimed(title: str, parameters: Mapping[str, object]) -> str:
    """The title with what the resource is changed to, such as `Resize instance, to m7g.large`."""
    aim = next((parameters[name] for name in _AIMS if parameters.get(name)), None)
    return title if aim is None else f"{title}, to {aim}"
