"""What happened lately, told in a sentence each: the part of the audit log that everybody may read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from core import dates
from core.audit import AuditRow
from core.recommendations.catalog import catalog

Data = Mapping[str, object]


@dataclass(frozen=True)
class Activity:
    """Something that happened: a sentence, who did it, why, and to what. `type` is the event's name."""

    at: datetime
    type: str
    actor: str
    text: str
    subject: str
    reason: str


def _of(data: Data) -> str:
    return str(data.get("resource_id", "")).rsplit("/", 1)[-1]


def _day(said: object) -> str:
    """A day of an event as people read it."""
    return dates.day(date.fromisoformat(str(said)))


def _month(said: object) -> str:
    """The same of a month, `2026-11` or its first day."""
    return dates.month(date.fromisoformat(f"{str(said)[:7]}-01"))


def _kind(data: Data) -> str:
    return str(data.get("kind", "action")).replace("_", " ")


def _rule(data: Data) -> str:
    """What a rule is called, also one that is no longer shipped."""
    name = str(data.get("rule", ""))
    known = catalog().get(name)
    return known.title if known else name.replace("_", " ")


_TOLD: Mapping[str, Callable[[Data], str]] = {
    "ActionRequested": lambda data: f"{_kind(data).capitalize()} {_of(data)} was asked for",
    "ActionSettled": lambda data: (
        str(data.get("outcome", "")) or f"{_kind(data).capitalize()} {_of(data)} ended"
    ),
    "ActionApproved": lambda data: f"{_kind(data).capitalize()} {_of(data)} was approved",
    "ActionRejected": lambda data: f"{_kind(data).capitalize()} {_of(data)} was rejected",
    "ActionsBatched": lambda data: f"{data.get('asked', 'Many')} recommendations were applied at once",
    "BatchStopped": lambda data: f"The rest of a batch was stopped: {data.get('cancelled', 0)} withdrawn",
    "ActionCancelled": lambda data: f"{_kind(data).capitalize()} {_of(data)} was cancelled",
    "ScheduleSaved": lambda data: f"Schedule {data.get('name', '')} was saved",
    "ScheduleDeleted": lambda data: f"Schedule {data.get('name', '')} was deleted",
    "CalendarSaved": lambda data: f"Calendar {data.get('name', '')} was saved",
    "CalendarDeleted": lambda data: f"Calendar {data.get('name', '')} was deleted",
    "ScheduleAttached": lambda _: "A schedule was attached",
    "ScheduleDetached": lambda _: "A schedule was detached",
    "AlertFiring": lambda data: f"Alert on {_of(data)}: {data.get('detail', '')}",
    "AlertRecovered": lambda data: f"Alert on {_of(data)} has recovered: {data.get('detail', '')}",
    "FindingJudged": lambda data: f"“{_rule(data)}” on {_of(data)} was {data.get('state', 'judged')}",
    "FindingAssigned": lambda data: (
        f"“{_rule(data)}” on {_of(data)} was given to {data.get('owner') or 'nobody'}"
    ),
    "FindingFollowed": lambda data: (
        f"“{_rule(data)}” on {_of(data)} was evaluated again: {'it is found still' if data.get('found') else 'it is found no more'}"
    ),
    "SavingTold": lambda data: f"Something done elsewhere to {_of(data)} was noted",
    "RuleTuned": lambda data: (
        f"The rule “{_rule(data)}” was set: {str(data.get('option', '')).replace('_', ' ')}"
    ),
    "ExclusionMade": lambda data: f"Left alone from now on: {data.get('what', '')}",
    "ExclusionEnded": lambda data: f"Looked at again: {data.get('what', '')}",
    "BudgetSaved": lambda data: f"Budget {data.get('name', '')} was saved",
    "BudgetDeleted": lambda data: f"Budget {data.get('name', '')} was deleted",
    "BudgetBreached": lambda data: f"Budget {data.get('name', '')} is breached",
    "BudgetAtRisk": lambda data: (
        f"Budget {data.get('name', '')} is expected to be breached"
        + (f" on {_day(data['day'])}" if data.get("day") else "")
    ),
    "AccountAdded": lambda data: f"Account {data.get('name') or data.get('account_id', '')} was connected",
    "BillsIngested": lambda data: (
        f"The bill of {_month(data['month'])} was loaded" if data.get("month") else "A bill was loaded"
    ),
}
TOLD = frozenset(_TOLD)
"""Events that are told to everybody; sign-ins and the team's affairs are not."""


def tell(row: AuditRow) -> Activity:
    """The sentence for an audit row whose action is one of `TOLD`."""
    return Activity(row.at, row.action, row.actor, _TOLD[row.action](row.data), row.subject, row.reason)
