"""What the dialog of a schedule asks beside its hours."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from core import dates
from core.access.roles import User
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.selector import Selector
from pages.ui import charts, schedule_editor, tables
from services.context import Context
from services.usecases import schedules
from tests.builders import an_instance
from tests.fleet import seen
from tests.pages.conftest import opened
from tests.pages.test_doing import in_dialog, text_of

SignIn = Callable[[User | None], str]
NEW = "new-schedule"


def test_a_first_and_last_day_are_chosen_refused_backwards_and_cleared_again(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    first = ctx.now().date() + timedelta(days=100)
    last = first + timedelta(days=30)
    sign_in(small_world)
    app = opened("schedules")
    app.button(key=NEW).click().run()
    app.date_input(key="valid-from-new").set_value(last)
    app.date_input(key="valid-to-new").set_value(first)
    app.button(key=NEW).click().run()
    assert f"last day, {dates.day(first)}, is before its first" in text_of(app)
    app.date_input(key="valid-from-new").set_value(first)
    app.date_input(key="valid-to-new").set_value(last)
    app.button(key=NEW).click().run()
    in_dialog(app, NEW, "save-new", name_new="Spring")
    assert not app.exception
    (made,) = [
        each.schedule for each in schedules.listing(ctx, small_world) if each.schedule.name == "Spring"
    ]
    assert (made.definition.valid_from, made.definition.valid_to) == (first, last)
    app = opened("schedules")
    app.selectbox(key="calendar-which").set_value(made.id).run()
    said = text_of(app).replace("\\", "")
    assert f"Not valid before {dates.day(first)}: it wants nothing on 60 of these days" in said
    app.button(key=f"edit-{made.id}").click().run()
    assert app.date_input(key=f"valid-from-{made.id}").value == first
    app.date_input(key=f"valid-from-{made.id}").set_value(None)
    app.date_input(key=f"valid-to-{made.id}").set_value(None)
    in_dialog(app, f"edit-{made.id}", f"save-{made.id}")
    assert not app.exception
    cleared = schedules.one(ctx, small_world, made.id).schedule.definition
    assert (cleared.valid_from, cleared.valid_to) == (None, None)


def test_the_preview_is_of_the_next_fourteen_days_without_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    lanes: dict[str, list[tuple[datetime, datetime, str]]] = {}
    monkeypatch.setattr(charts, "timeline", lambda drawn, **_: lanes.update(drawn))
    monkeypatch.setattr(tables, "folded", lambda _key: nullcontext(enter_result=False))
    office = ScheduleDefinition("UTC", (Period("08:00", "18:00", weekdays=("mon-fri",)),))
    monday = datetime(2026, 3, 2, 12, 3, tzinfo=UTC)
    schedule_editor.drawn({"Office": office}, monday, "fortnight")
    spans = lanes["Office"]
    noon = monday.replace(minute=0)
    assert (spans[0], spans[-1][1]) == (
        (noon, monday.replace(hour=18, minute=0), "on"),
        noon + timedelta(days=14),
    )
    assert all(one[1] == other[0] for one, other in pairwise(spans))
    on = sum((end - start for start, end, word in spans if word == "on"), timedelta())
    assert on == timedelta(hours=6 + 4 * 10 + 5 * 10 + 4)


def test_attaching_by_tag_begins_with_a_tag_that_is_not_attached_yet(
    ctx: Context, small_world: User, sign_in: Callable[[User | None], str]
) -> None:
    fleet = (an_instance(f"i-{each}", tags={"schedule": each}) for each in ("days", "nights"))
    seen(ctx, small_world.organisation_id, *fleet)
    made = schedules.save(ctx, small_world, None, "Days", ScheduleDefinition("UTC", (Period(),)))
    schedules.attach(ctx, small_world, made.id, Selector(tag=("schedule", "days")))
    sign_in(small_world)
    app = opened("schedules")
    app.button(key=f"attach-{made.id}").click().run()
    assert (app.selectbox(key="attach-key").value, app.selectbox(key="attach-value").value) == (
        "schedule",
        "nights",
    )
    app.selectbox(key="attach-value").select("days")
    app.button(key=f"attach-{made.id}").click().run()
    assert "attached to this tag already" in text_of(app)
