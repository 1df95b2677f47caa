"""What the dialog of a schedule asks beside its hours."""

from collections.abc import Callable
from datetime import date

from core.access.roles import User
from services.context import Context
from services.usecases import schedules
from tests.pages.conftest import opened
from tests.pages.test_doing import in_dialog, text_of

SignIn = Callable[[User | None], str]


def test_a_first_and_last_day_are_chosen_refused_backwards_and_cleared_again(
    ctx: Context, small_world: User, sign_in: SignIn
) -> None:
    sign_in(small_world)
    app = opened("schedules")
    app.button(key="new-schedule").click().run()
    app.date_input(key="valid-from-new").set_value(date(2027, 3, 31))
    app.date_input(key="valid-to-new").set_value(date(2027, 3, 1))
    app.button(key="new-schedule").click().run()
    assert "last day, 1 Mar 2027, is before its first" in text_of(app)
    app.date_input(key="valid-from-new").set_value(date(2027, 3, 1))
    app.date_input(key="valid-to-new").set_value(date(2027, 3, 31))
    app.button(key="new-schedule").click().run()
    in_dialog(app, "new-schedule", "save-new")
    assert not app.exception
    (view,) = [each for each in schedules.listing(ctx, small_world) if each.schedule.name == "Office hours"]
    kept = view.schedule.definition
    assert (kept.valid_from, kept.valid_to) == (date(2027, 3, 1), date(2027, 3, 31))
    opener, identity = f"edit-{view.schedule.id}", view.schedule.id
    app.button(key=opener).click().run()
    assert app.date_input(key=f"valid-from-{identity}").value == date(2027, 3, 1)
    app.date_input(key=f"valid-from-{identity}").set_value(None)
    app.date_input(key=f"valid-to-{identity}").set_value(None)
    in_dialog(app, opener, f"save-{identity}")
    assert not app.exception
    cleared = schedules.one(ctx, small_world, identity).schedule.definition
    assert (cleared.valid_from, cleared.valid_to) == (None, None)
