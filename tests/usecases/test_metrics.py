from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import boto3
import numpy as np
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from sqlalchemy import func, select, text

from core.access.roles import Role, User
from core.connections import Outcome
from core.errors import Invalid
from core.inventory import Account, Kind
from core.measured import queries_of
from core.metrics import DayOfSamples
from core.periods import midnight
from services.adapters.aws.session import Sessions
from services.context import Context
from services.db.stores import connections, samples
from services.db.stores import resources as store
from services.db.tables.cloud import collections as collection_table
from services.db.tables.cloud import samples as sample_table
from services.usecases import connections as connecting
from services.usecases import metrics
from tests.builders import an_instance

OWN = "123456789012"
REGION = "us-east-1"
SERIES = 2 * len(queries_of(an_instance()))
"""What is asked about two instances."""


def own_sessions(ctx: Context) -> Sessions:
    """The real adapter's clients, to stub one of them."""
    sessions = ctx.metrics._sessions  # type: ignore[attr-defined]  # opened up on purpose
    assert isinstance(sessions, Sessions)
    return sessions


@pytest.fixture
def account(ctx: Context, organisation_id: UUID) -> Account:
    """One account with two instances, known from an earlier collection."""
    account = Account(OWN, organisation_id, "Own", "x", (REGION,))
    with ctx.begin() as db:
        connections.add(db, account, ctx.now())
        instances = [an_instance(f"i-{number}", account_id=OWN, region=REGION) for number in (1, 2)]
        store.publish(db, organisation_id, instances, ctx.now())
    return account


def put(instance_id: str, points: dict[datetime, float], name: str = "CPUUtilization") -> None:
    boto3.client("cloudwatch", region_name=REGION).put_metric_data(
        Namespace="AWS/EC2",
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": [{"Name": "InstanceId", "Value": instance_id}],
                "Timestamp": at,
                "Value": value,
            }
            for at, value in points.items()
        ],
    )


def this_hour(ctx: Context) -> datetime:
    return ctx.now().replace(minute=0, second=0, microsecond=0)


def pull(ctx: Context) -> tuple[int, int]:
    """Collect; answers calls and metrics asked."""
    metrics.collect(ctx)
    with ctx.begin() as db:
        query = select(collection_table.c.calls, collection_table.c.metrics_asked).order_by(
            collection_table.c.id.desc()
        )
        calls, asked = db.execute(query.limit(1)).one()
        return calls, asked


def rows(ctx: Context) -> int:
    with ctx.begin() as db:
        return db.execute(select(func.count()).select_from(sample_table)).scalar_one()


def test_thirty_days_come_first_and_then_only_what_is_missing(
    ctx: Context, account: Account, admin: User
) -> None:
    with mock_aws():
        hour = this_hour(ctx)
        put("i-1", {hour - timedelta(hours=ago): float(ago) for ago in (1, 30, 29 * 24)})
        assert pull(ctx) == (1, SERIES)
        before = rows(ctx)
        known = metrics.series(ctx, admin, ["i-1", "i-2"], "cpu", hour - timedelta(days=31), hour)
        assert known["i-1"].values.tolist() == [29.0 * 24, 30.0, 1.0]
        assert known["i-1"].times[-1] == hour - timedelta(hours=1)
        assert "i-2" not in known
        asked: list[datetime] = []
        client = own_sessions(ctx).client(account, "cloudwatch", REGION)
        client.meta.events.register(
            "provide-client-params.cloudwatch.GetMetricData",
            lambda params, **_: asked.append(params["StartTime"]),
        )
        pull(ctx)
        assert rows(ctx) == before
    yesterday_settled = ctx.now() - midnight(ctx.now().date()) >= timedelta(hours=3)
    assert asked == [midnight(ctx.now().date()) - timedelta(days=0 if yesterday_settled else 1)]


def test_a_new_instance_is_pulled_from_the_start_in_the_same_call(ctx: Context, account: Account) -> None:
    with mock_aws():
        pull(ctx)
        with ctx.begin() as db:
            store.publish(
                db, account.organisation_id, [an_instance("i-3", account_id=OWN, region=REGION)], ctx.now()
            )
        assert pull(ctx)[0] == 1
    with ctx.begin() as db:
        days = select(sample_table.c.resource_id, func.count()).group_by(sample_table.c.resource_id)
        assert len({count for _, count in db.execute(days)}) == 1


def test_a_hole_is_healed(ctx: Context, account: Account) -> None:
    with mock_aws():
        pull(ctx)
        whole = rows(ctx)
        with ctx.begin() as db:
            day = ctx.now().date() - timedelta(days=10)
            db.execute(sample_table.delete().where(sample_table.c.day == day))
        assert rows(ctx) < whole
        pull(ctx)
    assert rows(ctx) == whole
    assert account.regions == (REGION,)


def test_being_denied_leaves_metrics_unknown_and_says_what_to_grant(
    ctx: Context, account: Account, admin: User
) -> None:
    with mock_aws(), Stubber(own_sessions(ctx).client(account, "cloudwatch", REGION)) as stub:
        stub.add_client_error("get_metric_data", "AccessDenied", "no", http_status_code=403)
        metrics.collect(ctx)
    assert rows(ctx) == 0
    (connection,) = connecting.accounts(ctx, admin)
    assert connection.metrics.outcome is Outcome.FAILED
    assert [gap.permission for gap in connection.gaps] == ["cloudwatch:GetMetricData"]
    hour = this_hour(ctx)
    assert metrics.series(ctx, admin, ["i-1"], "cpu", hour - timedelta(days=1), hour) == {}
    assert metrics.sparklines(ctx, admin, ["i-1"]) == {}


@pytest.mark.usefixtures("account")
def test_what_asking_costs_is_counted(ctx: Context, admin: User) -> None:
    with mock_aws():
        pull(ctx)
        metrics.live(ctx, admin, ["i-1", "i-2"], ["cpu"])
    (connection,) = connecting.accounts(ctx, admin)
    assert connection.metrics_asked == SERIES + 2
    assert connection.asking_usd == Decimal(SERIES + 2) / 100_000


@pytest.mark.usefixtures("account")
def test_a_sparkline_has_a_value_for_three_hours_and_none_where_unknown(ctx: Context, admin: User) -> None:
    with mock_aws():
        midday = midnight(ctx.now().date() - timedelta(days=2)) + timedelta(hours=12)
        put("i-1", {midday: 10.0, midday + timedelta(hours=1): 30.0, midday + timedelta(hours=3): 5.0})
        pull(ctx)
    (line,) = metrics.sparklines(ctx, admin, ["i-1", "i-2"]).values()
    assert len(line) == 56
    known = {number: value for number, value in enumerate(line) if value is not None}
    assert known == {4 * 8 + 4: 20.0, 4 * 8 + 5: 5.0}


@pytest.mark.usefixtures("account")
def test_live_values_come_straight_from_cloudwatch(ctx: Context, admin: User) -> None:
    with mock_aws():
        minute = ctx.now().replace(second=0, microsecond=0)
        put("i-1", {minute - timedelta(minutes=5): 42.0})
        answer = metrics.live(ctx, admin, ["i-1", "i-unknown"], ["cpu"])
    assert list(answer.series) == [("i-1", "cpu")]
    assert answer.series["i-1", "cpu"].values.tolist() == [42.0]
    assert rows(ctx) == 0


def test_everybody_who_looks_within_seconds_shares_one_call(
    ctx: Context, account: Account, admin: User, viewer: User
) -> None:
    with mock_aws():
        sessions = own_sessions(ctx)
        calls: list[int] = []
        client = sessions.client(account, "cloudwatch", REGION)
        client.meta.events.register("before-call.cloudwatch.GetMetricData", lambda **_: calls.append(1))
        for user in (admin, viewer, admin):
            metrics.live(ctx, user, ["i-1"], ["cpu"])
        assert len(calls) == 1
        with ctx.begin() as db:
            db.execute(text("insert into clock_shift (shift) values (interval '20 seconds')"))
        metrics.live(ctx, admin, ["i-1"], ["cpu"])
        assert len(calls) == 2


def test_what_cloudwatch_will_not_say_live_is_a_gap(ctx: Context, account: Account, admin: User) -> None:
    with mock_aws(), Stubber(own_sessions(ctx).client(account, "cloudwatch", REGION)) as stub:
        stub.add_client_error("get_metric_data", "AccessDenied", "no", http_status_code=403)
        answer = metrics.live(ctx, admin, ["i-1"], ["cpu"])
    assert answer.series == {}
    assert [gap.permission for gap in answer.gaps] == ["cloudwatch:GetMetricData"]


@pytest.mark.usefixtures("account")
def test_a_user_of_another_account_gets_no_metrics(ctx: Context, person: Callable[..., User]) -> None:
    stranger = person(Role.VIEWER, accounts=frozenset({"999999999999"}))
    with mock_aws():
        hour = this_hour(ctx)
        put("i-1", {hour - timedelta(hours=2): 1.0})
        pull(ctx)
        assert metrics.live(ctx, stranger, ["i-1"], ["cpu"]).series == {}
    assert metrics.series(ctx, stranger, ["i-1"], "cpu", hour - timedelta(days=1), hour) == {}
    assert metrics.sparklines(ctx, stranger, ["i-1"]) == {}


def test_impossible_questions_are_refused(ctx: Context, admin: User) -> None:
    now = ctx.now()
    with pytest.raises(Invalid):
        metrics.series(ctx, admin, ["i-1"], "cpu", now, now - timedelta(hours=1))
    with pytest.raises(Invalid):
        metrics.live(ctx, admin, ["i-1"] * 101, ["cpu"])
    with pytest.raises(Invalid):
        metrics.live(ctx, admin, ["i-1"], ["cpu"], minutes=0)


# The store


def a_day(resource_id: str, day: datetime, values: list[float]) -> DayOfSamples:
    padded = np.array(values + [np.nan] * (24 - len(values)), np.float32)
    return DayOfSamples(resource_id, "cpu", day.date(), padded, complete=True)


def test_the_matrix_has_a_row_for_each_resource_and_nan_where_unknown(ctx: Context, account: Account) -> None:
    first = midnight(ctx.now().date()) - timedelta(days=2)
    with ctx.begin() as db:
        samples.make_partitions(db, first.date(), first.date())
        samples.write(
            db, account.organisation_id, [a_day("i-1", first + timedelta(days=1), [1.5, 0.0])], 3600
        )
        ((ids, grid),) = samples.matrix(db, account.organisation_id, Kind.INSTANCE, "cpu", first.date(), 2)
    assert ids == ["i-1", "i-2"]
    assert grid.shape == (2, 48)
    assert grid.dtype == np.float32
    assert grid[0, 24:26].tolist() == [1.5, 0.0]
    assert np.isnan(grid).sum() == 2 * 48 - 2


def test_writing_a_day_again_replaces_it(ctx: Context, account: Account) -> None:
    today = midnight(ctx.now().date())
    with ctx.begin() as db:
        samples.make_partitions(db, today.date(), today.date())
        for values in ([1.0, 2.0], [3.0]):
            samples.write(db, account.organisation_id, [a_day("i-1", today, values)], 3600)
        row = db.execute(select(sample_table)).one()
    assert (row.values[0], row.values[1], row.mean, row.maximum) == (3.0, None, 3.0, 3.0)


def test_partitions_are_made_ahead_once_and_old_ones_dropped(ctx: Context) -> None:
    today = ctx.now().date()
    with ctx.begin() as db:
        for _ in range(2):
            samples.make_partitions(db, today - timedelta(days=70), today)
        names = set(
            db.execute(
                text(
                    "select inhrelid::regclass::text from pg_inherits where inhparent = 'metric_sample'::regclass"
                )
            ).scalars()
        )
        dropped = samples.drop_partitions(db, today)
    assert f"metric_sample_{(today.replace(day=1) + timedelta(days=32)):%Y_%m}" in names
    assert f"metric_sample_{today:%Y_%m}" in names
    assert set(dropped) == {name for name in names if name < f"metric_sample_{today:%Y_%m}"}
    assert len(dropped) >= 2


def test_a_question_about_no_resource_has_an_empty_answer(ctx: Context, account: Account) -> None:
    today = ctx.now().date()
    with ctx.begin() as db:
        grid = samples.hours(db, account.organisation_id, [], "cpu", today, 3)
    assert grid.shape == (0, 72)
