from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from core.access.roles import User
from core.connections import Outcome
from core.errors import Conflict
from core.inventory import Account, Kind
from services.context import Beat, Context
from services.db.stores import connections, records
from services.db.stores import resources as store
from services.db.tables.cloud import collections as collection_table
from services.usecases import connections as connecting
from services.usecases import inventory
from services.usecases import resources as resource_cases
from tests.builders import an_instance
from tests.listings import (
    LAUNCHED,
    OTHER,
    OWN,
    REGION,
    an_item,
    connected,
    ec2_says,
    halfway,
    outcomes,
    own_sessions,
    there,
)

# Through the real adapters


def test_every_account_and_region_is_collected(ctx: Context, organisation_id: UUID, admin: User) -> None:
    with mock_aws():
        for region in ("us-east-1", "eu-west-1"):
            boto3.client("ec2", region_name=region).create_volume(AvailabilityZone=f"{region}a", Size=8)
        connected(ctx, organisation_id, "us-east-1", "eu-west-1")
        said: list[str] = []
        assert inventory.collect(ctx, Beat(say=said.append)) == "2 of 2 account regions whole."
    page = resource_cases.search(ctx, admin)
    assert sorted(volume.region for volume in page.rows) == ["eu-west-1", "us-east-1"]
    assert said == ["1 of 2 account regions", "2 of 2 account regions"]
    (connection,) = connecting.accounts(ctx, admin)
    assert (connection.status, connection.inventory.whole) == ("connected", True)


def test_a_denied_service_is_unknown_and_nothing_of_it_is_gone(
    ctx: Context, organisation_id: UUID, admin: User
) -> None:
    with mock_aws():
        ec2 = boto3.client("ec2", region_name=REGION)
        volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=8)["VolumeId"]
        account = connected(ctx, organisation_id)
        inventory.collect(ctx)
        ec2.delete_volume(VolumeId=volume)
        other = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)["Instances"][0][
            "InstanceId"
        ]
        with Stubber(own_sessions(ctx).client(account, "redshift", REGION)) as stub:
            stub.add_client_error("describe_clusters", "AccessDenied", "no", http_status_code=403)
            inventory.collect(ctx)
    assert volume not in there(ctx, organisation_id)
    assert there(ctx, organisation_id)[other] == "running"
    (connection,) = connecting.accounts(ctx, admin)
    assert connection.inventory.outcome is Outcome.PARTIAL
    assert [(gap.service, gap.permission) for gap in connection.gaps] == [
        ("Redshift clusters", "redshift:DescribeClusters")
    ]


def test_an_account_that_cannot_be_entered_is_broken_and_keeps_what_was_seen(
    ctx: Context, organisation_id: UUID, admin: User
) -> None:
    with mock_aws():
        connected(ctx, organisation_id, account_id=OTHER, role_arn=f"arn:aws:iam::{OTHER}:role/CloudPioneer")
        with ctx.begin() as db:
            store.publish(db, organisation_id, [an_instance("i-1", account_id=OTHER)], ctx.now())
        with Stubber(own_sessions(ctx).client(None, "sts", REGION)) as stub:
            stub.add_client_error("assume_role", "AccessDenied", "no", http_status_code=403)
            assert inventory.collect(ctx) == "0 of 1 account regions whole."
    assert there(ctx, organisation_id) == {"i-1": "running"}
    (connection,) = connecting.accounts(ctx, admin)
    assert (connection.status, connection.inventory.outcome) == ("broken", Outcome.FAILED)
    assert "sts:AssumeRole" in connection.inventory.detail


# Publishing


@pytest.fixture
def account(ctx: Context, organisation_id: UUID) -> Iterator[Account]:
    """An account that is connected, in an AWS where nothing runs."""
    with mock_aws():
        yield connected(ctx, organisation_id)


def collect(ctx: Context, account: Account, *runs: list[dict[str, object]] | None) -> None:
    with ec2_says(ctx, account, *runs):
        for _ in runs:
            inventory.collect(ctx)


def states_of(ctx: Context, account: Account, resource_id: str) -> list[str]:
    with ctx.begin() as db:
        history = store.history(db, account.organisation_id, resource_id, 10)
    return [observation.state for observation in history]


def test_what_is_no_longer_listed_is_gone_and_comes_back_when_listed_again(
    ctx: Context, account: Account
) -> None:
    both = [an_item("i-1"), an_item("i-2")]
    states = []
    for items in (both, both[1:], both):
        collect(ctx, account, items)
        states.append(sorted(there(ctx, account.organisation_id)))
    assert states == [["i-1", "i-2"], ["i-2"], ["i-1", "i-2"]]
    assert states_of(ctx, account, "i-1") == ["running", "gone", "running"]


def test_after_a_partial_failure_nothing_of_the_unseen_kinds_is_gone(ctx: Context, account: Account) -> None:
    collect(ctx, account, [an_item("i-1")], None)
    assert there(ctx, account.organisation_id) == {"i-1": "running"}
    assert outcomes(ctx) == [(REGION, "complete"), (REGION, "partial")]


def test_one_failing_region_keeps_no_other_from_being_published(ctx: Context, organisation_id: UUID) -> None:
    role = f"arn:aws:iam::{OTHER}:role/CloudPioneer"
    with mock_aws():
        connected(ctx, organisation_id, REGION, "eu-west-1", account_id=OTHER, role_arn=role)
        real = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="test")
        with Stubber(own_sessions(ctx).client(None, "sts", REGION)) as stub:
            stub.add_client_error("assume_role", "InternalFailure", "", http_status_code=500)
            stub.add_response("assume_role", {"Credentials": real["Credentials"]})
            assert inventory.collect(ctx) == "1 of 2 account regions whole."
    assert sorted(outcome for _, outcome in outcomes(ctx)) == ["complete", "failed"]


def test_a_change_of_state_is_observed_once(ctx: Context, account: Account) -> None:
    running, stopped = [an_item("i-1")], [an_item("i-1", "stopped")]
    collect(ctx, account, running, running, stopped, stopped)
    assert states_of(ctx, account, "i-1") == ["stopped", "running"]
    with ctx.begin() as db:
        newest = store.history(db, account.organisation_id, "i-1", 1)[0]
        assert store.in_state_since(db, account.organisation_id, Kind.INSTANCE) == {"i-1": newest.at}


def test_only_a_run_that_changed_something_is_written_into_the_audit_log(
    ctx: Context, account: Account
) -> None:
    collect(ctx, account, *[[an_item("i-1")]] * 3, [an_item("i-1", "stopped")])
    with ctx.begin() as db:
        actions = [row.action for row in records.audit_rows(db, account.organisation_id)]
    assert actions == ["InventoryCollected", "AccountChanged", "InventoryCollected"]


def test_a_resource_keeps_every_field_through_the_database(
    ctx: Context, account: Account, admin: User
) -> None:
    instance = an_instance(
        "i-1",
        account_id=OWN,
        name="web",
        tags={"team": "shop", "we/ird:key": "ü'\"{}"},
        launched_at=LAUNCHED,
        autoscaling_group="web",
        volume_ids=("vol-1", "vol-2"),
    )
    with ctx.begin() as db:
        store.publish(db, account.organisation_id, [instance], ctx.now())
    assert resource_cases.one(ctx, admin, "i-1") == instance


def test_what_an_action_saw_later_is_not_overwritten_by_an_older_snapshot(
    ctx: Context, account: Account
) -> None:
    def stop() -> None:
        with ctx.begin() as db:
            stopped = an_instance("i-1", account_id=OWN, state="stopped")
            store.observe(db, account.organisation_id, stopped, ctx.now())

    collect(ctx, account, [an_item("i-1")])
    halfway(ctx, account, stop)
    collect(ctx, account, [an_item("i-1")])
    assert there(ctx, account.organisation_id) == {"i-1": "stopped"}
    collect(ctx, account, [an_item("i-1", "stopped")])
    assert states_of(ctx, account, "i-1") == ["stopped", "running"]


def test_a_resource_seen_to_be_gone_by_an_action_is_gone_at_once(ctx: Context, account: Account) -> None:
    collect(ctx, account, [an_item("i-1")])
    with ctx.begin() as db:
        store.observe_gone(db, account.organisation_id, an_instance("i-1"), ctx.now())
    assert there(ctx, account.organisation_id) == {}


def test_a_paused_account_is_not_collected(ctx: Context, account: Account) -> None:
    with ctx.begin() as db:
        connections.set_status(db, account.organisation_id, OWN, "paused")
    assert inventory.collect(ctx) == "0 of 0 account regions whole."


def test_a_run_that_lost_its_lease_publishes_nothing(ctx: Context, account: Account) -> None:
    def lost() -> None:
        raise Conflict("Another worker holds the lease.")

    with ec2_says(ctx, account, [an_item("i-1")]), pytest.raises(Conflict):
        inventory.collect(ctx, Beat(check=lost))
    assert there(ctx, account.organisation_id) == {}


def test_what_has_not_answered_by_the_deadline_has_failed(ctx: Context, account: Account) -> None:
    late = Barrier(2)
    halfway(ctx, account, lambda: late.wait(timeout=10))
    with ec2_says(ctx, account, [an_item("i-1")]):
        inventory.collect(ctx, deadline_seconds=0.2)
        late.wait(timeout=10)
    assert outcomes(ctx) == [(REGION, "failed")]
    assert there(ctx, account.organisation_id) == {}


def test_a_run_cut_off_long_ago_counts_as_failed(ctx: Context, account: Account) -> None:
    with ctx.begin() as db:
        db.execute(
            collection_table.insert().values(
                organisation_id=account.organisation_id,
                account_id=account.id,
                region=REGION,
                what="inventory",
                started_at=ctx.now() - timedelta(hours=2),
                outcome="running",
            )
        )
    collect(ctx, account, [])
    assert outcomes(ctx) == [(REGION, "failed"), (REGION, "complete")]
