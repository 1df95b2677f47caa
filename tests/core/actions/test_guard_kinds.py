"""Refusals that one kind of action has for itself, each saying why."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core.actions import guard
from core.actions.catalog import DECLARATIONS, checked
from core.actions.kind import Do, Next, Sight, Wait
from core.actions.model import ActionKind
from core.errors import Invalid
from core.inventory import Resource
from tests.acted_on import (
    GIVEN,
    SUBJECTS,
    a_bucket,
    a_cluster,
    a_database,
    a_group,
    a_load_balancer,
    a_log_group,
    a_snapshot,
)
from tests.builders import an_instance
from tests.containers import a_node_group
from tests.core.actions.test_steps import an_action

K = ActionKind
DATABASE_KINDS = [K.STOP_DATABASE, K.START_DATABASE, K.MODIFY_DATABASE, K.MODIFY_DATABASE_STORAGE]


def verdict(kind: ActionKind, resource: Resource, **given: object) -> str:
    return guard.verdict(kind, resource, given or GIVEN.get(kind, {}), types={}) or ""


def following(kind: ActionKind, seen: Resource | None, parameters: dict[str, Any], **held: object) -> Next:
    subject = seen or a_database()
    return DECLARATIONS[kind].next(an_action(kind, subject, parameters, **held), Sight(seen))


@pytest.mark.parametrize("kind", DATABASE_KINDS)
def test_a_member_of_a_cluster_is_left_to_its_cluster(kind: ActionKind) -> None:
    assert "belongs to the cluster web" in verdict(
        kind, a_database(cluster="web", engine="aurora-postgresql")
    )


@pytest.mark.parametrize(
    ("kind", "state"), [(K.STOP_DATABASE_CLUSTER, "available"), (K.START_DATABASE_CLUSTER, "stopped")]
)
def test_a_cluster_is_left_alone_for_an_instance_of_it_that_is_protected(
    kind: ActionKind, state: str
) -> None:
    assert verdict(kind, a_cluster(state=state, protected_members=("ledger-1", "ledger-2"))) == (
        "Instances of ledger are protected by their tag pioneer:protected and would be switched with it: ledger-1, ledger-2."
    )


@pytest.mark.parametrize(
    ("stop", "start", "of", "those"),
    [
        (K.STOP_AUTOSCALING_GROUP, K.START_AUTOSCALING_GROUP, a_group, "Instances of workers"),
        (
            K.STOP_NODE_GROUP,
            K.START_NODE_GROUP,
            a_node_group,
            "Nodes of workers, or the Auto Scaling group behind them,",
        ),
    ],
)
def test_a_group_is_not_scaled_to_nothing_while_a_member_is_protected_or_may_be(
    stop: ActionKind, start: ActionKind, of: Callable[..., Resource], those: str
) -> None:
    assert verdict(stop, of(protected_members=("i-1", "i-2"))) == (
        f"{those} are protected by their tag pioneer:protected and would be ended with its size: i-1, i-2."
    )
    assert "are protected is not known" in verdict(stop, of(protected_members=None))
    assert verdict(stop, of()) == ""
    up = {"smallest": 1, "desired": 2, "largest": 4}
    assert verdict(start, of(desired=0, smallest=0, protected_members=None), **up) == ""


@pytest.mark.parametrize(
    ("kind", "resource", "why"),
    [
        (K.DELETE_SNAPSHOT, a_snapshot(made_by="AWS Backup"), "made by AWS Backup"),
        (K.DELETE_SNAPSHOT, a_snapshot(state="pending"), "pending"),
        (K.SET_LOG_RETENTION, a_log_group(retention_days=30), "already"),
        (
            K.SET_BUCKET_LIFECYCLE,
            a_bucket(lifecycle_rules=("pioneer-abort-uploads-after-7-days",)),
            "already",
        ),
        (K.STOP_DATABASE, a_database(state="stopped"), "is stopped"),
        (K.STOP_DATABASE, a_database(replica_of="main"), "read replica of main"),
        (K.STOP_DATABASE, a_database(replicas=("copy",)), "read replicas (copy)"),
        (K.STOP_DATABASE, a_database(engine="sqlserver-se", multi_az=True), "SQL Server"),
        (K.MODIFY_DATABASE, a_database(instance_class="db.m5.xlarge"), "already"),
        (K.MODIFY_DATABASE_STORAGE, a_database(state="storage-optimization"), "still moving"),
        (K.MODIFY_DATABASE_STORAGE, a_database(storage_type="standard"), "not changed in place"),
        (K.DELETE_LOAD_BALANCER, a_load_balancer(state="provisioning"), "still being made"),
        (K.TERMINATE_INSTANCE, an_instance(state="stopped", root_device="instance-store"), "instance store"),
        (
            K.TERMINATE_INSTANCE,
            an_instance(state="stopped", termination_protected=True),
            "termination protection; whoever set it",
        ),
        (K.TERMINATE_INSTANCE, an_instance(state="stopped", lifecycle="spot"), "Spot"),
        (K.TERMINATE_INSTANCE, an_instance(state="stopped", autoscaling_group="web"), "Auto Scaling"),
    ],
)
def test_each_refusal_says_why(kind: ActionKind, resource: Resource, why: str) -> None:
    assert why in verdict(kind, resource)


def test_a_change_that_waits_for_its_window_is_not_asked_for_again_but_may_be_hurried() -> None:
    waiting = a_database(pending_class="db.m5.xlarge")
    assert "maintenance window already" in verdict(K.MODIFY_DATABASE, waiting, instance_class="db.m5.xlarge")
    assert not verdict(K.MODIFY_DATABASE, waiting, instance_class="db.m5.xlarge", when="now")


def test_a_change_in_the_window_is_done_once_rds_has_noted_it() -> None:
    wanted = {"instance_class": "db.m5.xlarge"}
    assert isinstance(following(K.MODIFY_DATABASE, a_database(), wanted), Do)
    noted = following(
        K.MODIFY_DATABASE, a_database(pending_class="db.m5.xlarge"), wanted, step="modify_database"
    )
    assert "becomes a db.m5.xlarge in its next maintenance window" in getattr(noted, "outcome", "")


def test_a_change_at_once_is_waited_for() -> None:
    wanted = {"instance_class": "db.m5.xlarge", "when": "now"}
    for seen in (a_database(pending_class="db.m5.xlarge"), a_database(state="modifying")):
        assert isinstance(following(K.MODIFY_DATABASE, seen, wanted, step="modify_database"), Wait)


def test_a_change_taken_back_before_its_window_is_taken_back_at_once() -> None:
    changed = an_action(
        K.MODIFY_DATABASE,
        a_database(),
        {"instance_class": "db.m5.xlarge"},
        before={"instance_class": "db.m5.large"},
        after={"instance_class": "db.m5.large", "pending_class": "db.m5.xlarge"},
    )
    undo = DECLARATIONS[K.MODIFY_DATABASE].undo(changed)
    assert undo == (K.MODIFY_DATABASE, {"instance_class": "db.m5.large", "when": "now"})
    waiting = a_database(pending_class="db.m5.xlarge")
    assert not verdict(K.MODIFY_DATABASE, waiting, **undo[1])


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (K.SET_LOG_RETENTION, {}),
        (K.SET_LOG_RETENTION, {"days": 31}),
        (K.SET_LOG_RETENTION, {"days": True}),
        (K.SET_BUCKET_LIFECYCLE, {}),
        (K.SET_BUCKET_LIFECYCLE, {"abort_days": 0}),
        (K.SET_BUCKET_LIFECYCLE, {"transition_days": 30}),
        (K.SET_BUCKET_LIFECYCLE, {"transition_days": 29, "transition_to": "STANDARD_IA"}),
        (K.SET_BUCKET_LIFECYCLE, {"transition_days": 30, "transition_to": "SNOWMOBILE"}),
        (K.SET_BUCKET_LIFECYCLE, {"abort_days": 7, "remove": "yes"}),
        (K.MODIFY_DATABASE, {"instance_class": "m5.large"}),
        (K.MODIFY_DATABASE, {"instance_class": "db.m5.large", "when": "soon"}),
        (K.MODIFY_DATABASE_STORAGE, {"storage_type": "gp2", "iops": 3000}),
        (K.MODIFY_DATABASE_STORAGE, {"storage_type": "aurora"}),
        (K.TERMINATE_INSTANCE, {"force": True}),
    ],
)
def test_wrong_parameters_are_refused_by_name(kind: ActionKind, given: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        checked(kind, given)


def test_what_cannot_be_taken_back_says_that_it_is_final() -> None:
    final = {kind for kind, declared in DECLARATIONS.items() if declared.final}
    assert final == {kind for kind in ActionKind if kind.startswith(("delete", "release", "terminate"))}
    ends = ("It cannot be taken back", "Not by a click: ")
    said = {kind: declared.reversal(SUBJECTS[declared.on]) for kind, declared in DECLARATIONS.items()}
    assert final == {kind for kind, words in said.items() if words.startswith(ends)}


def test_every_action_on_aws_declares_what_it_sends() -> None:
    for kind, declared in DECLARATIONS.items():
        assert bool(declared.sends) == (kind is not K.ATTACH_SCHEDULE)


def test_a_bucket_whose_rules_are_not_known_yet_is_looked_at_first() -> None:
    assert not verdict(K.SET_BUCKET_LIFECYCLE, replace(a_bucket(), lifecycle_rules=None))
