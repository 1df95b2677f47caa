"""What metrics already show is listed once, and attached in one click."""

from datetime import timedelta
from uuid import UUID

import pytest

from core.access.roles import User
from core.errors import Forbidden
from core.recommendations.finding import FindingState
from services.context import Beat, Context
from services.db.stores import samples
from services.usecases import mined_schedules, recommendations, schedules
from tests.builders import an_instance
from tests.fleet import a_wasteful_fleet, of_rule, sampled, seen
from tests.known import hours

OTHER = "444455556666"


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> None:
    a_wasteful_fleet(ctx, organisation_id, OTHER)
    recommendations.evaluate(ctx, Beat())


@pytest.mark.usefixtures("fleet")
def test_a_pattern_is_listed_with_confidence_and_saving_and_attached(
    ctx: Context, operator: User, viewer: User
) -> None:
    (found,) = mined_schedules.listing(ctx, viewer)
    assert [each.resource_id for each in found.patterns] == ["i-office"]
    assert (found.sure, found.risk.value) == ("high", "low")
    assert found.saving > 0
    with pytest.raises(Forbidden):
        mined_schedules.attach(ctx, viewer, found, "night is quiet")
    mined_schedules.attach(ctx, operator, found, "night is quiet")
    assert mined_schedules.listing(ctx, operator) == ()
    assert of_rule(ctx, operator, "ec2_off_hours").state is FindingState.APPLIED
    (view,) = schedules.listing(ctx, operator)
    assert view.schedule.definition == found.definition


@pytest.mark.usefixtures("fleet")
def test_a_tag_that_all_share_is_attached_by_tag(ctx: Context, organisation_id: UUID, operator: User) -> None:
    tags = {"environment": "dev", "team": "web"}
    office = an_instance("i-office", tags=tags)
    seen(ctx, organisation_id, office, an_instance("i-office-2", tags=tags), an_instance("i-idle"))
    with ctx.read() as db:
        first = ctx.now().date() - timedelta(days=14)
        cpu = samples.hours(db, organisation_id, ["i-office"], "cpu", first, 14)[0]
    for metric, values in (("cpu", cpu), ("network_in", hours(0)), ("network_out", hours(0))):
        sampled(ctx, organisation_id, "i-office-2", metric, values)
    recommendations.evaluate(ctx, Beat())
    (found,) = mined_schedules.listing(ctx, operator)
    assert (len(found.patterns), found.tag) == (2, ("environment", "dev"))
    mined_schedules.attach(ctx, operator, found, "night is quiet")
    assert mined_schedules.listing(ctx, operator) == ()
    (view,) = schedules.listing(ctx, operator)
    assert view.resources == 2
