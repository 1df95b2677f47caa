"""Whose cost it is, asked of a bill in the warehouse."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from core.access.roles import Role, User
from core.costs.filters import parse
from core.costs.samples import Sample
from core.costs.scope import ACCOUNT, SERVICE, CostType, Dimension, Filter, Match, Scope
from core.costs.units import UnitMetric
from core.costs.virtual_tags import Method, Rule, SharedCost, Target, VirtualTag, apart
from core.errors import Conflict, Forbidden, NotFound
from core.money import total
from core.periods import Period
from services.context import Context
from services.db.stores import units
from services.db.tables.access import organisations
from services.db.tables.records import audit
from services.usecases import (
    allocation,
    allocation_rules,
    costs,
    tag_coverage,
)
from tests.allocated import BOTH, FEBRUARY, LINES, MARCH, ONLY_MARCH, RULES, TAG, TAX
from tests.bills import Billed

D = Decimal


@pytest.fixture
def finance(person: Callable[..., User], billed: Billed) -> User:
    """Somebody who allocates, in an organisation that has a bill."""
    billed(LINES)
    return person(Role.FINANCE)


def direct(ctx: Context, user: User, period: Period = ONLY_MARCH) -> dict[str, Decimal]:
    found = allocation.allocated(ctx, user, "Product", period, currency="USD")
    return {each.value: each.direct for each in found.values}


def test_the_first_rule_that_takes_a_line_says_its_value(ctx: Context, finance: User) -> None:
    allocation_rules.save(ctx, finance, TAG)
    assert direct(ctx, finance) == {"platform": D(2), "shop": D("30.1"), "data": D(10)}
    allocation_rules.save(ctx, finance, VirtualTag("Product", RULES[::-1], MARCH))
    assert direct(ctx, finance) == {"platform": D(2), "checkout": D("30.1"), "data": D(10)}


def test_before_its_day_a_virtual_tag_has_no_value(ctx: Context, finance: User) -> None:
    allocation_rules.save(ctx, finance, TAG)
    found = allocation.allocated(ctx, finance, "Product", BOTH, currency="USD")
    assert found.unallocated == D(8 + 5 + 4)


def test_an_earlier_version_holds_for_the_days_before_the_next(ctx: Context, finance: User) -> None:
    allocation_rules.save(ctx, finance, VirtualTag("Product", (Rule((), "everything"),), FEBRUARY))
    allocation_rules.save(ctx, finance, TAG)
    assert direct(ctx, finance, Period(FEBRUARY, MARCH)) == {"everything": D(8)}
    assert "everything" not in direct(ctx, finance)


def test_shared_lines_are_never_direct_and_all_adds_up_to_the_bill(ctx: Context, finance: User) -> None:
    allocation_rules.save(ctx, finance, TAG)
    allocation_rules.save(ctx, finance, VirtualTag("Product", (*RULES, Rule((), "rest")), date(2026, 3, 8)))
    allocation_rules.save_shared(ctx, finance, TAX)
    found = allocation.allocated(ctx, finance, "Product", ONLY_MARCH, currency="USD")
    assert "rest" not in {each.value for each in found.values}
    (pool,) = found.pools
    assert (pool.name, pool.cost, pool.split) == ("Tax", D(4), D(4))
    assert found.unallocated == D(5)
    assert total([found.direct, found.shared, found.unallocated]) == found.total
    whole = costs.table(ctx, finance, Scope(ONLY_MARCH, currency="USD"), ())
    assert found.total == whole.total == D("51.1")
    assert dict(found.currencies)["ISK"] == D(9)


def test_filters_lead_to_the_very_lines_of_a_value_and_of_what_nobody_takes(
    ctx: Context, finance: User
) -> None:
    allocation_rules.save(ctx, finance, replace(TAG, rules=(*RULES, Rule((parse("service=Tax"),), "levies"))))
    allocation_rules.save_shared(ctx, finance, TAX)
    found = allocation.allocated(ctx, finance, "Product", ONLY_MARCH, currency="USD")
    others = apart([TAX], ONLY_MARCH)
    assert others is not None
    lines = Scope(ONLY_MARCH, currency="USD").where(*others)
    product = Dimension("virtual:Product")
    for value, amount in (*((each.value, each.direct) for each in found.values), (None, found.unallocated)):
        only = lines.where(Filter(product, Match.IS, value))
        assert costs.table(ctx, finance, only, ()).total == amount
    without = Scope(ONLY_MARCH, currency="USD").where(Filter(product, Match.IS, "levies"))
    assert costs.table(ctx, finance, without, ()).total == D(4)


def test_what_no_rule_takes_is_told_by_what_it_is(ctx: Context, finance: User) -> None:
    allocation_rules.save(ctx, finance, TAG)
    found = allocation.left(ctx, finance, "Product", ONLY_MARCH, ACCOUNT, currency="USD")
    assert [(row.keys, row.cost) for row in found.rows] == [
        (("333333333333",), D(5)),
        (("222222222222",), D(4)),
    ]
    allocation_rules.save_shared(ctx, finance, TAX)
    whole = allocation.allocated(ctx, finance, "Product", ONLY_MARCH, currency="USD")
    assert (
        allocation.left(ctx, finance, "Product", ONLY_MARCH, SERVICE, currency="USD").total
        == whole.unallocated
    )


def test_one_who_sees_an_account_is_told_its_part_and_that_it_is_one(
    ctx: Context, finance: User, person: Callable[..., User]
) -> None:
    allocation_rules.save(ctx, finance, TAG)
    allocation_rules.save_shared(ctx, finance, TAX)
    user = person(Role.VIEWER, organisation=finance.organisation_id, accounts=frozenset({"333333333333"}))
    found = allocation.allocated(ctx, user, "Product", ONLY_MARCH)
    assert ([each.value for each in found.values], found.unallocated) == (["data"], D(5))
    assert found.within_accounts


def test_rules_about_other_accounts_are_neither_told_nor_changed(
    ctx: Context, finance: User, person: Callable[..., User]
) -> None:
    allocation_rules.save(ctx, finance, TAG)
    other = SharedCost("Product", "Hub", (parse("account=222222222222"),), Method.EVEN, MARCH)
    allocation_rules.save_shared(ctx, finance, other)
    allocation_rules.save_shared(ctx, finance, TAX)
    some = person(Role.FINANCE, organisation=finance.organisation_id, accounts=frozenset({"333333333333"}))
    seen = allocation_rules.listing(ctx, some)
    assert [each.tag.rules for each in seen.tags] == [(RULES[0], RULES[2])]
    assert [each.shared.name for each in seen.shared] == ["Tax"]
    for change in (
        lambda: allocation_rules.save(ctx, some, TAG),
        lambda: allocation_rules.save_shared(ctx, some, replace(other, method=Method.PROPORTIONAL)),
        lambda: allocation_rules.delete(ctx, some, "Product"),
        lambda: allocation_rules.delete(ctx, some, "Product", "Hub"),
    ):
        with pytest.raises(Forbidden, match="accounts that you do not see"):
            change()
    assert allocation_rules.delete(ctx, some, "Product", "Tax")
    assert [each.tag for each in allocation_rules.listing(ctx, finance).tags] == [TAG]


def test_a_metric_shares_by_its_days(ctx: Context, finance: User) -> None:
    allocation_rules.save(ctx, finance, TAG)
    among = (Target("shop", metric="orders"), Target("data", metric="jobs"))
    allocation_rules.save_shared(
        ctx, finance, SharedCost("Product", "Tax", TAX.filters, Method.METRIC, MARCH, among)
    )
    (pool,) = allocation.allocated(ctx, finance, "Product", ONLY_MARCH).pools
    assert (pool.split, pool.left) == (D(0), D(4))
    assert "jobs, orders" in pool.because[0]
    for name, amount in (("orders", D(3)), ("jobs", D(1))):
        metric = UnitMetric(name, 1, (), CostType.EFFECTIVE, None)
        with ctx.begin() as db:
            units.add(db, finance.organisation_id, key := uuid4(), metric, finance.email, ctx.now())
            units.keep(db, finance.organisation_id, key, [Sample(date(2026, 3, 5), amount)])
    found = allocation.allocated(ctx, finance, "Product", ONLY_MARCH)
    assert {each.value: each.shared for each in found.values} == {
        "platform": D(0),
        "shop": D(3),
        "data": D(1),
    }


def test_a_preview_says_what_each_rule_would_take_and_keeps_nothing(ctx: Context, finance: User) -> None:
    found = allocation.preview(ctx, finance, RULES, BOTH, currency="USD")
    assert [each.cost for each in found.rules] == [D(2), D("38.1"), D(10)]
    assert (found.rest, found.total) == (D(9), D("59.1"))
    assert found.rules[2].values == (("data", D(10)),)
    assert allocation_rules.listing(ctx, finance).tags == ()


def test_a_shared_cost_is_previewed_as_if_it_held_on_all_days(ctx: Context, finance: User) -> None:
    allocation_rules.save(ctx, finance, TAG)
    draft = SharedCost(TAX.tag, TAX.name, TAX.filters, Method.EVEN, date(2027, 1, 1))
    assert allocation.preview_shared(ctx, finance, draft, ONLY_MARCH).shared == D(4)
    assert allocation_rules.listing(ctx, finance).shared == ()


def test_what_was_deleted_comes_back_with_its_shared_costs(ctx: Context, finance: User) -> None:
    allocation_rules.save(ctx, finance, TAG)
    allocation_rules.save_shared(ctx, finance, TAX)
    before = allocation_rules.listing(ctx, finance)
    at = allocation_rules.delete(ctx, finance, "Product")
    assert allocation_rules.listing(ctx, finance) == allocation_rules.Definitions((), ())
    allocation_rules.restore(ctx, finance, "Product", None, at)
    assert allocation_rules.listing(ctx, finance) == before
    gone = allocation_rules.delete(ctx, finance, "Product", "Tax")
    allocation_rules.restore(ctx, finance, "Product", "Tax", gone)
    assert allocation_rules.listing(ctx, finance) == before
    with pytest.raises(NotFound):
        allocation_rules.restore(ctx, finance, "Product", None, at)


def test_what_was_made_anew_is_not_overwritten_by_what_comes_back(ctx: Context, finance: User) -> None:
    allocation_rules.save(ctx, finance, TAG)
    at = allocation_rules.delete(ctx, finance, "Product")
    allocation_rules.save(ctx, finance, TAG)
    with pytest.raises(Conflict):
        allocation_rules.restore(ctx, finance, "Product", None, at)


def test_a_shared_cost_needs_its_virtual_tag(ctx: Context, finance: User) -> None:
    with pytest.raises(NotFound):
        allocation_rules.save_shared(ctx, finance, TAX)


def test_coverage_is_told_by_money(ctx: Context, finance: User) -> None:
    allocation_rules.save(ctx, finance, TAG)
    found = tag_coverage.coverage(ctx, finance, BOTH, currency="USD")
    assert found.months == (FEBRUARY, MARCH)
    rows = {row.name: row for row in found.rows}
    assert list(rows) == ["tag:team", "virtual:Product", "tag:squad", "tag:Team"]
    assert rows["tag:team"].cost == D("48.1")
    assert rows["virtual:Product"].cost == D("42.1")
    assert rows["tag:squad"].over_time == (D(0), D("0.589041"))
    assert (found.total, found.totals) == (D("59.1"), (D(8), D("51.1")))


def test_who_may_only_look_changes_nothing(ctx: Context, finance: User, person: Callable[..., User]) -> None:
    viewer = person(Role.VIEWER, organisation=finance.organisation_id)
    allocation_rules.save(ctx, finance, TAG)
    for change in (
        lambda: allocation_rules.save(ctx, viewer, TAG),
        lambda: allocation_rules.save_shared(ctx, viewer, TAX),
        lambda: allocation_rules.delete(ctx, viewer, "Product"),
        lambda: allocation_rules.restore(ctx, viewer, "Product", None, ctx.now() - timedelta(days=1)),
        lambda: allocation.preview(ctx, viewer, RULES, BOTH),
    ):
        with pytest.raises(Forbidden):
            change()
    assert direct(ctx, viewer)


def test_another_organisation_sees_none_of_it(
    ctx: Context, finance: User, person: Callable[..., User]
) -> None:
    with ctx.begin() as db:
        db.execute(insert(organisations).values(id=(other := uuid4()), name="Other", created_at=ctx.now()))
    stranger = person(Role.ADMIN, organisation=other)
    allocation_rules.save(ctx, finance, TAG)
    assert allocation_rules.listing(ctx, stranger) == allocation_rules.Definitions((), ())
    with pytest.raises(NotFound):
        allocation_rules.delete(ctx, stranger, "Product")


def test_every_change_is_written_down(ctx: Context, finance: User) -> None:
    allocation_rules.save(ctx, finance, TAG)
    allocation_rules.save_shared(ctx, finance, TAX)
    allocation_rules.delete(ctx, finance, "Product", "Tax")
    at = allocation_rules.delete(ctx, finance, "Product")
    allocation_rules.restore(ctx, finance, "Product", None, at)
    with ctx.begin() as db:
        said = db.execute(
            select(audit.c.action).where(audit.c.actor == finance.email).order_by(audit.c.seq)
        ).scalars()
        assert list(said) == [
            "VirtualTagSaved",
            "SharedCostSaved",
            "SharedCostDeleted",
            "VirtualTagDeleted",
            "VirtualTagSaved",
        ]
