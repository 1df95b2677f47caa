"""Daily metrics kept, read from CloudWatch, and set against the bill."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws
from sqlalchemy import insert, select

from core.access.roles import Role, User
from core.costs.filters import parse_all
from core.costs.samples import Sample
from core.costs.scope import ACCOUNT as BY_ACCOUNT
from core.costs.scope import DAY, MONTH, Filter, Match
from core.costs.units import CloudWatchMetric, UnitMetric
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.inventory import Account, Gap
from core.metrics import MetricQuery, MetricsAnswer
from core.periods import Period, midnight
from core.ports import Metrics
from services.context import Beat, Context
from services.db.tables.access import organisations
from services.db.tables.records import events
from services.usecases import units
from tests.bills import Billed, a_line
from tests.stand_in import ACCOUNT, REGION, Fleet, later

D = Decimal
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
ORDERS = CloudWatchMetric("Shop", "Orders", (("Store", "all"),), "Sum", ACCOUNT, REGION)


@pytest.fixture
def finance(person: Callable[..., User]) -> User:
    return person(Role.FINANCE)


@pytest.fixture
def spent(billed: Billed) -> None:
    """Three days of March, the last one still filling; a second account has a part of it."""
    lines = [
        a_line(day="2026-03-01", cost="6"),
        a_line(day="2026-03-01", cost="4", SubAccountId="333333333333"),
        a_line(day="2026-03-02", cost="9"),
        a_line(day="2026-03-03", cost="1"),
        a_line(day="2026-03-02", cost="500", BillingCurrency="ISK", SubAccountId="333333333333"),
    ]
    billed(lines)


def sent(*counts: str) -> list[Sample]:
    return [Sample(date(2026, 3, day), D(count)) for day, count in enumerate(counts, start=1)]


@pytest.mark.usefixtures("spent")
def test_days_sent_are_set_against_the_bill(ctx: Context, finance: User) -> None:
    units.send(ctx, finance, "orders", sent("4", "3", "2"))
    found = units.cost(ctx, finance, "orders", DAY, MARCH, cost_type=None)
    assert found.currency == "ISK"  # the larger, as everywhere
    units.save(ctx, finance, UnitMetric("orders", currency="USD"), was="orders")
    found = units.cost(ctx, finance, "orders", DAY, MARCH)
    assert [point.per_unit for point in found.points[:4]] == [D("2.5"), D(3), None, None]
    assert found.points[2].because == "not in the bill in full"
    (month,) = units.cost(ctx, finance, "orders", MONTH, MARCH).points
    assert (month.cost, month.units, month.known) == (D(19), D(7), 2)
    assert dict(found.currencies)["ISK"] == D(500)


@pytest.mark.usefixtures("spent")
def test_the_metrics_own_filters_hold_unless_others_are_asked_for(ctx: Context, finance: User) -> None:
    own = (Filter(BY_ACCOUNT, Match.IS, "333333333333"),)
    units.save(ctx, finance, UnitMetric("orders", currency="USD", filters=own, per=1000))
    units.send(ctx, finance, "orders", sent("4"))
    assert units.cost(ctx, finance, "orders", DAY, MARCH).points[0].per_unit == D(1000)
    assert units.cost(ctx, finance, "orders", DAY, MARCH, filters=()).points[0].per_unit == D(2500)


@pytest.mark.usefixtures("spent")
def test_who_sees_some_accounts_is_told_their_cost_alone(
    ctx: Context, finance: User, person: Callable[..., User]
) -> None:
    units.save(ctx, finance, UnitMetric("orders", currency="USD"))
    units.send(ctx, finance, "orders", sent("4"))
    some = person(Role.VIEWER, organisation=finance.organisation_id, accounts=frozenset({"222222222222"}))
    found = units.cost(ctx, some, "orders", DAY, MARCH)
    assert (found.points[0].cost, found.limited) == (D(6), True)


def test_a_day_sent_again_is_replaced(ctx: Context, finance: User) -> None:
    units.send(ctx, finance, "orders", sent("4", "3"))
    unit = units.send(ctx, finance, "orders", [Sample(date(2026, 3, 2), D("3.5"))])
    assert (unit.days, unit.first_day, unit.last_day) == (2, date(2026, 3, 1), date(2026, 3, 2))
    assert units.cost(ctx, finance, "orders", DAY, MARCH).samples == {
        date(2026, 3, 1): D(4),
        date(2026, 3, 2): D("3.5"),
    }


def test_a_file_goes_in_whole_or_not_at_all(ctx: Context, finance: User) -> None:
    with pytest.raises(Invalid, match="Row 2: 'x' is no number"):
        units.upload(ctx, finance, "orders", b"2026-03-01,1\n2026-03-02,x\n")
    assert units.listing(ctx, finance) == ()
    assert units.upload(ctx, finance, "orders", b"date,value\n2026-03-01,1\n").days == 1


def test_a_metric_is_changed_deleted_and_kept_apart_from_other_organisations(
    ctx: Context, finance: User, stranger: User
) -> None:
    units.send(ctx, finance, "orders", sent("4"))
    with pytest.raises(Conflict, match="called “orders” already"):
        units.save(ctx, finance, UnitMetric("orders"))
    assert units.listing(ctx, stranger) == ()
    with pytest.raises(NotFound):
        units.cost(ctx, stranger, "orders", DAY, MARCH)
    assert units.save(ctx, finance, UnitMetric("sales"), was="orders").days == 1
    units.delete(ctx, finance, "sales")
    assert units.listing(ctx, finance) == ()


@pytest.fixture
def stranger(ctx: Context, person: Callable[..., User]) -> User:
    """Somebody of another organisation."""
    identity = uuid4()
    with ctx.begin() as db:
        db.execute(insert(organisations).values(id=identity, name="Other", created_at=ctx.now()))
    return person(Role.ADMIN, organisation=identity)


def test_only_who_manages_costs_may_send_and_save(ctx: Context, person: Callable[..., User]) -> None:
    viewer = person(Role.VIEWER)
    for act in (
        lambda: units.send(ctx, viewer, "orders", []),
        lambda: units.upload(ctx, viewer, "orders", b""),
        lambda: units.save(ctx, viewer, UnitMetric("orders")),
        lambda: units.delete(ctx, viewer, "orders"),
    ):
        with pytest.raises(Forbidden):
            act()


@pytest.fixture
def fleet(ctx: Context, finance: User) -> Iterator[Fleet]:
    with mock_aws():
        yield Fleet(ctx, finance.organisation_id)


def report(at: datetime, *values: float) -> None:
    """Orders a few hours apart, from `at` on."""
    boto3.client("cloudwatch", region_name=REGION).put_metric_data(
        Namespace="Shop",
        MetricData=[
            {
                "MetricName": "Orders",
                "Dimensions": [{"Name": "Store", "Value": "all"}],
                "Timestamp": at + timedelta(hours=6 * place),
                "Value": value,
            }
            for place, value in enumerate(values)
        ],
    )


def told(ctx: Context) -> list[str]:
    with ctx.begin() as db:
        return list(db.execute(select(events.c.type).order_by(events.c.id)).scalars())


@pytest.mark.usefixtures("fleet")
def test_a_cloudwatch_metric_is_read_once_a_day(ctx: Context, finance: User) -> None:
    today = ctx.now().date()
    yesterday = midnight(today - timedelta(days=1))
    later(ctx, midnight(today) + timedelta(hours=12) - ctx.now())
    report(yesterday - timedelta(days=1), 10, 20)
    report(yesterday, 7, 8.5)
    units.save(ctx, finance, UnitMetric("orders", source=ORDERS))
    assert units.fetch(ctx, Beat()) == "1 of 1 metrics read."
    (unit,) = units.listing(ctx, finance)
    assert (unit.days, unit.last_day, unit.problem) == (2, yesterday.date(), "")
    known = units.cost(ctx, finance, "orders", DAY, Period(yesterday.date(), today)).samples
    assert known == {yesterday.date(): D("15.5")}
    assert units.fetch(ctx, Beat()) == "None was due."
    later(ctx, timedelta(days=1))
    assert units.fetch(ctx, Beat()) == "1 of 1 metrics read."
    with pytest.raises(Invalid, match="read from CloudWatch"):
        units.send(ctx, finance, "orders", sent("4"))


@pytest.mark.usefixtures("fleet")
def test_a_metric_that_cloudwatch_does_not_know_says_so(ctx: Context, finance: User) -> None:
    units.save(ctx, finance, UnitMetric("orders", source=ORDERS))
    units.fetch(ctx, Beat())
    (unit,) = units.listing(ctx, finance)
    assert unit.days == 0
    assert "CloudWatch has no point of it" in unit.problem
    assert "UnitSamplesKept" not in told(ctx)


@pytest.mark.usefixtures("fleet")
def test_a_metric_of_an_account_one_does_not_see_cannot_be_named(
    ctx: Context, finance: User, person: Callable[..., User]
) -> None:
    some = person(Role.FINANCE, organisation=finance.organisation_id, accounts=frozenset({"222222222222"}))
    with pytest.raises(NotFound, match="no account 123456789012"):
        units.save(ctx, some, UnitMetric("orders", source=ORDERS))
    units.save(ctx, finance, UnitMetric("orders", source=ORDERS))
    with pytest.raises(Forbidden, match="do not see"):
        units.save(ctx, some, UnitMetric("orders"), was="orders")
    with pytest.raises(Forbidden, match="do not see"):
        units.delete(ctx, some, "orders")
    assert [unit.metric.source for unit in units.listing(ctx, finance)] == [ORDERS]
    [seen] = units.listing(ctx, some)
    assert "123456789012" not in repr(seen)


def test_a_metric_tells_nothing_of_accounts_one_does_not_see(
    ctx: Context, finance: User, person: Callable[..., User]
) -> None:
    mine, other = parse_all(["account=222222222222", "account=333333333333"])
    units.save(ctx, finance, UnitMetric("both", filters=(mine, other)))
    units.save(ctx, finance, UnitMetric("elsewhere", filters=(other,)))
    some = person(Role.FINANCE, organisation=finance.organisation_id, accounts=frozenset({"222222222222"}))
    assert [(unit.metric.name, unit.metric.filters) for unit in units.listing(ctx, some)] == [
        ("both", (mine,))
    ]
    with pytest.raises(Forbidden, match="accounts that you do not see"):
        units.send(ctx, some, "both", [Sample(date(2026, 3, 1), D(1))])
    with pytest.raises(NotFound):
        units.delete(ctx, some, "elsewhere")


class Refusing:
    """CloudWatch as it is to a role without the permission."""

    def read(
        self,
        account: Account,
        region: str,
        queries: Sequence[MetricQuery],
        start: datetime,
        end: datetime,
        period_seconds: int,
    ) -> MetricsAnswer:
        del queries, start, end, period_seconds
        return MetricsAnswer((), 1, 1, (Gap(account.id, region, "CloudWatch metrics", "AWS said no."),))


@pytest.mark.usefixtures("fleet")
def test_what_aws_refuses_is_said_and_tried_again(ctx: Context, finance: User) -> None:
    units.save(ctx, finance, UnitMetric("orders", source=ORDERS))
    refusing: Metrics = Refusing()
    assert units.fetch(replace(ctx, metrics=refusing), Beat()) == "0 of 1 metrics read."
    (unit,) = units.listing(ctx, finance)
    assert (unit.problem, unit.fetched_at) == ("AWS said no.", None)
    assert units.fetch(ctx, Beat()) == "1 of 1 metrics read."
