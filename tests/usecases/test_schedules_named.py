"""Instances that name their schedule by a tag."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from core.access.roles import Role, User
from core.errors import Forbidden
from core.schedules.model import Period, ScheduleDefinition
from core.schedules.naming import SCHEDULE_TAG, slug
from core.schedules.selector import Selector
from services.context import Beat, Context
from services.db.tables.actions import actions
from services.usecases import schedules
from tests.builders import ACCOUNT, an_instance
from tests.fleet import connected, seen

ALWAYS = ScheduleDefinition("UTC", (Period(),))
NEVER = ScheduleDefinition("UTC", ())
OTHER = "222222222222"


def named(name: str) -> dict[str, str]:
    return {SCHEDULE_TAG: name}


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> None:
    """`i-1` here and `i-far` there name office-hours; `i-lost` and `i-odd` name what there is not."""
    for account in (ACCOUNT, OTHER):
        connected(ctx, organisation_id, account)
    seen(
        ctx,
        organisation_id,
        an_instance("i-1", tags=named("office-hours")),
        an_instance("i-far", account_id=OTHER, tags=named("office-hours")),
        an_instance("i-lost", tags=named("ofice-hours")),
        an_instance("i-odd", account_id=OTHER, tags=named("Office hours")),
    )


@pytest.fixture
def near(person: Callable[..., User]) -> User:
    """Sees one account only."""
    return person(Role.OPERATOR, accounts=frozenset({ACCOUNT}))


def test_a_tag_names_a_schedule_in_lower_case_with_dashes() -> None:
    assert slug("Office hours") == slug(" office_Hours!") == "office-hours"
    assert slug("Büro (Zürich)") == "büro-zürich"
    assert slug("--") == ""


@pytest.mark.usefixtures("fleet")
def test_what_names_a_schedule_is_switched_by_it_once(ctx: Context, operator: User) -> None:
    schedules.save(ctx, operator, None, "Office hours", NEVER)
    schedules.save(ctx, operator, None, "--", NEVER)
    assert schedules.run(ctx, Beat()) == "2 requested, 0 refused, 0 busy, 0 noted."
    assert schedules.run(ctx, Beat()) == "0 requested, 0 refused, 0 busy, 0 noted."
    with ctx.begin() as db:
        stopped = db.execute(select(actions.c.resource_id).order_by(actions.c.resource_id)).scalars().all()
    assert stopped == ["i-1", "i-far"]
    (_, view) = schedules.listing(ctx, operator)
    assert (view.resources, view.named, view.attachments) == (2, 2, ())


@pytest.mark.usefixtures("fleet")
def test_a_schedule_named_and_attached_switches_an_instance_once(ctx: Context, operator: User) -> None:
    made = schedules.save(ctx, operator, None, "Office hours", NEVER)
    schedules.attach(ctx, operator, made.id, Selector(resource_ids=("i-1",)))
    always = schedules.save(ctx, operator, None, "Always", ALWAYS)
    schedules.attach(ctx, operator, always.id, Selector(resource_ids=("i-far",)))
    assert schedules.run(ctx, Beat()) == "1 requested, 0 refused, 0 busy, 1 noted."


@pytest.mark.usefixtures("fleet")
def test_names_that_no_schedule_has_are_told_of_what_one_sees(
    ctx: Context, operator: User, near: User
) -> None:
    assert schedules.unknown_names(ctx, near) == {"office-hours": 1, "ofice-hours": 1}
    schedules.save(ctx, operator, None, "Office hours", NEVER)
    assert schedules.unknown_names(ctx, operator) == {"ofice-hours": 1, "Office hours": 1}
    assert schedules.unknown_names(ctx, near) == {"ofice-hours": 1}


@pytest.mark.usefixtures("fleet")
def test_who_does_not_see_all_that_name_a_schedule_does_not_touch_it(
    ctx: Context, operator: User, near: User
) -> None:
    with pytest.raises(Forbidden, match="name “Office hours”"):
        schedules.save(ctx, near, None, "Office hours", NEVER)
    made = schedules.save(ctx, operator, None, "Office hours", NEVER)
    mine = schedules.save(ctx, near, None, "Mine", NEVER)
    for attempt in (
        lambda: schedules.save(ctx, near, made.id, "Mine too", NEVER),
        lambda: schedules.save(ctx, near, mine.id, "office-hours", NEVER),
        lambda: schedules.delete(ctx, near, made.id),
    ):
        with pytest.raises(Forbidden):
            attempt()
    view = schedules.one(ctx, near, made.id)
    assert (view.named, view.resources, view.reach.within) == (1, 1, False)
