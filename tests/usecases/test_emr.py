"""EMR clusters from the collection to the end of one: a world of its own, as the demo company has none."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import boto3
import pytest
from moto import mock_aws

from core.access.roles import User
from core.actions.model import ActionKind, ActionState
from core.errors import Refused
from core.inventory import EMR_TAG, PROTECTED_TAG, Instance, MapReduceCluster
from core.recommendations.finding import FindingState
from services.context import Beat, Context
from services.usecases import actions, ingest, recommendations
from tests.acted_on import an_emr_cluster
from tests.bills import a_bill, a_line
from tests.builders import an_instance
from tests.fleet import of_rule, sampled, seen
from tests.known import hours
from tests.stand_in import ACCOUNT, REGION, Fleet

LONG_AGO = datetime.now(UTC) - timedelta(days=400)


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> Iterator[Fleet]:
    with mock_aws():
        yield Fleet(ctx, organisation_id)


def cluster(fleet: Fleet, name: str, *, protected: bool = False) -> tuple[MapReduceCluster, list[Instance]]:
    """A cluster of two nodes, looked at; its nodes carry EMR's tag, which the stand-in does not give them."""
    emr = boto3.client("emr", region_name=REGION)
    groups = [
        {"InstanceRole": role, "InstanceType": "m5.xlarge", "InstanceCount": 1} for role in ("MASTER", "CORE")
    ]
    made = emr.run_job_flow(
        Name=name, Instances={"InstanceGroups": groups, "KeepJobFlowAliveWhenNoSteps": True}
    )
    emr.set_termination_protection(JobFlowIds=[made["JobFlowId"]], TerminationProtected=protected)
    known = an_emr_cluster(id=made["ClusterArn"], account_id=ACCOUNT, region=REGION)
    (found,) = fleet.collect(known)
    assert isinstance(found, MapReduceCluster)
    fleet.ec2.create_tags(
        Resources=list(found.instance_ids), Tags=[{"Key": EMR_TAG, "Value": made["JobFlowId"]}]
    )
    nodes = fleet.collect(
        *(an_instance(one, account_id=ACCOUNT, region=REGION) for one in found.instance_ids)
    )
    there = [replace(one, created_at=LONG_AGO, volume_ids=()) for one in nodes if isinstance(one, Instance)]
    found = replace(found, created_at=LONG_AGO)
    seen(fleet.ctx, fleet.organisation_id, found, *there)
    return found, there


def test_the_idle_cluster_is_found_and_ended_the_busy_one_and_every_node_left_alone(
    ctx: Context,
    organisation_id: UUID,
    operator: User,
    fleet: Fleet,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    idle, nodes = cluster(fleet, "forgotten")
    busy, others = cluster(fleet, "nightly")
    for one, share in ((idle, 1.0), (busy, 0.8)):
        sampled(ctx, organisation_id, one.id, "idle", hours(share))
    for node in (*nodes, *others):  # as idle as their clusters: rules on instances would flag them
        for metric, value in (("cpu", 1.0), ("network_in", 10.0), ("network_out", 10.0)):
            sampled(ctx, organisation_id, node.id, metric, hours(value))
    today = datetime.now(UTC).date()
    lines = [
        a_line(
            day=(today - timedelta(days=back)).isoformat(),
            cost=cost,
            ResourceId=name,
            SubAccountId=ACCOUNT,
        )
        for back in range(1, 41)
        for name, cost in (
            *((each.id, "2") for each in (idle, busy)),
            *((each.id, "4.6") for each in (*nodes, *others)),
        )
    ]
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "emr.csv", lines)])
    recommendations.evaluate(ctx, Beat())

    found = recommendations.listing(ctx, operator).findings
    flagged = {each.resource_id for each in found}
    record_property("rule", ("emr_idle", 1, len(flagged & {idle.id}), len(flagged - {idle.id})))
    assert [(each.rule, each.resource_id) for each in found] == [("emr_idle", idle.id)]
    finding = of_rule(ctx, operator, "emr_idle")
    a_month = Decimal(365) / 12
    assert round(finding.saving, 6) == round((2 + 2 * Decimal("4.6")) * a_month, 6)
    assert round(recommendations.plan(ctx, operator).saving_of(idle.id), 6) == round(finding.saving, 6)

    preview = actions.preview(ctx, operator, ActionKind.TERMINATE_EMR_CLUSTER, idle.id, {})
    assert preview.calls == (f"elasticmapreduce:TerminateJobFlows JobFlowIds={idle.short_id}",)
    assert preview.allowed
    recommendations.apply(ctx, operator, finding.id, "nobody uses it")
    actions.carry_out_queued(ctx, Beat())
    (done,) = actions.listing(ctx, operator).rows
    assert (done.state, done.outcome) == (
        ActionState.DONE,
        f"{idle.short_id} is terminated, and its nodes with it.",
    )
    assert fleet.ctx.cloud.look(fleet.account, busy) is not None
    assert recommendations.one(ctx, operator, finding.id).finding.state is FindingState.APPLIED


def test_a_cluster_protected_against_termination_is_left_alone_and_the_refusal_says_why(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    kept, (node, _) = cluster(fleet, "kept", protected=True)
    with pytest.raises(Refused, match="protected against termination"):
        actions.request(ctx, operator, ActionKind.TERMINATE_EMR_CLUSTER, kept.id, {}, "idle")
    with pytest.raises(Refused, match="belongs to the EMR cluster"):
        actions.request(ctx, operator, ActionKind.STOP_INSTANCE, node.id, {}, "idle")


def test_a_node_that_is_protected_keeps_its_cluster(ctx: Context, operator: User, fleet: Fleet) -> None:
    one, (node, _) = cluster(fleet, "kept-for-a-node")
    asked = actions.request(ctx, operator, ActionKind.TERMINATE_EMR_CLUSTER, one.id, {}, "idle")
    fleet.ec2.create_tags(Resources=[node.short_id], Tags=[{"Key": PROTECTED_TAG, "Value": "true"}])
    actions.carry_out_queued(ctx, Beat())
    ended = actions.one(ctx, operator, asked.id)
    assert ended.state is ActionState.REFUSED
    assert node.short_id in ended.outcome


def test_protection_given_meanwhile_is_respected(ctx: Context, operator: User, fleet: Fleet) -> None:
    one, _ = cluster(fleet, "kept-later")
    asked = actions.request(ctx, operator, ActionKind.TERMINATE_EMR_CLUSTER, one.id, {}, "idle")
    boto3.client("emr", region_name=REGION).set_termination_protection(
        JobFlowIds=[one.short_id], TerminationProtected=True
    )
    actions.carry_out_queued(ctx, Beat())
    ended = actions.one(ctx, operator, asked.id)
    assert ended.state is ActionState.REFUSED
    assert "protected against termination" in ended.outcome
