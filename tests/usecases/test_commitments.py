"""Commitments asked of a small bill whose every figure is worked out by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from core.access.roles import Role, User
from core.costs.commitments import NOT_HERE, Cover, Term, Use, by_day
from core.costs.scope import ACCOUNT, REGION, SERVICE, Dimension, Scope
from core.errors import Forbidden, Invalid, NotFound
from core.money import total
from core.periods import Period
from services.context import Context
from services.usecases import commitments, costs, ingest
from tests.bills import Billed, a_bill, a_line

D = Decimal
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
PLAN, OLD = "arn:aws:savingsplans::222222222222:savingsplan/1", "sp-old"
STAGING = "333333333333"


def hour(day: str, start: int, cost: str, listed: str | None = None, **columns: str) -> dict[str, str]:
    """A line of one hour."""
    usual = {
        "ListCost": listed or cost,
        "ChargePeriodStart": f"{day}T{start:02d}:00:00Z",
        "ChargePeriodEnd": f"{day}T{start + 1:02d}:00:00Z",
        "SkuMeter": "BoxUsage:m5.large",
        "PricingCategory": "Standard",
    }
    return a_line(day=day, cost=cost, **(usual | columns))


def of(plan: str, status: str, **columns: str) -> dict[str, str]:
    return {
        "CommitmentDiscountId": plan,
        "CommitmentDiscountStatus": status,
        "CommitmentDiscountType": "Compute Savings Plan",
        "CommitmentDiscountCategory": "Spend",
        "PricingCategory": "Committed",
    } | columns


USED, UNUSED = of(PLAN, "Used"), of(PLAN, "Unused", ResourceId=PLAN, SkuMeter="")
LINES = [
    # A plan of a dollar an hour: 60 cents used in the first hour, all of it in the second.
    hour("2026-03-05", 0, "0.6", "0.9", **USED),
    hour("2026-03-05", 0, "0.4", "0", **UNUSED),
    hour("2026-03-05", 1, "0.7", "1", SubAccountId=STAGING, **USED),
    hour("2026-03-05", 1, "0.3", "0.5", ServiceName="AWS Lambda", **USED),
    a_line(
        day="2026-03-05",
        BilledCost="2",
        EffectiveCost="0",
        ListCost="0",
        ChargeCategory="Purchase",
        **of(PLAN, ""),
    ),
    # On demand, and could be covered: 1.60 of EC2 in two hours and 1 of RDS over a whole day.
    hour("2026-03-05", 1, "1.1"),
    hour("2026-03-06", 5, "0.5", RegionId="eu-west-1"),
    hour(
        "2026-03-06",
        0,
        "1",
        ServiceName="RDS",
        SkuMeter="EU-InstanceUsage:db.t3.micro",
        ChargePeriodEnd="2026-03-07T00:00:00Z",
    ),
    # What no commitment covers: storage, Spot, a refund, tax.
    hour("2026-03-05", 0, "50", SkuMeter="EBS:VolumeUsage.gp3"),
    hour("2026-03-05", 0, "50", PricingCategory="Dynamic"),
    hour("2026-03-05", 0, "-50", ChargeClass="Correction"),
    hour("2026-03-05", 0, "50", ChargeCategory="Tax"),
    # Of a plan that ended in February, only the past.
    hour("2026-02-10", 0, "5", "9", **of(OLD, "Used")),
    hour("2026-02-20", 0, "1", "0", **of(OLD, "Unused", SkuMeter="")),
    hour("2026-03-07", 0, "8", BillingCurrency="ISK"),
]


@pytest.fixture
def admin(person: Callable[..., User], billed: Billed) -> User:
    billed(LINES)
    return person(Role.ADMIN)


def test_utilisation_waste_and_coverage_by_hand(ctx: Context, admin: User) -> None:
    found = commitments.standing(ctx, admin, MARCH, currency="USD")
    [plan, old] = found.commitments
    assert (plan.id, plan.use, plan.billed) == (PLAN, Use(D("1.6"), D("0.4")), D(2))
    assert plan.use.commitment == plan.billed
    assert plan.utilisation == found.utilisation == D("0.8")
    assert plan.cover == Cover(D("2.4"))
    assert found.cover == Cover(D("2.4"), D("2.6"))
    assert found.cover.coverage == D("0.48")
    assert (old.use, old.missing, old.term) == (Use(), NOT_HERE, Term.ENDED)
    assert (old.first, old.last) == (date(2026, 2, 10), date(2026, 2, 20))


def test_days_and_hours_add_up_to_the_whole(ctx: Context, admin: User) -> None:
    found = commitments.standing(ctx, admin, MARCH, currency="USD")
    currency, hourly = commitments.hours(ctx, admin, MARCH, currency="USD")
    assert currency == "USD"
    assert by_day(hourly) == found.days
    assert total(day.use.commitment for day in found.days) == found.use.commitment
    assert {(each.day.day, each.hour): each.cover.on_demand for each in hourly if each.cover.on_demand} == {
        (5, 1): D("1.1"),
        (6, 5): D("0.5"),
        (6, None): D(1),  # billed by the day
    }


def test_one_commitment_hour_by_hour(ctx: Context, admin: User) -> None:
    _, hourly = commitments.hours(ctx, admin, MARCH, PLAN)
    assert [(each.hour, each.use) for each in hourly] == [
        (0, Use(D("0.6"), D("0.4"))),
        (1, Use(D(1), D(0))),
    ]
    with pytest.raises(NotFound):
        commitments.hours(ctx, admin, MARCH, "sp-nobody")


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (
            SERVICE,
            {
                "Amazon Elastic Compute Cloud": Cover(D("1.9"), D("1.6")),
                "AWS Lambda": Cover(D("0.5")),
                "RDS": Cover(D(0), D(1)),
            },
        ),
        (ACCOUNT, {"222222222222": Cover(D("1.4"), D("2.6")), STAGING: Cover(D(1))}),
        (REGION, {"us-east-1": Cover(D("2.4"), D("2.1")), "eu-west-1": Cover(D(0), D("0.5"))}),
    ],
)
def test_coverage_is_cut_and_adds_up(
    ctx: Context, admin: User, by: Dimension, expected: dict[str, Cover]
) -> None:
    currency, found = commitments.coverage(ctx, admin, by, MARCH, currency="USD")
    assert currency == "USD"
    assert {each.value: each.cover for each in found} == expected
    assert found[0].cover.on_demand == max(each.on_demand for each in expected.values())


def test_a_commitment_s_figures_lead_to_its_lines(ctx: Context, admin: User) -> None:
    [plan, _] = commitments.standing(ctx, admin, MARCH, currency="USD").commitments
    behind = costs.lines(ctx, admin, Scope(MARCH).at(Dimension("commitment"), plan.id))
    assert [(each.count, each.cost) for each in behind.sums] == [(5, plan.use.commitment)]


def test_one_who_sees_an_account_is_told_its_coverage_and_no_utilisation(
    ctx: Context, admin: User, person: Callable[..., User]
) -> None:
    stager = person(Role.VIEWER, organisation=admin.organisation_id, accounts=frozenset({STAGING}))
    found = commitments.standing(ctx, stager, MARCH)
    [plan] = found.commitments
    assert (plan.use, plan.utilisation, found.utilisation) == (Use(D("0.7")), None, None)
    assert "you do not see" in (plan.missing or "")
    assert found.cover == Cover(D(1))
    with pytest.raises(NotFound):
        commitments.hours(ctx, stager, MARCH, OLD)


def test_currencies_are_kept_apart(ctx: Context, admin: User) -> None:
    found = commitments.standing(ctx, admin, MARCH)
    assert (found.currency, found.currencies, found.cover.on_demand) == ("ISK", ("ISK", "USD"), D(8))
    assert [each.id for each in found.commitments] == [OLD]


def a_reservation(**columns: str) -> list[dict[str, str]]:
    """Six dollars used on one day, four not used in the whole month, as AWS bills it; its term ends in a column of the report."""
    mine = {"CommitmentDiscountType": "Reserved Instance", "CommitmentDiscountCategory": "Usage"}
    return [
        hour("2026-03-10", 0, "6", "9", **of("ri-1", "Used", **mine)),
        a_line(
            day="2026-03-01",
            cost="4",
            ListCost="0",
            BilledCost="10",
            ChargeCategory="Purchase",
            ChargePeriodEnd="2026-04-01T00:00:00Z",
            **of("ri-1", "Unused", **mine),
            **columns,
        ),
        a_line(day="2026-03-31"),
    ]


def test_a_reservation_billed_by_the_month_is_told_for_whole_months_only(
    ctx: Context, person: Callable[..., User], data_dir: Path
) -> None:
    who = person(Role.ADMIN)
    ingest.files(ctx, who.organisation_id, [a_bill(data_dir / "bill.csv", a_reservation())])
    whole = commitments.standing(ctx, who, MARCH)
    [one] = whole.commitments
    assert (one.use, one.utilisation, one.billed, one.by_month) == (Use(D(6), D(4)), D("0.6"), D(10), True)
    assert total(day.use.commitment for day in whole.days) == 0
    for first, last in ((5, 20), (1, 20)):
        part = commitments.standing(ctx, who, Period(date(2026, 3, first), date(2026, 3, last)))
        assert part.utilisation is None
        assert "by the month" in part.missing[0]


def test_the_end_of_a_term_comes_from_the_report_s_own_column(
    ctx: Context, person: Callable[..., User], data_dir: Path
) -> None:
    who = person(Role.ADMIN)
    lines = a_reservation(reservation_end_time="2031-05-01T23:59:59.000Z")
    ingest.files(ctx, who.organisation_id, [a_bill(data_dir / "bill.csv", lines)])
    found = commitments.standing(ctx, who, MARCH)
    assert found.next_expiry is not None
    assert found.next_expiry.expires == datetime(2031, 5, 1, 23, 59, 59, tzinfo=UTC)
    assert found.next_expiry.expiry_missing is None


def test_an_empty_bill_has_no_commitment(ctx: Context, person: Callable[..., User]) -> None:
    found = commitments.standing(ctx, person(Role.VIEWER))
    assert (found.commitments, found.days, found.currency, found.utilisation) == ((), (), None, None)
    assert commitments.hours(ctx, person(Role.VIEWER)) == (None, ())


def test_hours_are_told_of_a_bounded_period(ctx: Context, person: Callable[..., User]) -> None:
    with pytest.raises(Invalid, match="92 days"):
        commitments.hours(ctx, person(Role.VIEWER), Period(date(2026, 1, 1), date(2026, 5, 1)))
    with pytest.raises(Invalid):
        commitments.coverage(ctx, person(Role.VIEWER), Dimension("zone"))


def test_one_without_the_permission_is_refused(ctx: Context, person: Callable[..., User]) -> None:
    for ask in (commitments.standing, commitments.hours):
        with pytest.raises(Forbidden):
            ask(ctx, person())
    with pytest.raises(Forbidden):
        commitments.coverage(ctx, person(), SERVICE)
