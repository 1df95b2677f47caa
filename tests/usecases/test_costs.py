"""Questions about cost: exact, within what the user may see, from one bill at a time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from core.access.roles import Role, User
from core.costs.filters import parse_all
from core.costs.scope import (
    ACCOUNT,
    REGION,
    RESOURCE,
    SERVICE,
    CostType,
    Dimension,
    Scope,
)
from core.errors import Forbidden, NotFound
from core.periods import Period, month_back
from services.context import Context
from services.db.stores import loads
from services.usecases import cost_resources, costs, ingest
from tests.bills import Billed, a_bill, a_line

PRODUCTION, STAGING = "222222222222", "333333333333"
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
SCOPE = Scope(MARCH)
Person = Callable[..., User]
LINES = [
    a_line(day="2026-02-27", cost="4"),
    a_line(day="2026-03-01", cost="1"),
    a_line(day="2026-03-05", cost="2", ServiceName="Amazon Simple Storage Service", ResourceId="bucket"),
    a_line(
        day="2026-03-05",
        cost="4",
        SubAccountId=STAGING,
        SubAccountName="staging",
        RegionId="eu-west-1",
        Tags="",
    ),
    a_line(day="2026-03-06", cost="8", ChargeCategory="Tax", ResourceId="", Tags="", ServiceName=""),
    a_line(day="2026-03-07", cost="16", BillingCurrency="EUR", ResourceId="i-euro"),
]


@pytest.fixture
def bill(billed: Billed) -> None:
    billed(LINES)


@pytest.fixture
def stager(person: Person) -> User:
    """Sees the staging account only."""
    return person(Role.VIEWER, accounts=frozenset({STAGING}))


@pytest.mark.usefixtures("bill")
def test_days_without_cost_are_there_and_zero(ctx: Context, viewer: User) -> None:
    spend = costs.daily(ctx, viewer, SCOPE.in_currency("USD"))
    assert len(spend.steps) == 31
    assert spend.total == Decimal(15)
    by_day = dict(zip(spend.steps, spend.series[0].values, strict=True))
    assert {day.day: cost for day, cost in by_day.items() if cost} == {1: 1, 5: 6, 6: 8}


@pytest.mark.usefixtures("bill")
def test_currencies_are_offered_and_never_added(ctx: Context, viewer: User) -> None:
    spend = costs.daily(ctx, viewer, SCOPE, SERVICE)
    assert spend.currencies == (("EUR", Decimal(16)), ("USD", Decimal(15)))
    assert (spend.currency, spend.total) == ("EUR", Decimal(16))


@pytest.mark.usefixtures("bill")
def test_lines_without_a_service_or_tag_say_so(ctx: Context, viewer: User) -> None:
    usd = SCOPE.in_currency("USD")
    assert "no service" in {band.label for band in costs.daily(ctx, viewer, usd, SERVICE).series}
    tags = costs.daily(ctx, viewer, usd, Dimension("tag:team"))
    assert {band.label: band.total for band in tags.series} == {
        "untagged": Decimal(12),
        "checkout": Decimal(3),
    }


@pytest.mark.usefixtures("bill")
def test_a_table_may_be_cut_by_two_dimensions(ctx: Context, viewer: User) -> None:
    table = costs.table(ctx, viewer, SCOPE.in_currency("USD"), (ACCOUNT, REGION))
    assert [(row.keys, row.cost) for row in table.rows] == [
        ((PRODUCTION, "us-east-1"), Decimal(11)),
        ((STAGING, "eu-west-1"), Decimal(4)),
    ]
    assert table.rows[0].share == Decimal(11) / Decimal(15)


FILTERED = {
    Scope(MARCH, accounts=(STAGING,)): 4,
    Scope(MARCH).at(SERVICE, "Amazon Simple Storage Service"): 2,
    Scope(MARCH).at(REGION, "eu-west-1"): 4,
    Scope(MARCH).at(Dimension("tag:team"), "checkout"): 3,
    Scope(MARCH).at(Dimension("tag:team"), None): 12,
    Scope(MARCH, filters=parse_all(["tag:team=checkout", "tag:team="])): 15,
    Scope(MARCH, filters=parse_all(["tag:team=checkout", "service!=Amazon Simple Storage Service"])): 1,
    Scope(MARCH, filters=parse_all(["service=Amazon Simple Storage Service", "tag:team="])): 0,
    Scope(MARCH, tax=False): 7,
    Scope(MARCH, accounts=()): 0,
}


@pytest.mark.usefixtures("bill")
def test_filters_narrow_the_scope(ctx: Context, viewer: User) -> None:
    found = {scope: costs.table(ctx, viewer, scope.in_currency("USD"), ()).total for scope in FILTERED}
    assert found == {scope: Decimal(total) for scope, total in FILTERED.items()}


@pytest.mark.usefixtures("bill")
def test_a_scoped_user_sees_only_the_accounts_given(ctx: Context, stager: User) -> None:
    assert costs.daily(ctx, stager, SCOPE).total == Decimal(4)
    assert costs.table(ctx, stager, Scope(MARCH, accounts=(PRODUCTION,)), ()).total == Decimal(0)
    assert [row.resource_id for row in costs.by_resource(ctx, stager, SCOPE).rows] == ["i-1"]
    assert costs.lines(ctx, stager, SCOPE.at(RESOURCE, "bucket")).count == 0
    assert costs.resource_cost(ctx, stager, ["bucket", "i-1"]).keys() <= {"i-1"}
    chosen = costs.choices(ctx, stager)
    assert chosen.accounts == ((STAGING, "staging"),)
    assert chosen.regions == ("eu-west-1",)
    assert chosen.tags == {}


@pytest.mark.usefixtures("bill")
def test_another_organisation_sees_nothing(ctx: Context, viewer: User) -> None:
    stranger = User(uuid4(), uuid4(), "s@example.com", "Stranger", viewer.roles)
    assert costs.daily(ctx, stranger, SCOPE, SERVICE).empty
    assert costs.freshness(ctx, stranger).last_day is None


def test_an_empty_bill_is_an_answer(ctx: Context, viewer: User) -> None:
    at = costs.pin(ctx, viewer)
    assert costs.daily(ctx, viewer, SCOPE, SERVICE, at=at).empty
    assert costs.monthly(ctx, viewer, at=at).empty
    assert costs.table(ctx, viewer, SCOPE, (SERVICE,), at=at).currency is None
    assert costs.compare(ctx, viewer, SCOPE, SERVICE, at=at).changes == ()
    assert costs.month_to_date(ctx, viewer, at=at).so_far is None
    assert costs.by_resource(ctx, viewer, SCOPE, at=at).rows == ()
    assert costs.resource_cost(ctx, viewer, ["i-1"], at=at) == {}
    assert costs.choices(ctx, viewer, at=at).services == ()
    assert costs.freshness(ctx, viewer, at=at).sources == ()


@pytest.mark.usefixtures("bill")
def test_a_period_is_compared_with_the_one_before(ctx: Context, viewer: User) -> None:
    found = costs.compare(ctx, viewer, SCOPE.in_currency("USD"), SERVICE)
    assert (found.whole.now, found.whole.before) == (Decimal(15), Decimal(4))
    assert sum(change.difference for change in found.changes) == Decimal(11)
    assert not found.complete


def test_a_comparison_within_the_bill_is_complete(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    days = [f"2026-0{month}-{day:02}" for month in (2, 3) for day in range(1, 29)]
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "b.csv", [a_line(day=day) for day in days])])
    week = Scope(Period(date(2026, 3, 8), date(2026, 3, 15)))
    found = costs.compare(ctx, viewer, week, SERVICE)
    assert found.complete
    assert found.whole.difference == Decimal(0)


@pytest.mark.usefixtures("bill")
def test_resources_the_rest_and_what_names_none_add_up(ctx: Context, viewer: User) -> None:
    found = costs.by_resource(ctx, viewer, SCOPE.in_currency("USD"), top=1)
    assert [(row.resource_id, row.cost) for row in found.rows] == [("i-1", Decimal(5))]
    assert (found.rest, found.unattributed, found.total) == (Decimal(2), Decimal(8), Decimal(15))


@pytest.mark.usefixtures("bill")
def test_a_resources_lines_are_paged_newest_first(ctx: Context, viewer: User) -> None:
    scope = Scope(Period(date(2026, 1, 1), date(2027, 1, 1))).at(RESOURCE, "i-1")
    first = costs.lines(ctx, viewer, scope, limit=2)
    assert first.count == 3
    assert [line.start for line in first.lines] == [
        datetime(2026, 3, 5, tzinfo=UTC),
        datetime(2026, 3, 1, tzinfo=UTC),
    ]
    rest = costs.lines(ctx, viewer, scope, limit=2, offset=2)
    assert [(line.effective, line.tags, line.unit) for line in rest.lines] == [
        (Decimal(4), {"team": "checkout"}, "Hours")
    ]


@pytest.mark.usefixtures("bill")
def test_choices_are_what_the_bill_has(ctx: Context, viewer: User) -> None:
    found = costs.choices(ctx, viewer)
    assert found.services == ("Amazon Elastic Compute Cloud", "Amazon Simple Storage Service")
    assert found.accounts == ((PRODUCTION, "production"), (STAGING, "staging"))
    assert found.tags == {"team": ("checkout",)}
    assert found.currencies == ("EUR", "USD")


@pytest.mark.usefixtures("bill")
def test_a_screen_never_mixes_two_bills(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    at = costs.pin(ctx, viewer)
    ingest.files(
        ctx, organisation_id, [a_bill(tmp_path / "new.csv", [*LINES, a_line(day="2026-03-02", cost="100")])]
    )
    usd = SCOPE.in_currency("USD")
    assert (
        costs.daily(ctx, viewer, usd, at=at).total
        == costs.table(ctx, viewer, usd, (), at=at).total
        == Decimal(15)
    )
    assert costs.daily(ctx, viewer, usd).total == Decimal(115)


@pytest.mark.usefixtures("bill")
def test_a_state_that_is_not_kept_is_said(ctx: Context, viewer: User) -> None:
    for at in ("../../etc/passwd", "00009-none.metadata.json"):
        with pytest.raises(NotFound):
            costs.daily(ctx, viewer, SCOPE, at=at)


def test_somebody_without_a_role_is_refused(ctx: Context, person: Person) -> None:
    nobody = person()
    for question in (costs.pin, costs.month_to_date, costs.choices, costs.freshness, costs.monthly):
        with pytest.raises(Forbidden):
            question(ctx, nobody)
    for scoped in (costs.daily, costs.by_resource):
        with pytest.raises(Forbidden):
            scoped(ctx, nobody, SCOPE)
    with pytest.raises(Forbidden):
        costs.resource_cost(ctx, nobody, ["i-1"])


def recent(ctx: Context, organisation_id: UUID, path: Path, **columns: str) -> date:
    """A bill of one dollar a day and instance, over the last 40 days to yesterday; answers today."""
    today = ctx.now().date()
    days = [str(today - timedelta(days=back)) for back in range(1, 41)]
    lines = [a_line(day=day, **columns) for day in days]
    lines += [a_line(day=day, cost="3", ResourceId="bucket", ConsumedUnit="GB") for day in days]
    lines.append(a_line(day=days[4], cost="50", ResourceId="i-1", ChargeCategory="Tax"))
    ingest.files(ctx, organisation_id, [a_bill(path, lines)])
    return today


def test_a_resources_cost_is_its_usage_over_the_last_full_days(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    today = recent(ctx, organisation_id, tmp_path / "b.csv", ConsumedQuantity="4", BilledCost="0")
    found = costs.resource_cost(ctx, viewer, ["i-1", "bucket", "i-unknown"])
    assert found.keys() == {"i-1", "bucket"}
    assert (found["i-1"].cost, found["i-1"].hours, found["i-1"].per_hour) == (
        Decimal(30),
        Decimal(120),
        Decimal("0.25"),
    )
    assert (found["bucket"].cost, found["bucket"].per_hour) == (Decimal(90), None)
    assert found["i-1"].until == today - timedelta(days=1)
    assert cost_resources.effective_cost_by_resource(ctx, organisation_id) == found


def test_months_end_with_this_one(ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path) -> None:
    today = recent(ctx, organisation_id, tmp_path / "b.csv")
    found = costs.monthly(ctx, viewer)
    assert len(found.steps) == 13
    assert found.steps[0] == month_back(today, 12)
    assert found.steps[-1] == today.replace(day=1)
    assert found.total == Decimal(40 * 4 + 50)


def test_freshness_names_each_source_and_what_failed(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    today = recent(ctx, organisation_id, tmp_path / "b.csv")
    with ctx.begin() as db:
        failed = loads.Load(uuid4(), organisation_id, "export", date(2026, 1, 1), "v", started_at=ctx.now())
        loads.intend(db, [failed])
        loads.fail(db, [failed.id], "It broke.", ctx.now())
    found = costs.freshness(ctx, viewer)
    assert found.last_day == today - timedelta(days=1)
    assert found.loaded_at is not None
    assert [(source.source, source.open_month) for source in found.sources] == [("AWS:111111111111", True)]
    assert found.failed == ("Jan 2026 of export: It broke.",)


def test_each_cost_type_is_asked_for_by_name(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    line = a_line(BilledCost="1", EffectiveCost="2", ListCost="3", ContractedCost="")
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "b.csv", [line])])
    found = {cost: costs.table(ctx, viewer, Scope(MARCH, cost=cost), ()) for cost in CostType}
    assert [found[cost].total for cost in CostType] == [Decimal(1), Decimal(2), Decimal(3), Decimal(0)]
    assert found[CostType.CONTRACTED].unknown_lines == 1
    assert found[CostType.LIST].unknown_lines == 0
