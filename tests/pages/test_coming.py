"""What schedules do next is told wherever a resource is shown."""

from collections.abc import Callable

from core.access.roles import User
from core.recommendations.selection import FindingFilter
from core.schedules.model import State
from pages.ui import describe
from services.context import Context
from services.usecases import recommendations, schedules
from tests.pages.conftest import opened
from tests.pages.test_doing import text_of


def test_the_next_start_or_stop_is_told_in_lists_on_its_page_on_the_overview_and_beside_its_recommendation(
    ctx: Context, small_world: User, sign_in: Callable[[User | None], str]
) -> None:
    (coming,) = schedules.next_transitions(ctx, small_world, ["i-2"], 1)
    verb = "starts" if coming.to is State.RUNNING else "stops"
    (finding,) = recommendations.listing(
        ctx, small_world, FindingFilter(resource_ids=("i-2",), limit=1)
    ).findings
    sign_in(small_world)
    listed = opened("resources").dataframe[0].value
    told = dict(zip(listed["Name"], listed["Next"], strict=True))
    assert told["quiet"] == describe.transition(coming, ctx.now())
    assert sum(bool(each) for each in told.values()) == 2, "volumes and addresses are switched by nothing"
    figures = {each.label: each.value for each in opened("resources", resource="i-2").metric}
    assert figures["Next"].lower().startswith(verb.removesuffix("s"))
    assert f"**quiet** {verb} " in text_of(opened("overview"))
    beside = opened("recommendations", finding=str(finding.id))
    assert f"Next: it {verb} " in text_of(beside).replace("\\", "")
