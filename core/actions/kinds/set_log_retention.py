"""Let CloudWatch delete the events of a log group after some days, or keep them for ever."""

import shlex
from collections.abc import Mapping

from core.actions.field import Field
from core.actions.kind import Call, Declaration, Do, Next, Parameters, Sight, done, failed
from core.actions.model import Action, ActionKind
from core.errors import Invalid
from core.inventory import Kind, LogGroup, Resource
from core.prices import InstanceType

FOR_EVER = 0
DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545),
    *(731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""What CloudWatch takes."""


def _check(given: Parameters) -> None:
    days = given.get("days")
    if isinstance(days, bool) or days not in (FOR_EVER, *DAYS):
        message = f"CloudWatch keeps logs for {', '.join(map(str, DAYS))} days, or for ever (0); {days!r} is none of these."
        raise Invalid(message)


def _words(days: object) -> str:
    return "for ever" if days in {None, FOR_EVER} else f"for {days} days"


def _is_so(group: LogGroup, given: Parameters) -> bool:
    return (group.retention_days or FOR_EVER) == given["days"]


def _unsuitable(resource: Resource, given: Parameters, _types: Mapping[str, InstanceType]) -> str | None:
    if isinstance(resource, LogGroup) and _is_so(resource, given):
        return f"{resource.short_id} keeps its events {_words(given['days'])} already."
    return None


def _next(action: Action, sight: Sight) -> Next:
    if not isinstance(sight.resource, LogGroup):
        return failed(f"{action.short_id} no longer exists.")
    if not _is_so(sight.resource, action.parameters):
        return Do(Call.SET_RETENTION)
    how = f"keeps its events {_words(action.parameters['days'])}"
    if action.begun:
        return done(f"{action.short_id} now {how}.")
    return done(f"{action.short_id} {how} already; nothing was done.")


def _undo(action: Action) -> tuple[ActionKind, dict[str, object]] | None:
    if "retention_days" not in (before := action.before or {}):
        return None
    return ActionKind.SET_LOG_RETENTION, {"days": before["retention_days"] or FOR_EVER}


def _calls(resource: Resource, given: Parameters) -> tuple[str, ...]:
    name = f"logGroupName={resource.short_id}"
    if given["days"] == FOR_EVER:
        return (f"logs:DeleteRetentionPolicy {name}",)
    return (f"logs:PutRetentionPolicy {name} retentionInDays={given['days']}",)


def _by_hand(resource: Resource, given: Parameters) -> tuple[str, ...]:
    it = f"--log-group-name {shlex.quote(resource.short_id)} --region {shlex.quote(resource.region)}"
    if given["days"] == FOR_EVER:
        return (f"aws logs delete-retention-policy {it}",)
    return (f"aws logs put-retention-policy {it} --retention-in-days {shlex.quote(str(given['days']))}",)


DECLARATION = Declaration(
    kind=ActionKind.SET_LOG_RETENTION,
    title="Set how long logs are kept",
    on=Kind.LOG_GROUP,
    permissions=("logs:DescribeLogGroups", "logs:PutRetentionPolicy", "logs:DeleteRetentionPolicy"),
    parameters=frozenset({"days"}),
    asks=(
        Field(
            name="days",
            title="Keep events",
            choices=lambda _it, _known: (*DAYS, FOR_EVER),
            say=lambda days, _known: _words(days),
            now=lambda it, _given: getattr(it, "retention_days", None) or FOR_EVER,
        ),
    ),
    check=_check,
    unsuitable=_unsuitable,
    calls=_calls,
    by_hand=_by_hand,
    terraform=lambda given: f"aws_cloudwatch_log_group: retention_in_days = {given['days']}",
    reversal=lambda it: (
        f"Undo keeps new events {_words(getattr(it, 'retention_days', None))} again; "
        "older events that CloudWatch has deleted by then do not come back."
    ),
    undo=_undo,
    next=_next,
    sends=(Call.SET_RETENTION,),
)
