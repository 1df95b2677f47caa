"""What if, asked on the screen."""

from collections.abc import Callable

from core.access.roles import User
from tests.pages.conftest import opened


def test_a_replay_is_asked_for_and_told(small_world: User, sign_in: Callable[[User | None], str]) -> None:
    sign_in(small_world)
    app = opened("schedules")
    app.selectbox(key="what-if-tag").set_value("environment").run()
    app.button(key="what-if-go").click().run()
    assert not app.exception
    figures = {each.label: each.value for each in app.metric}
    assert figures["Would have been off"].endswith(" h")
    assert figures["Would have been saved"].replace("\\", "") == "$0.00"
    assert figures["In use while off"] == "0 h"
    assert any("hours that 2 resources ran" in each.value for each in app.caption)
