"""Groups of instances: what their metrics show is listed, attached by tag or in one click, and what is in them is left to them."""

from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest

from core.access.roles import User
from core.connections import Outcome, What
from core.inventory import AutoScalingGroup, Instance, Kind, Resource
from core.inventory.compute import NODE_GROUP_TAG
from core.recommendations.finding import FindingState
from core.schedules.model import ScheduleDefinition
from core.schedules.selector import Selector
from services.context import Beat, Context
from services.db.stores import collections, switched
from services.usecases import mined_schedules, recommendations, schedules
from tests.builders import ACCOUNT, REGION, an_instance
from tests.computing import a_group
from tests.containers import a_node_group
from tests.fleet import SMALL, connected, of_rule, sampled, seen
from tests.known import hours, office

DEV = {"environment": "dev", "application": "shop"}
BEHIND = "eks-workers-1f2e"
NODES = a_node_group(groups=(BEHIND,), tags=DEV)
MADE = a_group(
    BEHIND,
    id=f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:3-4:autoScalingGroupName/{BEHIND}",
    desired=1,
    instance_ids=("i-node",),
    tags={**DEV, NODE_GROUP_TAG: "workers"},
)


def member(name: str, group: str) -> Instance:
    return an_instance(name, type=SMALL, autoscaling_group=group, tags=DEV)


def one_of(name: str) -> AutoScalingGroup:
    """A group of one instance."""
    return a_group(
        name,
        id=f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:{name}:autoScalingGroupName/{name}",
        smallest=1,
        desired=1,
        instance_ids=(f"i-{name}",),
        tags={**DEV, "team": "web"},
    )


def evaluated(ctx: Context, organisation_id: UUID, groups: tuple[Resource, ...], *others: Resource) -> None:
    """All of it seen, `groups` busy in office hours alone."""
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, *groups, *others)
    with ctx.begin() as db:
        made = collections.begin(db, organisation_id, ACCOUNT, REGION, What.INVENTORY, ctx.now())
        collections.end(db, made, ctx.now(), Outcome.COMPLETE, kinds=list(Kind))
    first = (ctx.now().date() - timedelta(days=14)).weekday() * 24
    working = np.roll(office(40, 1), -first)
    for each in groups:
        for metric, values in (
            ("cpu", working),
            ("network_in", hours(1000)),
            ("network_out", hours(1000)),
            ("cpu_samples", hours(12)),
        ):
            sampled(ctx, organisation_id, each.id, metric, values)
    recommendations.evaluate(ctx, Beat())


def test_a_tag_of_groups_is_attached_for_groups_alone(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    groups = one_of("api"), one_of("web")
    evaluated(ctx, organisation_id, groups, member("i-api", "api"), member("i-web", "web"))

    (found,) = mined_schedules.listing(ctx, operator)
    assert (found.tag, found.kind) == (("application", "shop"), Kind.AUTOSCALING_GROUP)
    assert [each.name for each in found.patterns] == ["api", "web"]
    mined_schedules.attach(ctx, operator, found, "night is quiet")

    (view,) = schedules.listing(ctx, operator)
    (held,) = view.attachments
    assert (view.resources, held.selector.kinds) == (2, (Kind.AUTOSCALING_GROUP,))
    assert mined_schedules.listing(ctx, operator) == ()


def test_a_groups_pattern_is_attached_in_one_click(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    group = one_of("web")
    evaluated(ctx, organisation_id, (group,), member("i-web", "web"))

    (found,) = mined_schedules.listing(ctx, operator)
    assert (found.sure, found.risk.value, found.tag) == ("high", "medium", None)
    assert found.saving > 0
    mined_schedules.attach(ctx, operator, found, "night is quiet")

    assert of_rule(ctx, operator, "asg_off_hours").state is FindingState.APPLIED
    (view,) = schedules.listing(ctx, operator)
    assert view.attachments[0].selector == Selector(resource_ids=(group.id,))
    assert mined_schedules.listing(ctx, operator) == ()


def test_a_node_group_is_suggested_and_not_the_group_that_was_made_for_it(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    evaluated(ctx, organisation_id, (NODES, MADE), member("i-node", BEHIND))

    (found,) = mined_schedules.listing(ctx, operator)
    assert found.selector == Selector(resource_ids=(NODES.id,))
    mined_schedules.attach(ctx, operator, found, "night is quiet")
    assert of_rule(ctx, operator, "node_group_off_hours").state is FindingState.APPLIED


@pytest.mark.parametrize("alone", [False, True])
def test_what_a_node_group_is_made_of_is_left_to_it_where_it_is_switched(
    ctx: Context, organisation_id: UUID, operator: User, *, alone: bool
) -> None:
    """`alone`: by its id; else by a tag that its nodes and the group behind it carry, too."""
    connected(ctx, organisation_id, ACCOUNT)
    other = one_of("web")
    seen(ctx, organisation_id, NODES, MADE, other, member("i-node", BEHIND), member("i-web", "web"))
    made = schedules.save(ctx, operator, None, "Never", ScheduleDefinition("UTC", ()))
    selector = Selector(resource_ids=(NODES.id,)) if alone else Selector(tag=("application", "shop"))
    schedules.attach(ctx, operator, made.id, selector)

    with ctx.read() as db:
        found = {one.resource_id for one in switched.selected(db, organisation_id, ctx.now())}

    assert found == ({NODES.id} if alone else {NODES.id, other.id})
