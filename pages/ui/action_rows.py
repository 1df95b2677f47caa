"""An action in words: what, on which thing, how it stands, who asked and why."""

from collections.abc import Mapping
from datetime import datetime

from core.actions.model import Action, ActionKind, Origin
from pages.ui import format as fmt
from pages.ui import states

VERBS: Mapping[ActionKind, str] = {
    ActionKind.START_INSTANCE: "Start",
    ActionKind.STOP_INSTANCE: "Stop",
    ActionKind.RESIZE_INSTANCE: "Resize",
    ActionKind.MODIFY_VOLUME: "Modify",
    ActionKind.DELETE_VOLUME: "Delete",
    ActionKind.RELEASE_ADDRESS: "Release",
    ActionKind.DELETE_SNAPSHOT: "Delete",
    ActionKind.SET_LOG_RETENTION: "Set log retention of",
    ActionKind.SET_BUCKET_LIFECYCLE: "Set lifecycle of",
    ActionKind.STOP_DATABASE: "Stop",
    ActionKind.START_DATABASE: "Start",
    ActionKind.MODIFY_DATABASE: "Change class of",
    ActionKind.MODIFY_DATABASE_STORAGE: "Change storage of",
    ActionKind.DELETE_LOAD_BALANCER: "Delete",
    ActionKind.DELETE_NAT_GATEWAY: "Delete",
    ActionKind.TERMINATE_INSTANCE: "Terminate",
    ActionKind.TERMINATE_EMR_CLUSTER: "Terminate",
    ActionKind.PAUSE_WAREHOUSE: "Pause",
    ActionKind.RESUME_WAREHOUSE: "Resume",
    ActionKind.STOP_DATABASE_CLUSTER: "Stop",
    ActionKind.START_DATABASE_CLUSTER: "Start",
    ActionKind.STOP_AUTOSCALING_GROUP: "Scale to nothing:",
    ActionKind.START_AUTOSCALING_GROUP: "Scale up again:",
    ActionKind.STOP_SERVICE: "Scale to nothing:",
    ActionKind.START_SERVICE: "Scale up again:",
    ActionKind.STOP_NODE_GROUP: "Scale to nothing:",
    ActionKind.START_NODE_GROUP: "Scale up again:",
    ActionKind.ATTACH_SCHEDULE: "Attach schedule to",
}
DOORS: Mapping[Origin, str] = {
    Origin.CLICK: "a click",
    Origin.SCHEDULE: "a schedule",
    Origin.API: "the API",
    Origin.RECOMMENDATION: "a recommendation",
    Origin.UNDO: "an undo",
}


def title(action: Action, names: Mapping[str, str]) -> str:
    """What it does to which thing: `Stop api-01`. `names` by resource id; its own id where none is known."""
    thing = names.get(action.resource_id) or action.short_id
    return f"{VERBS[action.kind]} {thing}"


def asker(action: Action) -> str:
    """Who asked: a person's e-mail, or what the product does by itself in words."""
    if not action.requested_by.startswith("system:"):
        return action.requested_by
    return f"Cloud Pioneer, by {DOORS[action.origin]}"


def outcome(action: Action, names: Mapping[str, str]) -> str:
    """What came of it, the thing by its name."""
    thing = names.get(action.resource_id)
    return action.outcome.replace(action.short_id, thing) if thing else action.outcome


def line(action: Action, names: Mapping[str, str], now: datetime) -> str:
    """One line of Markdown, escaped."""
    said = f"{fmt.ago(action.settled_at or action.requested_at, now)}, by {asker(action)}"
    return f"{states.state(action.state)} {fmt.plain(title(action, names))} :gray[{fmt.plain(said)}]"


def card(action: Action, names: Mapping[str, str], now: datetime) -> str:
    """The thing, how it stands, who asked, why, and what came of it: Markdown, escaped, one a line."""
    sent = f", {fmt.words(action.step)} sent {fmt.count(action.attempts, 'time')}"
    step = sent if action.open and action.begun else ""
    said = [
        ("Asked", f"{fmt.ago(action.requested_at, now)} by {asker(action)}"),
        ("Why", action.reason),
        ("Waits for" if action.open else "Outcome", action.waiting or outcome(action, names)),
    ]
    facts = [f":gray[{name}] {fmt.plain(text)}" for name, text in said if text]
    first = f"{states.state(action.state)} **{fmt.plain(title(action, names))}**{fmt.plain(step)}"
    return "  \n".join([first, *facts])
