"""What a screen sees of the metrics it watches while AWS is silent. AWS is moto, held back where it says so."""

from datetime import datetime, timedelta
from threading import Event
from uuid import UUID

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from sqlalchemy import text

from core.access.roles import User
from core.inventory import Account
from core.metrics import LiveMetrics
from services.adapters.aws.session import Sessions
from services.context import Context
from services.usecases import metrics
from tests.builders import an_instance
from tests.fleet import connected, seen

OWN = "123456789012"
REGION = "us-east-1"


@pytest.fixture
def account(ctx: Context, organisation_id: UUID) -> Account:
    """One account with one instance."""
    connected(ctx, organisation_id, OWN)
    seen(ctx, organisation_id, an_instance("i-1", account_id=OWN, region=REGION))
    return Account(OWN, organisation_id, "Test", "x", (REGION,))


def own_sessions(ctx: Context) -> Sessions:
    """The real adapter's clients, to hold one of them back."""
    sessions = ctx.metrics._sessions  # type: ignore[attr-defined]  # opened up on purpose
    assert isinstance(sessions, Sessions)
    return sessions


def move_clock(ctx: Context, shift: str) -> None:
    with ctx.begin() as db:
        db.execute(text("delete from clock_shift"))
        db.execute(
            text("insert into clock_shift (shift) values (cast(:shift as interval))"), {"shift": shift}
        )


def put(instance_id: str, points: dict[datetime, float]) -> None:
    boto3.client("cloudwatch", region_name=REGION).put_metric_data(
        Namespace="AWS/EC2",
        MetricData=[
            {
                "MetricName": "CPUUtilization",
                "Dimensions": [{"Name": "InstanceId", "Value": instance_id}],
                "Timestamp": at,
                "Value": value,
            }
            for at, value in points.items()
        ],
    )


def test_while_aws_is_silent_the_last_answer_is_told_with_its_age(
    ctx: Context, account: Account, admin: User
) -> None:
    free, asked = Event(), Event()

    def hang(**_: object) -> None:
        asked.set()
        free.wait(60)

    def look() -> LiveMetrics:
        return metrics.live(ctx, admin, ["i-1"], ["cpu"], patience=timedelta(0))

    with mock_aws():
        minute = ctx.now().replace(second=0, microsecond=0)
        put("i-1", {minute - timedelta(minutes=5): 42.0})
        before = metrics.live(ctx, admin, ["i-1"], ["cpu"])
        assert before.asking_since is None
        events = own_sessions(ctx).client(account, "cloudwatch", REGION).meta.events
        events.register("before-call.cloudwatch.GetMetricData", hang)
        move_clock(ctx, "20 seconds")
        late = look()
        assert asked.wait(60)
        assert late.series["i-1", "cpu"].values.tolist() == [42.0]
        assert late.at == before.at
        assert late.asking_since is not None
        move_clock(ctx, "40 seconds")
        assert look().asking_since == late.asking_since, "one question at a time"
        free.set()
        events.unregister("before-call.cloudwatch.GetMetricData", hang)
        assert metrics.live(ctx, admin, ["i-1"], ["cpu"]).gaps == ()
        move_clock(ctx, "60 seconds")
        stub = Stubber(own_sessions(ctx).client(account, "cloudwatch", REGION))
        stub.add_client_error("get_metric_data", "InternalFailure", "no", http_status_code=400)
        with stub:
            failed = metrics.live(ctx, admin, ["i-1"], ["cpu"])
        assert failed.series["i-1", "cpu"].values.tolist() == [42.0], "what was last answered stays"
        assert failed.gaps
