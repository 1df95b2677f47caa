"""How an action, an alert and a schedule are said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from core.actions.model import Action, ActionKind, ActionState, Origin
from core.activity import Activity
from core.alerts import COMPARISONS, Alert, AlertState
from core.inventory import Kind
from core.schedules.model import Period, ScheduleDefinition
from pages.ui import action_rows, alert_rows, finding_said, names, schedule_editor
from tests.core.recommendations.test_portfolio import a_finding

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
STOP = Action(
    id=uuid4(),
    organisation_id=uuid4(),
    kind=ActionKind.STOP_INSTANCE,
    resource_id="i-1",
    resource_kind=Kind.INSTANCE,
    account_id="111122223333",
    region="us-east-1",
    state=ActionState.DONE,
    reason="nobody uses it",
    requested_by="jane@example.com",
    requested_at=NOW - timedelta(hours=2),
    expected_saving=Decimal(3),
    not_before=NOW,
    outcome="i-1 is stopped.",
)
NAMES = {"i-1": "web"}


def test_an_action_is_said_with_the_things_name() -> None:
    assert action_rows.title(STOP, NAMES) == "Stop web"
    assert action_rows.outcome(STOP, NAMES) == "web is stopped."
    assert action_rows.title(STOP, {}) == "Stop i-1"
    assert action_rows.outcome(STOP, {}) == "i-1 is stopped."


def test_what_happened_names_the_thing_says_why_once_and_who_in_words() -> None:
    happened = Activity(NOW, "ActionSettled", "system:worker", "i-1 is stopped.", "i-1", "idle for two weeks")
    finding = replace(a_finding("ec2_idle", "i-1"), resource_name="web")
    assert finding_said.said(happened, finding) == "web is stopped: idle for two weeks"
    assert finding_said.said(replace(happened, reason=""), finding) == "web is stopped."
    assert names.actor(happened.actor) == "the worker"


def test_every_kind_of_action_has_a_verb_and_every_door_a_word() -> None:
    assert set(action_rows.VERBS) == set(ActionKind)
    assert set(action_rows.DOORS) == set(Origin)


def test_an_action_says_who_asked_why_and_what_came_of_it() -> None:
    said = action_rows.card(STOP, NAMES, NOW)
    for part in (r"jane\@", "2 hours ago", "nobody uses it", r"web is stopped\."):
        assert part in said


def test_what_the_product_asked_for_is_not_said_as_a_persons() -> None:
    by_schedule = replace(STOP, requested_by="system:schedules", origin=Origin.SCHEDULE)
    assert action_rows.asker(by_schedule) == "Cloud Pioneer, by a schedule"


def test_what_a_running_action_waits_for_is_said() -> None:
    running = replace(STOP, state=ActionState.RUNNING, outcome="", after={"waiting": "i-1 is stopping"})
    assert "Waits for" in action_rows.card(running, {}, NOW)
    assert "stopping" in action_rows.card(running, {}, NOW)


def test_an_alerts_rule_is_a_sentence() -> None:
    alert = Alert(
        id=uuid4(),
        organisation_id=uuid4(),
        resource_id="i-1",
        metric="cpu",
        comparison=">",
        threshold=80.0,
        for_minutes=15,
        state=AlertState.OK,
        state_since=NOW,
        created_by="jane@example.com",
        created_at=NOW,
    )
    assert alert_rows.rule(alert) == "CPU above 80% for 15 minutes"
    assert alert_rows.rule(replace(alert, metric="connections", for_minutes=0)) == "Connections above 80"
    assert set(alert_rows.COMPARED) == set(COMPARISONS)


@pytest.mark.parametrize(
    ("weekdays", "said"),
    [
        (("mon", "tue", "wed", "thu", "fri"), "Mon to Fri"),
        (("mon", "wed", "fri"), "Mon, Wed, Fri"),
        (("sat", "sun"), "Sat, Sun"),
        (("mon#1",), "Mon#1"),
        (("mon-fri",), "Mon to Fri"),
        (("mon-wed", "sat"), "Mon to Wed, Sat"),
    ],
)
def test_weekdays_on_end_are_said_as_a_span(weekdays: tuple[str, ...], said: str) -> None:
    hours = ScheduleDefinition("UTC", (Period("08:00", "18:00", weekdays=weekdays),))
    assert schedule_editor.in_words(hours) == f"On from 08:00 to 18:00, {said}. Otherwise off. Times are UTC."
