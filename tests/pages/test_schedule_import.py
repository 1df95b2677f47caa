"""Taking schedules over on the schedules screen, and names that no schedule has."""

from collections.abc import Callable

from core.access.roles import User
from core.schedules.naming import SCHEDULE_TAG
from services.context import Context
from services.usecases import schedules
from tests.builders import an_instance
from tests.fleet import seen
from tests.pages.conftest import opened
from tests.pages.test_doing import in_dialog, text_of

SignIn = Callable[[User | None], str]
TAG = b"off=(M-F,19);on=(M-F,7);tz=pt\noff=(M-F,19)\n<img src=x>\n"


def test_a_file_is_shown_before_it_is_saved(ctx: Context, small_world: User, sign_in: SignIn) -> None:
    sign_in(small_world)
    before = len(schedules.listing(ctx, small_world))
    app = opened("schedules")
    app.button(key="import-schedules").click().run()
    app.file_uploader[0].set_value(("tags.txt", TAG, "text/plain"))
    app.button(key="import-schedules").click().run()
    assert not app.exception
    assert "2 of 3 schedules can be had here" in text_of(app)
    assert len(schedules.listing(ctx, small_world)) == before
    in_dialog(app, "import-schedules", "import-go")
    assert not app.exception
    assert len(schedules.listing(ctx, small_world)) == before + 2


def test_a_name_that_no_schedule_has_is_told(ctx: Context, small_world: User, sign_in: SignIn) -> None:
    seen(ctx, small_world.organisation_id, an_instance("i-named", tags={SCHEDULE_TAG: "ofice"}))
    sign_in(small_world)
    app = opened("schedules")
    assert "ofice" in app.warning[0].value
    assert "1 resource names" in app.warning[0].value
