"""Schedules that metrics already show, from what the worker found: listed, and attached in one click."""

from collections.abc import Mapping, Sequence

from core.access.roles import Permission, User
from core.actions import approval
from core.actions.model import Action, ActionKind, Origin
from core.errors import Conflict, Refused
from core.inventory import Kind
from core.money import total
from core.recommendations.catalog import catalog
from core.recommendations.finding import StoredFinding
from core.recommendations.mined import Pattern, Suggestion, suggestions
from core.recommendations.selection import FindingFilter
from core.recommendations.shapes import OfficeHours
from core.savings import HOURS_PER_WEEK
from core.schedules.attachment import Mode
from core.schedules.model import ScheduleDefinition
from services.context import Context
from services.db.stores import findings, selected, stamps, switched
from services.usecases import recommendations, second_person
from services.usecases import schedules as attaching
from services.usecases.unchanged import unchanged

INSTEAD = "Apply the recommendations of its resources instead; somebody else then approves them."
"""As recommendations the parts of a tag can wait for a second person, the tag cannot."""


def rules(kind: Kind | None = None) -> tuple[str, ...]:
    """The rules that propose a schedule; of one kind of resource, or of all."""
    proposing = (rule for rule in catalog().values() if rule.fix is ActionKind.ATTACH_SCHEDULE)
    return tuple(rule.id for rule in proposing if kind is None or rule.kind is kind)


def listing(ctx: Context, user: User) -> tuple[Suggestion, ...]:
    """What could be attached, of what the user sees that no schedule switches yet; most saved first."""
    user.require(Permission.VIEW_SCHEDULES)
    user.require(Permission.VIEW_RECOMMENDATIONS)
    accounts = None if user.accounts is None else tuple(sorted(user.accounts))
    with ctx.read() as db:
        stamp, now = stamps.of_mined(db, user.organisation_id)

        def mined() -> tuple[Suggestion, ...]:
            wanted = FindingFilter(rules=rules())
            rows = findings.matching(db, user.organisation_id, accounts, wanted, now, evidence=True)
            open_ones = [each for each in rows if not each.unknown]
            if not open_ones:
                return ()
            already = {one.resource_id for one in switched.selected(db, user.organisation_id, now)}
            tags = selected.tags(db, user.organisation_id, accounts)
            return suggestions(
                [_pattern(each) for each in open_ones if each.resource_id not in already], tags
            )

        return unchanged(ctx, stamp, mined, "mined", user.organisation_id, accounts, rows=len)


def foretold(ctx: Context, user: User, suggestion: Suggestion) -> str:
    """What to say before it is attached where a second person must agree; else empty. A tag's is refused then. Asks nothing."""
    user.require(Permission.ACT)
    limit, why = ctx.settings.approval_above, _why(ctx, user, suggestion)
    if why is None or limit is None:
        return ""
    if suggestion.tag is None:
        return approval.beforehand([why], 1, limit)
    by_tag = "A second person must agree, and what is attached by tag is not kept waiting for one"
    return f"{by_tag}: {why.removeprefix(approval.WAITS)} {INSTEAD}"


def attach(ctx: Context, user: User, suggestion: Suggestion, reason: str) -> Action | None:
    """Attach it: a tag's as a schedule by tag, a single resource's as its recommendation is applied. Raises as these do.

    Answers the action that waits where a second person must agree.
    """
    user.require(Permission.EDIT_SCHEDULES)
    user.require(Permission.ACT)
    first = suggestion.patterns[0]
    if suggestion.tag is None:
        applied = recommendations.apply(ctx, user, first.finding_id, reason)
        if isinstance(applied, Action):
            return applied
    else:
        if why := _why(ctx, user, suggestion):
            message = f"It would have to wait: {why}"
            raise Refused(message, mend=INSTEAD)
        attaching.attach_new(
            ctx, user, first.title, suggestion.definition, suggestion.selector, Mode.APPLY, reason
        )
        for pattern in suggestion.patterns:
            _promised(ctx, user, pattern, reason)
    return None


def _why(ctx: Context, user: User, suggestion: Suggestion) -> str | None:
    """Why a second person must agree; None: nobody must. A tag's goes by what all of it saves, and by each as it would alone."""
    saving = total(pattern.saving for pattern in suggestion.patterns)
    stakes = [(pattern.saving, pattern.cost) for pattern in suggestion.patterns]
    if suggestion.tag is not None:
        stakes = [(saving, None), *stakes]
    whys = (
        second_person.needed(ctx, user, ActionKind.ATTACH_SCHEDULE, Origin.RECOMMENDATION, saves, cost)
        for saves, cost in stakes
    )
    return next((why for why in whys if why is not None), None)


def _promised(ctx: Context, user: User, pattern: Pattern, reason: str) -> None:
    """The finding behind a pattern is applied with it, and enters the ledger; one that somebody judged meanwhile stays as it is."""
    try:
        recommendations.done_by_hand(ctx, user, pattern.finding_id, reason)
    except Conflict:
        return


def _pattern(finding: StoredFinding) -> Pattern:
    fix, evidence = finding.fix_parameters, finding.evidence
    window, active, environment = (evidence.get(name) for name in ("window", "active", "environment"))
    inside = _inside(window) if isinstance(window, Mapping) else [True] * HOURS_PER_WEEK
    return Pattern(
        finding_id=finding.id,
        resource_id=finding.resource_id,
        kind=finding.resource_kind,
        name=finding.resource_name or finding.resource_id,
        definition=ScheduleDefinition.from_json(fix.get("definition")),
        title=str(fix.get("name", "Office hours")),
        inside=inside,
        active=active if isinstance(active, list) else [None] * HOURS_PER_WEEK,
        environment=str(environment) if environment else None,
        saving=finding.saving,
        risk=finding.risk,
        cost=finding.cost,
    )


def _inside(window: Mapping[str, object]) -> Sequence[bool]:
    days, begin, end = window.get("weekdays"), window.get("begin"), window.get("end")
    if not (isinstance(days, list) and isinstance(begin, int) and isinstance(end, int)):
        return [True] * HOURS_PER_WEEK
    return [bool(each) for each in OfficeHours(tuple(days), begin, end).mask()]
