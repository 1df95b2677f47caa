"""The schedule that a recommendation would attach, and what that would do at once."""

from collections.abc import Mapping
from datetime import datetime

import streamlit as st

from core.recommendations.finding import StoredFinding
from core.schedules.model import ScheduleDefinition
from pages.ui import format as fmt
from pages.ui import page, schedule_words, states


def told(finding: StoredFinding, now: datetime) -> None:
    """What would be attached, in words; in off hours that what runs is stopped at once."""
    drawn = _drawn(finding)
    stops = drawn is not None and schedule_words.stops_now(drawn, now)
    rest = "" if stops else " Nothing in AWS changes now\\."
    st.markdown(
        f"Attach the schedule **{fmt.plain(finding.fix_parameters.get('name') or '')}** to it\\.{rest}"
    )
    if stops:
        st.warning(schedule_words.AT_ONCE)
    if drawn is not None:
        states.note(schedule_words.in_words(drawn))


def attached(finding: StoredFinding, now: datetime) -> str:
    """What is said once it is attached."""
    drawn = _drawn(finding)
    if drawn is not None and schedule_words.stops_now(drawn, now):
        return "Attached. These are off hours, so what of it runs is stopped within a minute."
    return "Attached. The schedule begins with its next start or stop."


def _drawn(finding: StoredFinding) -> ScheduleDefinition | None:
    definition = finding.fix_parameters.get("definition")
    if not isinstance(definition, Mapping):
        return None
    return page.attempt(ScheduleDefinition.from_json, definition)
