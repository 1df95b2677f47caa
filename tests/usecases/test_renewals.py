"""Commitments that end soon or ended lately, asked of small bills worked out by hand."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.access.roles import Role, User
from core.costs.renewals import Renewal, Renewals
from core.errors import Forbidden, Invalid
from services.context import Context
from services.usecases import ingest, renewals
from tests.bills import a_bill, a_line

D = Decimal
PLAN = "arn:aws:savingsplans::222222222222:savingsplan/1"
SEEN_DAYS = 10


@pytest.fixture
def told(ctx: Context, person: Callable[..., User], data_dir: Path) -> Callable[..., Renewals]:
    """Takes a bill in whose last full day is yesterday, and asks what is due."""
    who = person(Role.ADMIN)

    def ask(*lines: dict[str, str], **asked: int) -> Renewals:
        newest = a_line(day=(ctx.now().date() - timedelta(days=1)).isoformat(), cost="1")
        today = a_line(day=ctx.now().date().isoformat(), cost="1")
        ingest.files(ctx, who.organisation_id, [a_bill(data_dir / "bill.csv", [*lines, newest, today])])
        return renewals.renewals(ctx, who, **asked)

    return ask


def a_plan(
    last: date,
    ends: datetime | None = None,
    *,
    used: str = "9",
    unused: str = "1",
    listed: str = "15",
    name: str = "sp-core",
) -> list[dict[str, str]]:
    """A plan over ten days up to `last`: so much a day used, not used, and covered at list price."""
    mark = {
        "CommitmentDiscountId": f"{PLAN}{name}",
        "CommitmentDiscountName": name,
        "CommitmentDiscountType": "Compute Savings Plan",
        "PricingCategory": "Committed",
        "savings_plan_end_time": "" if ends is None else ends.isoformat(),
    }
    days = [(last - timedelta(days=back)).isoformat() for back in range(SEEN_DAYS)]
    return [
        a_line(day=day, cost=cost, ListCost=price, CommitmentDiscountStatus=status, **mark)
        for day in days
        for status, cost, price in (("Used", used, listed), ("Unused", unused, "0"))
        if cost != "0"
    ]


def only(found: Renewals) -> Renewal:
    (one,) = found.due
    return one


def test_one_that_ends_soon_says_what_it_costs_covers_and_is_worth(
    ctx: Context, told: Callable[..., Renewals]
) -> None:
    yesterday = ctx.now().date() - timedelta(days=1)
    one = only(told(*a_plan(yesterday, ctx.now() + timedelta(days=20))))
    assert (one.ended, one.seen, one.days) == (False, False, SEEN_DAYS)
    a_month = D(730) / D(240)
    assert [round(each or D(0), 6) for each in (one.cost, one.covers, one.worth)] == [
        round(each * a_month, 6) for each in (D(100), D(150), D(50))
    ]
    assert one.advice == "Renew it, but smaller: 90% of it was used."


def test_one_that_ended_lately_is_seen_by_its_last_line(ctx: Context, told: Callable[..., Renewals]) -> None:
    last = ctx.now().date() - timedelta(days=12)
    one = only(told(*a_plan(last, unused="0")))
    assert (one.ended, one.seen, one.ends) == (True, True, last + timedelta(days=1))
    assert one.days == SEEN_DAYS
    assert one.advice == "Buy it again, as far as its use goes on."


def test_one_that_is_worth_nothing_is_left_to_end(ctx: Context, told: Callable[..., Renewals]) -> None:
    yesterday = ctx.now().date() - timedelta(days=1)
    one = only(told(*a_plan(yesterday, ctx.now() + timedelta(days=5), used="3", unused="7", listed="5")))
    assert one.worth is not None
    assert one.worth < 0
    assert one.advice == "Let it end: its use costs no more on demand."


def test_what_runs_on_is_fine_and_what_may_end_any_day_is_unknown(
    ctx: Context, told: Callable[..., Renewals]
) -> None:
    yesterday = ctx.now().date() - timedelta(days=1)
    fine = a_plan(yesterday, ctx.now() + timedelta(days=90), name="sp-long")
    untold = a_plan(yesterday, name="sp-untold")
    long_ago = a_plan(ctx.now().date() - timedelta(days=62), name="sp-old")
    found = told(*fine, *untold, *long_ago)
    assert (found.due, found.unknown, found.fine) == ((), ("sp-untold",), 1)
    wider = told(*fine, *untold, *long_ago, ahead=100, lately=100)
    assert [each.name for each in wider.due] == ["sp-old", "sp-long"]


def test_a_price_that_the_bill_does_not_say_leaves_the_worth_unknown(
    ctx: Context, told: Callable[..., Renewals]
) -> None:
    yesterday = ctx.now().date() - timedelta(days=1)
    one = only(told(*a_plan(yesterday, ctx.now() + timedelta(days=20), listed="")))
    assert (one.cost, one.worth) == (None, None)
    assert "no on-demand price" in one.advice


def test_who_sees_some_accounts_is_told_no_worth(
    ctx: Context, person: Callable[..., User], data_dir: Path
) -> None:
    who = person(Role.ADMIN)
    yesterday = ctx.now().date() - timedelta(days=1)
    lines = [
        *a_plan(yesterday, ctx.now() + timedelta(days=20)),
        a_line(day=ctx.now().date().isoformat(), cost="1"),
    ]
    ingest.files(ctx, who.organisation_id, [a_bill(data_dir / "bill.csv", lines)])
    some = person(Role.VIEWER, organisation=who.organisation_id, accounts=frozenset({"222222222222"}))
    one = only(renewals.renewals(ctx, some))
    assert one.worth is None
    assert "you do not see" in one.advice
    with pytest.raises(Forbidden):
        renewals.renewals(ctx, person())


def test_days_are_bounded_and_an_empty_bill_has_nothing_due(
    ctx: Context, person: Callable[..., User]
) -> None:
    who = person(Role.VIEWER)
    assert renewals.renewals(ctx, who) == Renewals((), (), 0)
    for wrong in ({"ahead": -1}, {"lately": 401}):
        with pytest.raises(Invalid):
            renewals.renewals(ctx, who, **wrong)
