"""An account whose EC2 lists what a test says, through the real adapter, and what the database then shows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from botocore.stub import Stubber
from sqlalchemy import select

from core.inventory import Account
from services.adapters.aws.cloud import AwsCloud
from services.adapters.aws.session import Sessions
from services.context import Context
from services.db.stores import connections
from services.db.tables.cloud import collections as collection_table
from services.db.tables.cloud import resources as resource_table

OWN, OTHER = "123456789012", "222222222222"
REGION = "us-east-1"


EMPTY = (
    ("describe_volumes", "Volumes"),
    ("describe_snapshots", "Snapshots"),
    ("describe_addresses", "Addresses"),
    ("describe_nat_gateways", "NatGateways"),
    ("describe_vpc_endpoints", "VpcEndpoints"),
    ("describe_images", "Images"),
)
LAUNCHED = datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC)


def an_item(instance_id: str, state: str = "running") -> dict[str, object]:
    """An instance as EC2 lists it."""
    return {
        "InstanceId": instance_id,
        "InstanceType": "m5.large",
        "State": {"Name": state},
        "LaunchTime": LAUNCHED,
    }


def own_sessions(ctx: Context) -> Sessions:
    """The real adapter's clients, to stub one of them."""
    sessions = ctx.cloud._sessions  # type: ignore[attr-defined]  # opened up on purpose
    assert isinstance(sessions, Sessions)
    return sessions


@contextmanager
def ec2_says(ctx: Context, account: Account, *runs: list[dict[str, object]] | None) -> Iterator[None]:
    """In each collection EC2 lists these instances and nothing else; None: we may not list any. Other services are empty."""
    with Stubber(own_sessions(ctx).client(account, "ec2", REGION)) as stub:
        for items in runs:
            if items is None:
                stub.add_client_error(
                    "describe_instances", "UnauthorizedOperation", "no", http_status_code=403
                )
            else:
                stub.add_response("describe_instances", {"Reservations": [{"Instances": items}]})
            for operation, key in EMPTY:
                stub.add_response(operation, {key: []})
        yield


def halfway(ctx: Context, account: Account, happens: Callable[[], object]) -> None:
    """Let something happen once, after EC2 was listed and before RDS is."""
    once = [happens]

    def hook(**_kwargs: object) -> None:
        if once:
            once.pop()()

    client = own_sessions(ctx).client(account, "rds", REGION)
    client.meta.events.register("before-call.rds.DescribeDBInstances", hook)


def another_process(ctx: Context) -> Context:
    """The same installation with AWS clients of its own."""
    return replace(ctx, cloud=AwsCloud(Sessions(ctx.settings)))


def connected(
    ctx: Context, organisation_id: UUID, *regions: str, account_id: str = OWN, role_arn: str | None = None
) -> Account:
    account = Account(account_id, organisation_id, "Own", "pioneer-x", regions or (REGION,), role_arn)
    with ctx.begin() as db:
        assert connections.add(db, account, datetime(2026, 11, 1, tzinfo=UTC))
    return account


def there(ctx: Context, organisation_id: UUID) -> dict[str, str]:
    """State by id of all that is not gone."""
    with ctx.begin() as db:
        rows = db.execute(
            select(resource_table.c.id, resource_table.c.state).where(
                resource_table.c.organisation_id == organisation_id, resource_table.c.gone_at.is_(None)
            )
        )
        return dict(rows.all())


def outcomes(ctx: Context) -> list[tuple[str, str]]:
    with ctx.begin() as db:
        query = select(collection_table.c.region, collection_table.c.outcome).order_by(collection_table.c.id)
        return [(region, outcome) for region, outcome in db.execute(query)]
