"""Calendars on the schedules screen: made from a file or by hand, shared, and never overwritten unseen."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.access.roles import Role, User
from core.schedules.calendars import Calendar
from core.schedules.model import Period, ScheduleDefinition
from pages.ui import period_table
from services.context import Context
from services.usecases import calendars, schedules
from tests.pages.conftest import HOSTILE, opened
from tests.pages.test_doing import in_dialog, text_of

FASTER = """
import streamlit as st
from core.errors import Stale
from pages.ui import dialog

def save():
    raise Stale("It was changed meanwhile.")

above = st.container()
st.markdown("the buttons")
if not st.session_state.get("loaded"):
    dialog.attempt(save, load=lambda: st.session_state.update(loaded=True), key="newer", said=above)
"""
SignIn = Callable[[User | None], str]
FILE = b"BEGIN:VCALENDAR\nX-WR-CALNAME:UK\nBEGIN:VEVENT\nDTSTART:20261225\nRRULE:FREQ=YEARLY\nSUMMARY:Christmas Day\nEND:VEVENT\nEND:VCALENDAR\n"


def test_an_empty_tab_says_what_to_do(small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    said = text_of(opened("schedules"))
    assert "There is no calendar yet" in said


def test_a_file_makes_a_calendar_with_its_own_name(ctx: Context, small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    app = opened("schedules")
    app.button(key="new-calendar").click().run()
    app.file_uploader[0].set_value(("uk.ics", FILE, "text/calendar"))
    app.button(key="new-calendar").click().run()
    assert "1 day in this file" in text_of(app)
    in_dialog(app, "new-calendar", "calendar-save-new")
    assert not app.exception
    (view,) = calendars.listing(ctx, small_world)
    assert (view.kept.calendar.name, view.kept.calendar.titles) == (
        "UK",
        {"2026-12-25/yearly": "Christmas Day"},
    )
    assert "Christmas Day" in text_of(app)


def test_a_bad_file_is_refused_with_its_line(small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    app = opened("schedules")
    app.button(key="new-calendar").click().run()
    app.file_uploader[0].set_value(("uk.ics", FILE.replace(b"20261225", b"soon"), "text/calendar"))
    app.button(key="new-calendar").click().run()
    assert not app.exception
    assert "“soon” is no whole day" in text_of(app)
    assert "Line 4" in text_of(app)


def test_who_saw_an_older_version_is_told_and_may_load_the_newer() -> None:
    app = AppTest.from_string(FASTER).run()
    assert "was changed meanwhile" in app.error[0].value
    above, buttons = app.main[0], app.main[1]
    assert [each.type for each in above.children.values()] == ["error", "button"], "above what was pressed"
    assert buttons.value == "the buttons"
    app.button(key="newer").click().run()
    assert app.session_state["loaded"]
    assert not app.error


def test_days_of_a_calendar_are_told_on_schedules_that_observe_it(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    today = ctx.now().date().isoformat()
    kept = calendars.save(ctx, small_world, None, Calendar(HOSTILE[0], (today,), {today: HOSTILE[1]}))
    always = ScheduleDefinition("UTC", (Period(),), maintenance=(Period("22:00", "23:00"),))
    schedules.save(ctx, small_world, None, "Aaa", always, calendars=[kept.id])
    sign_in(small_world)
    app = opened("schedules")
    assert not app.exception
    said = text_of(app)
    assert "Off on the days of" in said
    assert "Nothing is stopped for maintenance from" in said
    assert "Observed by Aaa" in said
    assert app.button(key=f"calendar-delete-{kept.id}").disabled


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_calendars_and_only_who_edits_schedules_is_offered_to(
    ctx: Context, small_world: User, person: Callable[..., User], sign_in: SignIn, role: Role
) -> None:
    kept = calendars.save(ctx, small_world, None, Calendar("UK", ("12-25",), {"12-25": "Christmas Day"}))
    sign_in(person(role))
    app = opened("schedules")
    assert not app.exception
    assert "Christmas Day" in text_of(app)
    offered = {button.key for button in app.button} >= {"new-calendar", f"calendar-edit-{kept.id}"}
    assert offered is (role in {Role.OPERATOR, Role.APPROVER, Role.ADMIN})


def test_every_cell_that_cannot_be_read_is_told_with_its_place() -> None:
    rows = [(1, {"begin": "08:00", "weekdays": "mon, tue"}), (3, {"begin": "8h", "weekdays": "mon, wed-fry"})]
    assert period_table.mistakes(rows) == [
        "Row 3, From: “8h” is no time of day at character 2: write it as 09:30, at most 24:00.",
        "Row 3, Weekdays: “wed-fry” is not understood in weekdays at character 10: expected mon to sun or 0 to 6, such as mon-fri, mon#1 or friL.",
    ]
