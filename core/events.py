"""Every event the product records. A new one is a line here; its data's fields are its documentation."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Event:
    """Something that happened to `aggregate` (such as `action:<id>`). `data` holds JSON values only."""

    type: str
    aggregate: str
    data: Mapping[str, object] = field(default_factory=dict)
    schema_version: int = 1


EVENT_TYPES: Mapping[str, str] = {
    "BillsIngested": "A billing month of a source was replaced: source, month, rows, totals, difference to the version before.",
    "BillsRefused": "Files of a bill were not taken in, or not all of them: what, message.",
    "InventoryCollected": "An account's inventory was collected: account_id, resources, gaps.",
    "MetricsCollected": "Hourly metrics were pulled: account_id, series, calls.",
    "RecommendationsEvaluated": "Rules were evaluated: open, saving.",
    "FindingJudged": "Somebody dismissed, snoozed or reopened a finding: rule, resource_id, state.",
    "FindingFollowed": "A finding was evaluated again after its fix had ended: rule, resource_id, found.",
    "SavingTold": "Something done elsewhere to save was noted: resource_id, lever, promised.",
    "SavingsProven": "Savings were held against the bill and some proven for the first time: findings.",
    "FindingAssigned": "A finding was given to somebody to see to, or to nobody: rule, resource_id, owner.",
    "RuleTuned": "A rule's threshold was set for the organisation: rule, option, value.",
    "ExclusionMade": "Something is to be left alone by rules: rule, what, until.",
    "ExclusionEnded": "An exclusion was taken back: rule, what, until.",
    "ActionRequested": "An action entered the queue, or waits for approval: kind, resource_id, origin, state.",
    "ActionStarted": "The worker began an action: kind, resource_id.",
    "ActionSettled": "An action ended: kind, resource_id, state, outcome.",
    "ActionApproved": "A second person let an action pass that waited for it: kind, resource_id.",
    "ActionRejected": "A second person said no to an action: kind, resource_id.",
    "ActionsBatched": "Fixes of many findings were asked for at once: asked.",
    "BatchStopped": "What had not begun of a batch was withdrawn: cancelled.",
    "ActionCancelled": "An action was withdrawn before it began: kind, resource_id; unanswered where nobody approved it in time.",
    "ScheduleSaved": "A schedule was made or changed: name, version.",
    "ScheduleDeleted": "A schedule was deleted: name.",
    "ScheduleAttached": "A schedule was attached: selector, mode, manual (how what is done by hand is respected).",
    "ScheduleAttachmentChanged": "How a schedule is attached was changed: mode, manual.",
    "CalendarSaved": "A calendar of days off was made or changed: name, version, days.",
    "CalendarDeleted": "A calendar of days off was deleted: name.",
    "ScheduleDetached": "A schedule was detached: selector.",
    "OverrideMade": "A resource is to be kept on or off for a while: resource_id, state, from, until.",
    "OverrideEnded": "An override was ended before its time: resource_id, state, until.",
    "AlertSaved": "A threshold was set on a metric: metric, resource_id.",
    "AlertDeleted": "A threshold was removed: metric, resource_id.",
    "AlertFiring": "A threshold was crossed for long enough: metric, resource_id, value.",
    "AlertRecovered": "A metric came back inside its threshold: metric, resource_id, value.",
    "UnitSaved": "A daily metric and the cost it shares were named: name, filters.",
    "UnitDeleted": "A daily metric was deleted with all its days: name.",
    "UnitSamplesKept": "Days of a daily metric were sent or read: name, days, first, last.",
    "BudgetSaved": "A budget was made or changed: name, version, amount, currency, every.",
    "BudgetDeleted": "A budget was deleted: name.",
    "BudgetBreached": "More was spent than a budget allows, once a period: name, period, planned, burn, currency, day.",
    "BudgetAtRisk": "A budget is expected to be passed, once a period: name, period, planned, expected, currency, day.",
    "VirtualTagSaved": "A virtual tag was saved, or brought back after it was deleted: name, effective_from, rules.",
    "VirtualTagDeleted": "A virtual tag was deleted, with its shared costs: name.",
    "SharedCostSaved": "A shared cost was saved, or brought back after it was deleted: tag, name, effective_from, method.",
    "SharedCostDeleted": "A shared cost was deleted: tag, name.",
    "InvoiceTyped": "What an invoice or console says of a month was typed in: month, whose, of, cost, currency, amount.",
    "InvoiceRemoved": "Such an amount was taken away: month, whose, of, cost, currency, amount.",
    "ViewSaved": "A view of a screen was kept, renamed, shared or brought back: name, page, shared.",
    "ViewDeleted": "A kept view was deleted: name, page.",
    "AccountAdded": "An AWS account was connected: account_id, name.",
    "AccountChanged": "A connection was changed: account_id, what.",
    "UserSignedUp": "Somebody signed up: email, status.",
    "UserSignedIn": "Somebody signed in: device.",
    "UserSignedOut": "Somebody signed out.",
    "UserChanged": "A user's roles, scope or status changed: what.",
    "NoticesChosen": "Somebody chose where they are told of what: what.",
    "PasswordChanged": "A user changed the password; other sign-ins ended.",
    "ClockMoved": "The demo's clock was moved: seconds.",
}
