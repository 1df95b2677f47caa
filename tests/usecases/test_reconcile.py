"""Invoices typed in, kept and compared with the bill in the warehouse."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from core.access.roles import Role, User
from core.costs.filters import written
from core.costs.reconcile import State
from core.costs.scope import CostType, Scope
from core.costs.statement_scope import behind
from core.costs.statements import Kind, Statement
from core.errors import Forbidden, Invalid, NotFound
from services.context import Context
from services.db.tables.records import events
from services.usecases import costs, ingest, reconcile
from tests.bills import FOCUS_SAMPLE, a_bill, a_line

D = Decimal
SEPTEMBER = date(2024, 9, 1)


def of(ctx: Context, user: User, **wanted: object) -> list[tuple[str, State, Decimal]]:
    found = reconcile.statements(ctx, user, **wanted).rows  # type: ignore[arg-type]  the test's own words
    return [(row.statement.whose, row.state, row.residual) for row in found if row.statement.typed_by]


def test_the_sample_ties_to_what_was_published_of_it(ctx: Context, finance: User) -> None:
    ingest.files(ctx, finance.organisation_id, [FOCUS_SAMPLE])
    for cost, amount in ((CostType.BILLED, "20.28022672899"), (CostType.EFFECTIVE, "14.97651418586")):
        whole = reconcile.statements(ctx, finance, cost=cost)
        ours = sum((row.ours for row in whole.rows if row.statement.month == SEPTEMBER), D(0))
        reconcile.type_in(ctx, finance, SEPTEMBER, ours, currency="USD", cost=cost)
        if cost is CostType.BILLED:
            assert ours == D(amount)
        assert of(ctx, finance, cost=cost) == [("all bills", State.EXACT, D(0))]
    reconcile.type_in(ctx, finance, SEPTEMBER, D("20.28"), currency="USD")
    assert of(ctx, finance) == [("all bills", State.CENT, D("0.00022672899"))]


def test_every_load_is_held_against_its_own_files(ctx: Context, finance: User) -> None:
    ingest.files(ctx, finance.organisation_id, [FOCUS_SAMPLE])
    rows = reconcile.statements(ctx, finance).rows
    assert len(rows) > 1
    assert {row.state for row in rows} == {State.EXACT}
    assert not any(row.rows_differ for row in rows)
    assert sum(row.rows for row in rows) == 1000


def test_filters_lead_to_the_very_lines_that_are_compared(ctx: Context, finance: User) -> None:
    ingest.files(ctx, finance.organisation_id, [FOCUS_SAMPLE])
    reconcile.type_in(ctx, finance, SEPTEMBER, D(1), currency="USD", service="Amazon Elastic Compute Cloud")
    for row in reconcile.statements(ctx, finance).rows:
        assert row.days is not None
        scope = Scope(row.days, cost=CostType.BILLED, currency="USD", filters=row.statement.filters)
        assert costs.table(ctx, finance, scope, ()).total == row.ours
    reconcile.type_in(ctx, finance, SEPTEMBER, D(1), currency="USD", kind=Kind.TAX)
    (taxes,) = (row for row in reconcile.statements(ctx, finance).rows if row.statement.kind)
    assert [written(each) for each in behind(taxes.statement, (), ()).filters] == [
        "month=2024-09",
        "charge category=Tax",
    ]
    assert taxes.days is None


def test_each_kind_leads_to_its_very_lines_and_refunds_say_that_they_cannot(
    ctx: Context, finance: User, data_dir: Path
) -> None:
    lines = [
        a_line(cost="100"),
        a_line(cost="5", ChargeCategory="Tax"),
        a_line(cost="7", ChargeCategory="Purchase"),
        a_line(cost="11", ServiceName="AWS Support"),
        a_line(cost="13", ServiceName="AWS Support", ChargeCategory="Purchase"),
        a_line(cost="-3", ChargeCategory="Credit"),
        a_line(cost="-2", ChargeClass="Correction"),
        a_line(cost="-1", ChargeCategory="Adjustment"),
    ]
    ingest.files(ctx, finance.organisation_id, [a_bill(data_dir / "bill.csv", lines)])
    for kind in Kind:
        reconcile.type_in(
            ctx, finance, date(2026, 3, 1), D(1), currency="USD", kind=kind, payer="AWS:111111111111"
        )
    found = reconcile.statements(ctx, finance)
    ours = {}
    for row in found.rows:
        if row.statement.kind is None:
            continue
        assert row.days is not None
        lines_of = behind(row.statement, found.services, found.payers)
        scope = Scope(
            row.days, cost=CostType.BILLED, currency="USD", filters=lines_of.filters, refunds=lines_of.refunds
        )
        shown = costs.table(ctx, finance, scope, ()).total
        if row.statement.kind is Kind.REFUND:
            assert "all kinds of charge are shown" in lines_of.beyond[0]
        else:
            assert (shown, lines_of.beyond) == (row.ours, ())
            ours[row.statement.kind] = shown
    assert ours == {
        Kind.USAGE: D(100),
        Kind.TAX: D(5),
        Kind.PURCHASE: D(7),
        Kind.SUPPORT: D(24),
        Kind.CREDIT: D(-3),
    }


def test_of_several_payers_a_statement_of_one_leads_to_its_provider_and_says_so() -> None:
    one = Statement(SEPTEMBER, CostType.BILLED, "USD", D(1), payer="AWS:1")
    for payers, filters, beyond in (
        (["AWS:1"], ["month=2024-09"], 0),
        (["AWS:1", "Other:2"], ["month=2024-09", "provider=AWS"], 0),
        (["AWS:1", "AWS:2"], ["month=2024-09", "provider=AWS"], 1),
    ):
        found = behind(one, (), payers)
        assert [written(each) for each in found.filters] == filters
        assert len(found.beyond) == beyond


def test_typed_again_it_takes_the_place_and_slices_stand_beside(
    ctx: Context, finance: User, data_dir: Path
) -> None:
    lines = [a_line(cost="100"), a_line(cost="5", ChargeCategory="Tax")]
    ingest.files(ctx, finance.organisation_id, [a_bill(data_dir / "bill.csv", lines)])
    march, payer = date(2026, 3, 9), "AWS:111111111111"
    for amount in ("90", "102"):
        kept = reconcile.type_in(ctx, finance, march, D(amount), currency="USD", payer=payer)
    reconcile.type_in(ctx, finance, march, D(2), currency="USD", payer=payer, kind=Kind.TAX, note="page 2")
    whole, tax, _ = reconcile.statements(ctx, finance).rows
    assert (whole.statement.amount, whole.residual, whole.parts[0].sure) == (D(102), D(3), True)
    assert (tax.ours, tax.residual) == (D(5), D(3))
    reconcile.remove(ctx, finance, kept.id or uuid4())
    with pytest.raises(NotFound):
        reconcile.remove(ctx, finance, uuid4())
    assert [row[0] for row in of(ctx, finance)] == [payer]
    with ctx.begin() as db:
        names = db.execute(select(events.c.type).where(events.c.type.like("Invoice%"))).scalars().all()
    assert sorted(names) == ["InvoiceRemoved", *["InvoiceTyped"] * 3]


def test_an_invoice_of_a_month_that_is_not_loaded_says_so(ctx: Context, finance: User) -> None:
    reconcile.type_in(ctx, finance, SEPTEMBER, D(5), currency="USD")
    assert of(ctx, finance) == [("all bills", State.NOTHING, D(-5))]


def test_another_organisation_sees_nothing_of_it(ctx: Context, finance: User) -> None:
    kept = reconcile.type_in(ctx, finance, SEPTEMBER, D(5), currency="USD")
    other = User(uuid4(), uuid4(), "x@example.com", "X", frozenset({Role.ADMIN}))
    assert not reconcile.statements(ctx, other).rows
    with pytest.raises(NotFound):
        reconcile.remove(ctx, other, kept.id or uuid4())


def test_who_sees_some_accounts_only_is_told_why_there_is_nothing(
    ctx: Context, person: Callable[..., User]
) -> None:
    limited = person(Role.FINANCE, accounts=frozenset({"1"}))
    with pytest.raises(Forbidden, match="whole bills"):
        reconcile.statements(ctx, limited)
    with pytest.raises(Forbidden, match="whole bills"):
        reconcile.type_in(ctx, limited, SEPTEMBER, D(5), currency="USD")


def test_who_may_not_manage_costs_may_look_and_not_type(ctx: Context, viewer: User) -> None:
    assert not reconcile.statements(ctx, viewer).rows
    with pytest.raises(Forbidden):
        reconcile.type_in(ctx, viewer, SEPTEMBER, D(5), currency="USD")
    with pytest.raises(Forbidden):
        reconcile.remove(ctx, viewer, uuid4())


@pytest.mark.parametrize(
    "wrong", [{"currency": ""}, {"currency": "US D"}, {"note": "a\nb"}, {"payer": "x" * 201}]
)
def test_what_cannot_be_kept_is_refused(ctx: Context, finance: User, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        reconcile.type_in(ctx, finance, SEPTEMBER, D(5), **({"currency": "USD"} | wrong))
