from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import boto3
import pytest
from moto import mock_aws
from sqlalchemy import select

from core.access.roles import Role, User
from core.alerts import AlertState
from core.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from core.inventory import Account, Instance
from core.metrics import MetricQuery, MetricsAnswer
from core.ports import Metrics
from services.context import Beat, Context
from services.db.tables.cloud import collections
from services.db.tables.records import events
from services.usecases import alerts
from tests.stand_in import REGION, Fleet, later, take_lease

Person = Callable[..., User]


@pytest.fixture
def fleet(ctx: Context, organisation_id: UUID) -> Iterator[Fleet]:
    with mock_aws():
        yield Fleet(ctx, organisation_id)


def report(resource: Instance, end: datetime, *values: float) -> None:
    """CPU values five minutes apart, the newest five minutes before `end`."""
    boto3.client("cloudwatch", region_name=REGION).put_metric_data(
        Namespace="AWS/EC2",
        MetricData=[
            {
                "MetricName": "CPUUtilization",
                "Dimensions": [{"Name": "InstanceId", "Value": resource.id}],
                "Timestamp": end - timedelta(minutes=5 * (len(values) - index)),
                "Value": value,
                "Unit": "Percent",
            }
            for index, value in enumerate(values)
        ],
    )


def told(ctx: Context) -> list[str]:
    with ctx.begin() as db:
        query = (
            select(events.c.type)
            .where(events.c.type.in_(["AlertFiring", "AlertRecovered"]))
            .order_by(events.c.id)
        )
        return list(db.execute(query).scalars())


def test_an_alert_fires_once_and_recovers_once(ctx: Context, operator: User, fleet: Fleet) -> None:
    instance = fleet.instance()
    alerts.create(ctx, operator, instance.id, "cpu", ">", 80, 10)
    report(instance, ctx.now(), 20, 95, 96, 97)
    alerts.evaluate(ctx, Beat())
    (alert,) = alerts.listing(ctx, operator)
    assert (alert.state, alert.last_value) == (AlertState.FIRING, 97)
    assert "CPU is 97%, above 80% since" in alert.detail
    later(ctx, timedelta(minutes=5))
    alerts.evaluate(ctx, Beat())
    assert told(ctx) == ["AlertFiring"]

    later(ctx, timedelta(minutes=10))
    report(instance, ctx.now(), 20, 20)
    alerts.evaluate(ctx, Beat())
    (alert,) = alerts.listing(ctx, operator)
    assert (alert.state, told(ctx)) == (AlertState.OK, ["AlertFiring", "AlertRecovered"])


def test_without_samples_an_alert_is_unknown_and_says_nothing(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    alerts.create(ctx, operator, fleet.instance().id, "cpu", "<", 5, 10)
    alerts.evaluate(ctx, Beat())
    (alert,) = alerts.listing(ctx, operator)
    assert (alert.state, alert.last_value) == (AlertState.UNKNOWN, None)
    assert told(ctx) == []


def test_an_alert_that_was_unknown_in_between_recovers_all_the_same(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    instance = fleet.instance()
    alerts.create(ctx, operator, instance.id, "cpu", ">", 80, 0)
    report(instance, ctx.now(), 95)
    alerts.evaluate(ctx, Beat())
    later(ctx, timedelta(hours=1))
    alerts.evaluate(ctx, Beat())
    assert alerts.listing(ctx, operator)[0].state is AlertState.UNKNOWN
    later(ctx, timedelta(minutes=5))
    report(instance, ctx.now(), 20)
    alerts.evaluate(ctx, Beat())
    assert told(ctx) == ["AlertFiring", "AlertRecovered"]


class _Silent:
    """CloudWatch that does not answer."""

    def read(self, *_given: object) -> None:
        raise Unavailable("CloudWatch does not answer.")


def test_a_cloudwatch_that_does_not_answer_makes_it_unknown_with_the_reason(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    alerts.create(ctx, operator, fleet.instance().id, "cpu", ">", 80, 0)
    alerts.evaluate(replace(ctx, metrics=_Silent()), Beat())
    (alert,) = alerts.listing(ctx, operator)
    assert (alert.state, alert.detail) == (AlertState.UNKNOWN, "CloudWatch does not answer.")


def test_cloudwatch_is_asked_once_for_all_alerts_of_a_region_and_not_again_for_five_minutes(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    for instance in fleet.instances(3):
        alerts.create(ctx, operator, instance.id, "cpu", ">", 80, 0)
        alerts.create(ctx, operator, instance.id, "cpu", "<", 1, 30)
    assert alerts.evaluate(ctx, Beat()) == "6 judged, 0 changed."
    assert alerts.evaluate(ctx, Beat()) == "None was due."
    with ctx.begin() as db:
        row = db.execute(select(collections)).one()
    assert (row.calls, row.metrics_asked) == (1, 3)


class _Meanwhile:
    """CloudWatch that takes its time: somebody does something before it answers."""

    def __init__(self, real: Metrics, do: Callable[[], None]) -> None:
        self._real, self._do = real, do

    def read(
        self,
        account: Account,
        region: str,
        queries: Sequence[MetricQuery],
        start: datetime,
        end: datetime,
        period_seconds: int,
    ) -> MetricsAnswer:
        answer = self._real.read(account, region, queries, start, end, period_seconds)
        self._do()
        return answer


def test_an_alert_deleted_while_it_is_judged_says_nothing(ctx: Context, operator: User, fleet: Fleet) -> None:
    instance = fleet.instance()
    kept = alerts.create(ctx, operator, instance.id, "cpu", ">", 80, 0)
    dropped = alerts.create(ctx, operator, instance.id, "cpu", ">", 90, 0)
    report(instance, ctx.now(), 95)
    slow = _Meanwhile(ctx.metrics, lambda: alerts.delete(ctx, operator, dropped.id))
    assert alerts.evaluate(replace(ctx, metrics=slow), Beat()) == "2 judged, 1 changed."
    with ctx.begin() as db:
        fired = db.execute(select(events.c.aggregate).where(events.c.type == "AlertFiring")).scalars().all()
    assert fired == [f"alert:{kept.id}"]


def test_a_threshold_is_set_on_what_is_there_and_what_it_reports(
    ctx: Context, operator: User, fleet: Fleet
) -> None:
    instance = fleet.instance()
    with pytest.raises(NotFound):
        alerts.create(ctx, operator, "i-nowhere", "cpu", ">", 80, 0)
    with pytest.raises(Invalid, match="no metric called moisture"):
        alerts.create(ctx, operator, instance.id, "moisture", ">", 80, 0)
    with pytest.raises(Invalid, match="comparison"):
        alerts.create(ctx, operator, instance.id, "cpu", "==", 80, 0)
    assert alerts.listing(ctx, operator) == ()


def test_a_deleted_alert_is_neither_listed_nor_judged(ctx: Context, operator: User, fleet: Fleet) -> None:
    alert = alerts.create(ctx, operator, fleet.instance().id, "cpu", ">", 80, 0)
    alerts.delete(ctx, operator, alert.id)
    assert alerts.listing(ctx, operator) == ()
    assert alerts.evaluate(ctx, Beat()) == "None was due."
    with pytest.raises(NotFound):
        alerts.delete(ctx, operator, alert.id)


def test_alerts_are_kept_within_the_organisation_and_accounts(
    ctx: Context, operator: User, viewer: User, person: Person, fleet: Fleet
) -> None:
    instance = fleet.instance()
    alert = alerts.create(ctx, operator, instance.id, "cpu", ">", 80, 0)
    narrow = person(Role.OPERATOR, accounts=frozenset({"999999999999"}))
    for stranger in (narrow, replace(operator, organisation_id=uuid4())):
        assert alerts.listing(ctx, stranger) == ()
        with pytest.raises(NotFound):
            alerts.delete(ctx, stranger, alert.id)
        with pytest.raises(NotFound):
            alerts.create(ctx, stranger, instance.id, "cpu", ">", 80, 0)
    with pytest.raises(Forbidden):
        alerts.delete(ctx, viewer, alert.id)
    assert len(alerts.listing(ctx, viewer)) == 1


def test_a_worker_that_lost_the_lease_judges_nothing(ctx: Context, operator: User, fleet: Fleet) -> None:
    alerts.create(ctx, operator, fleet.instance().id, "cpu", ">", 80, 0)
    take_lease(ctx)
    with pytest.raises(Conflict, match="taken over"):
        alerts.evaluate(ctx, Beat())
    assert alerts.listing(ctx, operator)[0].last_checked_at is None
