"""Cost by day, week and month: nothing falls between the steps, and too much is refused."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from core.access.roles import User
from core.costs.scope import ACCOUNT, DAY, EVER, MONTH, REGION, SERVICE, WEEK, Scope
from core.errors import Invalid
from core.periods import Period
from services.context import Context
from services.usecases import costs, ingest
from tests.bills import Billed, a_bill, a_line

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
SCOPE = Scope(MARCH)
LINES = [
    a_line(day="2026-02-27", cost="4"),
    a_line(day="2026-03-01", cost="1"),
    a_line(day="2026-03-05", cost="2", ServiceName="Amazon Simple Storage Service"),
    a_line(day="2026-03-05", cost="4"),
    a_line(day="2026-03-06", cost="8", ServiceName=""),
    a_line(day="2026-03-07", cost="16", BillingCurrency="EUR"),
]


@pytest.fixture
def bill(billed: Billed) -> None:
    billed(LINES)


@pytest.mark.usefixtures("bill")
def test_days_weeks_and_months_are_stacked_with_an_honest_other(ctx: Context, viewer: User) -> None:
    usd = SCOPE.in_currency("USD")
    weeks = costs.over_time(ctx, viewer, usd, WEEK, SERVICE, top=1)
    assert [step.day for step in weeks.steps] == [23, 2, 9, 16, 23, 30]
    assert [(band.label, band.folded, band.total) for band in weeks.series] == [
        ("no service", 0, 8),
        ("other", 2, 7),
    ]
    months = costs.over_time(ctx, viewer, Scope(EVER, currency="USD"), MONTH)
    assert [(step, cost) for step, cost in zip(months.steps, months.series[0].values, strict=True)] == [
        (date(2026, 2, 1), 4),
        (date(2026, 3, 1), 15),
    ]
    for step, by in ((SERVICE, None), (DAY, MONTH)):
        with pytest.raises(Invalid):
            costs.over_time(ctx, viewer, usd, step, by)


def test_a_charge_billed_in_a_later_month_is_in_that_month_s_bar(
    ctx: Context, organisation_id: UUID, viewer: User, tmp_path: Path
) -> None:
    late = a_line(day="2026-03-31", BillingPeriodStart="2026-04-01T00:00:00Z")
    ingest.files(ctx, organisation_id, [a_bill(tmp_path / "late.csv", [late])])
    found = costs.over_time(ctx, viewer, SCOPE, MONTH)
    assert dict(zip(found.steps, found.series[0].values, strict=True)) == {MARCH.start: 0, MARCH.end: 1}


@pytest.mark.usefixtures("bill")
def test_too_many_or_doubled_dimensions_are_refused(ctx: Context, viewer: User) -> None:
    for by in ((ACCOUNT, REGION, SERVICE), (ACCOUNT, ACCOUNT)):
        with pytest.raises(Invalid):
            costs.table(ctx, viewer, SCOPE, by)
