"""An action in words: what, on which thing, how it stands, who asked and why."""

from collections.abc import Mapping
from datetime import datetime

from core.actions.catalog import DECLARATIONS
from core.actions.model import Action
from pages.ui import format as fmt
from pages.ui import states


def title(action: Action) -> str:
    """What it does."""
    declared = DECLARATIONS.get(action.kind)
    return declared.title if declared else fmt.sentence(fmt.words(action.kind))


def line(action: Action, now: datetime) -> str:
    """One line of Markdown, escaped."""
    said = f"{fmt.ago(action.settled_at or action.requested_at, now)}, by {action.requested_by}"
    return f"{states.state(action.state)} {fmt.plain(title(action))} :gray[{fmt.plain(said)}]"


def card(action: Action, names: Mapping[str, str], now: datetime) -> str:
    """The thing, the reason, and what AWS said: Markdown, escaped."""
    thing = names.get(action.resource_id) or action.short_id
    asked = f"{action.requested_by}, {fmt.ago(action.requested_at, now)}: {action.reason}"
    step = (
        f", {fmt.words(action.step)} sent {fmt.count(action.attempts, 'time')}"
        if action.open and action.begun
        else ""
    )
    outcome = f"  \n{fmt.plain(action.outcome)}" if action.outcome else ""
    return (
        f"{states.state(action.state)} **{fmt.plain(title(action))}** {fmt.plain(thing)}{fmt.plain(step)}"
        f"  \n:gray[{fmt.plain(asked)}]{outcome}"
    )
