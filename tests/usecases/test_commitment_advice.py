"""What to commit to, asked of a bill whose hours are laid out by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.access.roles import Role, User
from core.errors import Forbidden, Invalid
from core.periods import Period
from core.recommendations.advice import Advice, DiscountFrom
from core.recommendations.commitment import best
from services.context import Beat, Context
from services.usecases import commitment_advice, ingest, recommendations
from tests.bills import a_bill, a_line
from tests.builders import ACCOUNT, an_instance
from tests.fleet import connected, sampled, seen
from tests.known import hours as constant

D = Decimal
WEEKS = Period(date(2026, 2, 2), date(2026, 3, 2))
"""Four of them, from a Monday on."""
PLAN = {
    "CommitmentDiscountId": "sp-1",
    "CommitmentDiscountStatus": "Used",
    "CommitmentDiscountType": "Compute Savings Plan",
    "CommitmentDiscountCategory": "Spend",
    "PricingCategory": "Committed",
}


def hourly(resource: str, usd: str, period: Period = WEEKS, **columns: str) -> list[dict[str, str]]:
    """So much in every hour of the period."""
    return [
        a_line(
            cost=usd,
            **{
                "day": day.isoformat(),
                "ResourceId": resource,
                "ChargePeriodStart": f"{day}T{hour:02d}:00:00Z",
                "ChargePeriodEnd": (
                    datetime(day.year, day.month, day.day, hour, tzinfo=UTC) + timedelta(hours=1)
                )
                .isoformat()
                .replace("+00:00", "Z"),
                "SkuMeter": "BoxUsage:m5.large",
                "PricingCategory": "Standard",
                **columns,
            },
        )
        for day in period.days()
        for hour in range(24)
    ]


def a_day_more(period: Period = WEEKS) -> dict[str, str]:
    """The newest day of a bill is not full: with it, the period is."""
    return a_line(day=period.end.isoformat(), cost="1", SkuMeter="EBS:VolumeUsage.gp3")


Advised = Callable[..., Advice]


@pytest.fixture
def admin(person: Callable[..., User]) -> User:
    return person(Role.ADMIN)


@pytest.fixture
def advised(ctx: Context, admin: User, data_dir: Path) -> Advised:
    """Takes a bill in and asks about its four weeks."""

    def ask(lines: list[dict[str, str]], period: Period = WEEKS, **asked: object) -> Advice:
        ingest.files(
            ctx, admin.organisation_id, [a_bill(data_dir / "bill.csv", [*lines, a_day_more(period)])]
        )
        return commitment_advice.advise(ctx, admin, period, **asked)  # type: ignore[arg-type]

    return ask


def test_a_steady_base_is_committed_to_and_the_peak_is_not(advised: Advised) -> None:
    """1 USD all day and night, 2 more on four days of 28: at 27% off, only what runs more than 73% of the time."""
    peak = Period(WEEKS.start, WEEKS.start + timedelta(days=4))
    found = advised([*hourly("i-1", "1"), *hourly("i-2", "2", peak)])
    assert found.sizing is not None
    assert (found.discount, found.discount_from) == (D("0.27"), DiscountFrom.ASSUMED)
    assert found.sizing.commitment == D("0.73")
    assert (found.sizing.covered, found.sizing.on_demand) == (D(672), D(672 + 192))
    assert found.sizing.utilisation == 1
    assert found.sizing.a_month(found.sizing.saving) == D("0.27") * 730
    assert (found.taken, found.resources) == (0, 0)


def test_the_bill_s_own_savings_plan_prices_are_used(advised: Advised) -> None:
    found = advised([*hourly("i-1", "1"), *hourly("i-9", "0.6", ListCost="1", **PLAN)])
    assert (found.discount, found.discount_from) == (D("0.4"), DiscountFrom.BILL)
    assert found.sizing is not None
    assert found.sizing.commitment == D("0.6")


def test_a_discount_may_be_asked_for_and_must_be_possible(
    ctx: Context, admin: User, advised: Advised
) -> None:
    found = advised(hourly("i-1", "1"), discount=D("0.2"))
    assert (found.discount, found.discount_from) == (D("0.2"), DiscountFrom.ASKED)
    for wrong in (D(0), D("0.95"), D(-1)):
        with pytest.raises(Invalid):
            commitment_advice.advise(ctx, admin, discount=wrong)


def test_the_curve_has_its_least_where_it_is_advised(advised: Advised) -> None:
    found = advised([*hourly("i-1", "1"), *hourly("i-2", "2", Period(WEEKS.start, date(2026, 2, 12)))])
    assert found.sizing is not None
    assert found.advised is not None
    assert found.advised.cost == min(each.cost for each in found.curve)
    assert found.curve[0].commitment == 0
    assert found.curve[0].cost == found.sizing.a_month(found.sizing.on_demand)
    assert all(each.regret.p10 <= each.regret.p50 <= each.regret.p90 for each in found.curve)


def test_the_same_question_gets_the_same_answer(ctx: Context, admin: User, advised: Advised) -> None:
    first = advised([*hourly("i-1", "1"), *hourly("i-2", "2", Period(WEEKS.start, date(2026, 2, 12)))])
    assert commitment_advice.advise(ctx, admin, WEEKS) == first


def test_what_is_billed_by_the_day_is_spread_and_said_so(advised: Advised) -> None:
    days = [
        a_line(
            day=day.isoformat(),
            cost="24",
            SkuMeter="USE1-Fargate-vCPU-Hours:perCPU",
            PricingCategory="Standard",
            ChargePeriodEnd=f"{day + timedelta(days=1)}T00:00:00Z",
        )
        for day in WEEKS.days()
    ]
    found = advised(days)
    assert found.sizing is not None
    assert best([D(1)] * 672, found.discount) == 1
    assert found.sizing.commitment == D("0.73")
    assert found.remarks == ("100% of it is billed by the day and taken to run evenly through it.",)


def test_databases_lambda_spot_and_storage_are_not_counted(advised: Advised) -> None:
    others = [
        *hourly("db-1", "9", SkuMeter="InstanceUsage:db.m5.large", ServiceName="RDS"),
        *hourly("fn-1", "9", SkuMeter="Lambda-GB-Second"),
        *hourly("i-8", "9", SkuMeter="SpotUsage:m5.large", PricingCategory="Dynamic"),
        *hourly("vol-1", "9", SkuMeter="EBS:VolumeUsage.gp3"),
    ]
    assert advised(others).missing == "Nothing ran on demand that a Compute Savings Plan could cover."


def test_what_the_plan_removes_is_not_committed_to(ctx: Context, admin: User, data_dir: Path) -> None:
    connected(ctx, admin.organisation_id, ACCOUNT)
    seen(ctx, admin.organisation_id, an_instance("i-idle"))
    for metric, value in (("cpu", 1), ("network_in", 1000), ("network_out", 1000)):
        sampled(ctx, admin.organisation_id, "i-idle", metric, constant(value))
    recommendations.evaluate(ctx, Beat())
    assert [each.finding.resource_id for each in recommendations.plan(ctx, admin).chosen] == ["i-idle"]
    lines = [*hourly("i-1", "1"), *hourly("i-idle", "0.5"), a_day_more()]
    ingest.files(ctx, admin.organisation_id, [a_bill(data_dir / "bill.csv", lines)])
    found = commitment_advice.advise(ctx, admin, WEEKS)
    assert found.sizing is not None
    assert found.unplanned is not None
    assert (found.on_demand, found.taken, found.resources) == (D(1095), D(365), 1)
    assert (found.sizing.commitment, found.unplanned.commitment) == (D("0.73"), D("1.095"))


def test_what_a_plan_covered_of_the_removed_is_free_for_others(
    ctx: Context, admin: User, data_dir: Path
) -> None:
    connected(ctx, admin.organisation_id, ACCOUNT)
    seen(ctx, admin.organisation_id, an_instance("i-idle"))
    for metric, value in (("cpu", 1), ("network_in", 1000), ("network_out", 1000)):
        sampled(ctx, admin.organisation_id, "i-idle", metric, constant(value))
    recommendations.evaluate(ctx, Beat())
    lines = [*hourly("i-1", "1"), *hourly("i-idle", "0.3", ListCost="0.5", **PLAN), a_day_more()]
    ingest.files(ctx, admin.organisation_id, [a_bill(data_dir / "bill.csv", lines)])
    found = commitment_advice.advise(ctx, admin, WEEKS)
    assert found.sizing is not None
    assert (found.taken, found.sizing.commitment) == (D(365), D("0.3"))


@pytest.mark.parametrize(
    ("lines", "period", "words"),
    [
        (
            hourly("i-1", "1", Period(WEEKS.start, date(2026, 2, 9))),
            Period(WEEKS.start, date(2026, 2, 9)),
            "fourteen",
        ),
        (hourly("i-1", "1", ListCost=""), WEEKS, "no on-demand price"),
        (
            [
                a_line(
                    day="2026-02-02",
                    SkuMeter="BoxUsage:m5.large",
                    PricingCategory="Standard",
                    ChargePeriodEnd="2026-03-02T00:00:00Z",
                )
            ],
            WEEKS,
            "by the month",
        ),
    ],
)
def test_where_hours_are_not_known_nothing_is_advised(
    advised: Advised, lines: list[dict[str, str]], period: Period, words: str
) -> None:
    found = advised(lines, period)
    assert found.sizing is None
    assert words in (found.missing or "")


def test_an_empty_bill_advises_nothing(ctx: Context, admin: User) -> None:
    found = commitment_advice.advise(ctx, admin)
    assert (found.sizing, found.currency) == (None, None)
    assert found.missing


def test_days_before_the_bill_begins_are_not_taken_for_quiet_ones(
    advised: Advised, ctx: Context, admin: User
) -> None:
    advised(hourly("i-1", "1"))
    wider = commitment_advice.advise(ctx, admin, Period(date(2025, 12, 1), date(2026, 4, 1)))
    assert wider.period == WEEKS


def test_who_sees_some_accounts_only_or_may_not_look_is_refused(
    ctx: Context, admin: User, person: Callable[..., User]
) -> None:
    some = person(Role.ADMIN, organisation=admin.organisation_id, accounts=frozenset({ACCOUNT}))
    with pytest.raises(Forbidden, match="every account"):
        commitment_advice.advise(ctx, some)
    with pytest.raises(Forbidden):
        commitment_advice.advise(ctx, person())


def test_what_a_plan_covered_that_has_ended_is_advised_anew(advised: Advised) -> None:
    """The first half of the weeks a plan covered it, then nothing did."""
    half = Period(WEEKS.start, WEEKS.start + timedelta(days=14))
    rest = Period(half.end, WEEKS.end)
    found = advised(
        [*hourly("i-1", "0.7", half, ListCost="1", **PLAN), *hourly("i-1", "1", rest)], discount=D("0.3")
    )
    assert found.freed == ("sp-1",)
    assert found.sizing is not None
    assert (found.sizing.commitment, found.sizing.on_demand) == (D("0.7"), D(672))
