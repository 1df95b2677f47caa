"""The ledger: what was done to save, held against the bill, for those who see the account."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from core.access.roles import Role, User
from core.costs.scope import RESOURCE, Scope
from core.errors import Forbidden, Invalid, NotFound
from core.ledger import book
from core.ledger.entry import Proof
from core.periods import Period
from core.recommendations.finding import FindingState
from core.recommendations.lever import Lever
from services.context import Beat, Context
from services.db.stores import findings, ledger
from services.usecases import cost_changes, ingest, recommendations, savings
from tests.bills import a_bill, a_line
from tests.builders import ACCOUNT, an_instance
from tests.core.recommendations.test_portfolio import a_finding
from tests.fleet import connected, seen

DAYS, FULL = 40, 9
"""Days of the bill, and full ones after the stop: the bill's last day may be a part."""


def billed(ctx: Context, organisation_id: UUID, file: Path, *, days: int = 30) -> date:
    """Two instances at 2.40 USD a day for 40 days, `i-1` for so many of them; answers the first."""
    first = ctx.now().date() - timedelta(days=DAYS)
    lines = [
        a_line(
            day=f"{first + timedelta(days=offset)}",
            cost="2.4",
            SubAccountId=ACCOUNT,
            ResourceId=name,
            SkuMeter="BoxUsage:m5.large",
            PricingUnit="Hrs",
            PricingQuantity="24",
        )
        for offset in range(DAYS)
        for name in ("i-1", "i-2")
        if name == "i-2" or offset < days
    ]
    ingest.files(ctx, organisation_id, [a_bill(file, lines)])
    return first


@pytest.fixture
def done(ctx: Context, organisation_id: UUID, tmp_path: Path) -> date:
    """The two, of which `i-1` was stopped after 30 days. Answers the day it was stopped."""
    first = billed(ctx, organisation_id, tmp_path / "bill.csv")
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, an_instance("i-1"), an_instance("i-2"))
    return first + timedelta(days=30)


def proven(ctx: Context) -> str:
    return savings.prove(ctx, Beat())


def told(ctx: Context, user: User, day: date, resource: str = "i-1", usd: str = "73") -> UUID:
    return savings.tell(ctx, user, resource, Lever.REMOVE, day, Decimal(usd), "Stopped by hand").id


def test_what_was_stopped_is_proven_by_the_bill_and_what_runs_on_is_not(
    ctx: Context, operator: User, done: date
) -> None:
    told(ctx, operator, done - timedelta(days=1))
    told(ctx, operator, done - timedelta(days=1), "i-2")
    assert proven(ctx).startswith("1 of 2 savings proven by the bill")
    book = savings.listing(ctx, operator)
    came = {row.entry.resource_id: row.result for row in book.rows}
    assert came["i-1"] is not None
    assert came["i-2"] is not None
    assert (came["i-1"].proof, came["i-2"].proof) == (Proof.PROVEN, Proof.UNPROVEN)
    assert book.saved == sum(book.by_day.values()) == came["i-1"].saved
    assert came["i-1"].saved == FULL * Decimal("2.4")
    assert came["i-2"].counted == 0


def test_what_was_taken_back_is_no_longer_promised_nor_waited_for(
    ctx: Context, organisation_id: UUID, operator: User, done: date
) -> None:
    told(ctx, operator, done - timedelta(days=1))
    action, at = uuid4(), ctx.now() - timedelta(hours=1)
    mended = savings.told(an_instance("i-2"), Lever.SIZE, at, Decimal(50), "Made smaller", operator.email)
    with ctx.begin() as db:
        ledger.add(db, organisation_id, [replace(mended, action_id=action)])
    proven(ctx)
    book = savings.listing(ctx, operator)
    assert (book.monthly, book.holding, book.waiting) == (123, 2, 1)
    with ctx.begin() as db:
        ledger.end(db, organisation_id, action, ctx.now())
    book = savings.listing(ctx, operator)
    assert (book.monthly, book.holding, book.waiting) == (73, 1, 0)
    assert [row.holds for row in book.rows] == [False, True]


def test_the_same_bill_again_changes_nothing_and_a_restated_one_everything(
    ctx: Context, organisation_id: UUID, operator: User, done: date, tmp_path: Path
) -> None:
    told(ctx, operator, done - timedelta(days=1))
    proven(ctx)
    before = savings.listing(ctx, operator)
    proven(ctx)
    assert savings.listing(ctx, operator) == before
    assert before.saved > 0
    billed(ctx, organisation_id, tmp_path / "restated.csv", days=DAYS)  # it had run on after all
    assert proven(ctx).startswith("0 of 1 savings proven by the bill")
    after = savings.listing(ctx, operator)
    assert (after.saved, sum(after.by_day.values())) == (0, 0)


@pytest.mark.usefixtures("done")
def test_a_finding_whose_saving_the_bill_proves_is_verified_and_counts_in_its_rules_record(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    found = [
        a_finding(resource_id=name, saving=Decimal(73), state=FindingState.APPLIED) for name in ("i-1", "i-2")
    ]
    at = ctx.now() - timedelta(days=DAYS - 29)
    with ctx.begin() as db:
        findings.write(db, organisation_id, found)
        for each in found:
            ledger.add(db, organisation_id, book.of_finding(each, "Stop idle", at, operator.email))
    proven(ctx)
    states = [recommendations.one(ctx, operator, each.id).finding.state for each in found]
    assert states == [FindingState.VERIFIED, FindingState.APPLIED]
    record = savings.listing(ctx, operator).records["ec2_idle"]
    assert (record.entries, record.judged, record.realised) == (2, 2, FULL * Decimal("2.4"))
    assert round(record.promised, 6) == round(2 * FULL * Decimal(73) * 24 / 730, 6)
    beside = recommendations.one(ctx, operator, found[0].id).record
    assert beside == record


def test_an_entry_is_held_against_what_the_bill_says_changed(
    ctx: Context, operator: User, done: date
) -> None:
    entry = told(ctx, operator, done - timedelta(days=1))
    proven(ctx)
    detail = savings.one(ctx, operator, entry)
    assert detail.window == FULL
    assert (detail.before, detail.after) == (FULL * Decimal("2.4"), 0)
    applied, length = done - timedelta(days=1), timedelta(days=FULL)
    explained = cost_changes.why(
        ctx,
        operator,
        Scope(Period(done, done + length)).at(RESOURCE, "i-1"),
        against=Period(applied - length, applied),
    )
    assert detail.change == explained.now - explained.before == sum(explained.reasons.values(), Decimal(0))
    assert detail.saved == -detail.change


def test_nobody_sees_savings_of_accounts_that_are_not_theirs(
    ctx: Context, operator: User, person: Callable[..., User], done: date
) -> None:
    entry = told(ctx, operator, done)
    proven(ctx)
    stranger = person(Role.OPERATOR, accounts=frozenset({"999999999999"}))
    assert savings.listing(ctx, stranger).rows == ()
    assert savings.listing(ctx, stranger).by_day == {}
    with pytest.raises(NotFound):
        savings.one(ctx, stranger, entry)
    with pytest.raises(NotFound):
        told(ctx, stranger, done)
    with pytest.raises(NotFound):
        savings.one(ctx, operator, uuid4())


def test_what_cannot_be_is_refused_in_words(ctx: Context, operator: User, viewer: User, done: date) -> None:
    with pytest.raises(Forbidden):
        told(ctx, viewer, done)
    with pytest.raises(Invalid, match="past"):
        told(ctx, operator, ctx.now().date() + timedelta(days=2))
    with pytest.raises(Invalid, match="above zero"):
        told(ctx, operator, done, usd="0")
    with pytest.raises(NotFound, match="No resource"):
        told(ctx, operator, done, "i-9")


def test_before_there_is_a_bill_nothing_is_computed(
    ctx: Context, organisation_id: UUID, operator: User
) -> None:
    assert proven(ctx) == "Nothing was done to save yet."
    connected(ctx, organisation_id, ACCOUNT)
    seen(ctx, organisation_id, an_instance("i-1"))
    told(ctx, operator, ctx.now().date() - timedelta(days=1))
    assert "no bill" in proven(ctx)
    assert savings.listing(ctx, operator).rows[0].result is None
