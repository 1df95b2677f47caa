"""What metrics suggest is attached from the screen in one click."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from core.access.roles import User
from core.schedules.intervals import state_at
from core.schedules.model import State
from services import bootstrap
from services.context import Beat, Context
from services.usecases import mined_schedules, recommendations, schedules
from tests.fleet import a_wasteful_fleet
from tests.pages.conftest import opened

KEY = "suggested-0-i-office"


def test_one_click_attaches_a_suggestion(
    ctx: Context, organisation_id: UUID, operator: User, viewer: User, sign_in: Callable[[User | None], str]
) -> None:
    a_wasteful_fleet(ctx, organisation_id, "444455556666")
    recommendations.evaluate(ctx, Beat())
    sign_in(viewer)
    app = opened("schedules")
    assert any("Suggested by metrics" in each.value for each in app.subheader)
    assert not [each for each in app.button if each.key == KEY]
    sign_in(operator)
    app = opened("schedules")
    suggested = mined_schedules.listing(ctx, operator)[0]
    off = state_at(suggested.definition, ctx.now()) is State.STOPPED
    assert any("stopped at once" in each.value for each in app.caption) is off
    assert app.button(key=KEY).label == ("Attach, and stop now" if off else "Attach")
    beside = opened("recommendations", finding=str(suggested.patterns[0].finding_id))
    assert any("stopped at once" in each.value for each in beside.warning) is off
    assert any("Nothing in AWS changes now" in each.value for each in beside.markdown) is not off
    bootstrap.share(
        replace(ctx, settings=ctx.settings.model_copy(update={"approval_above": Decimal("0.01")}))
    )
    limited = opened("schedules")
    assert limited.button(key=KEY).label == "Ask for it"
    said = [each.value.replace("\\", "") for each in limited.caption]
    assert any(each.startswith("This waits until an approver agrees: it ") for each in said)
    assert not any("stopped at once" in each for each in said)
    bootstrap.share(ctx)
    app.button(key=KEY).click().run()
    assert not app.exception
    (view,) = schedules.listing(ctx, operator)
    assert view.resources == 1
    assert not any("Suggested by metrics" in each.value for each in app.subheader)
