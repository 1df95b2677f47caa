"""What metrics already show is listed once, and attached in one click."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray

from core.access.roles import User
from core.errors import Forbidden, Refused
from core.inventory import Kind
from core.recommendations.finding import FindingState
from services.context import Beat, Context
from services.db.stores import samples
from services.usecases import mined_schedules, recommendations, schedules
from tests.builders import ACCOUNT, an_instance
from tests.containers import a_service
from tests.fleet import a_wasteful_fleet, of_rule, sampled, seen
from tests.known import hours

OTHER = "444455556666"


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> None:
    a_wasteful_fleet(ctx, organisation_id, OTHER)
    recommendations.evaluate(ctx, Beat())


def office_cpu(ctx: Context, organisation_id: UUID) -> NDArray[np.float32]:
    """Two weeks of office hours that end yesterday."""
    first = ctx.now().date() - timedelta(days=14)
    with ctx.read() as db:
        return samples.hours(db, organisation_id, ["i-office"], "cpu", first, 14)[0]


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
    cpu = office_cpu(ctx, organisation_id)
    for metric, values in (("cpu", cpu), ("network_in", hours(0)), ("network_out", hours(0))):
        sampled(ctx, organisation_id, "i-office-2", metric, values)
    recommendations.evaluate(ctx, Beat())
    (found,) = mined_schedules.listing(ctx, operator)
    assert (len(found.patterns), found.tag) == (2, ("environment", "dev"))
    all_of_it = found.saving - Decimal("0.01")  # each saves less
    strict = replace(ctx, settings=ctx.settings.model_copy(update={"approval_above": all_of_it}))
    said = mined_schedules.foretold(strict, operator, found)
    assert said.startswith(
        "A second person must agree, and what is attached by tag is not kept waiting for one"
    )
    assert "for one: it promises to save" in said
    with pytest.raises(Refused, match="It would have to wait"):
        mined_schedules.attach(strict, operator, found, "night is quiet")
    assert mined_schedules.foretold(ctx, operator, found) == ""
    mined_schedules.attach(ctx, operator, found, "night is quiet")
    assert mined_schedules.listing(ctx, operator) == ()
    (view,) = schedules.listing(ctx, operator)
    assert view.resources == 2


@pytest.mark.usefixtures("fleet")
def test_a_tag_of_services_is_attached_for_services_alone(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    tags = {"application": "shop", "environment": "dev"}
    services = [a_service(name, tags=tags, account_id=ACCOUNT) for name in ("api", "web")]
    seen(ctx, organisation_id, *services, an_instance("i-idle", tags=tags))
    cpu = office_cpu(ctx, organisation_id)
    for each in services:
        for metric in ("cpu", "cpu_peak"):
            sampled(ctx, organisation_id, each.id, metric, cpu)
    recommendations.evaluate(ctx, Beat())
    found = next(one for one in mined_schedules.listing(ctx, operator) if one.tag is not None)
    assert (found.tag, [each.name for each in found.patterns]) == (("application", "shop"), ["api", "web"])
    mined_schedules.attach(ctx, operator, found, "night is quiet")
    (view,) = schedules.listing(ctx, operator)
    (held,) = view.attachments
    assert (view.resources, held.selector.kinds) == (2, (Kind.CONTAINER_SERVICE,))
    assert [each.selector.resource_ids for each in mined_schedules.listing(ctx, operator)] == [("i-office",)]
