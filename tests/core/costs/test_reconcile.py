"""Ours against theirs: reasons and remainder add up to the residual, and each reason is claimed only where it holds."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costs.reconcile import Reason, Row, State, reconcile, said
from core.costs.scope import CostType
from core.costs.statements import Cell, Kind, Statement, amount_of, kind_of, unit_of
from core.errors import Invalid
from core.money import ZERO, exact, total

D = Decimal
MARCH, LATER = date(2026, 3, 1), date(2026, 5, 1)
DAYS = frozenset(MARCH + timedelta(days=n) for n in range(31))


def cell(
    cost: str, kind: Kind = Kind.USAGE, service: str = "EC2", source: str = "AWS:1", currency: str = "USD"
) -> Cell:
    return Cell(MARCH, source, "AWS:1", service, kind, currency, D(cost), 0, 1)


def invoice(amount: str, **columns: object) -> Statement:
    made = Statement(MARCH, CostType.BILLED, "USD", D(amount), payer="AWS:1", typed_by="finance@example.com")
    return replace(made, **columns)


def compared(
    statement: Statement,
    *cells: Cell,
    slices: tuple[Statement, ...] = (),
    days: frozenset[date] = DAYS,
    today: date = LATER,
) -> Row:
    seen = {(each.source, each.payer): days for each in cells}
    return reconcile(statement, slices, cells, seen, today)


def words(row: Row) -> str:
    return said(row, lambda amount: f"${exact(amount)}")


amounts = st.decimals(-1000, 1000, places=4)
cells = st.lists(
    st.builds(
        Cell,
        st.just(MARCH),
        st.sampled_from(["AWS:1", "export"]),
        st.sampled_from(["AWS:1", "AWS:2"]),
        st.sampled_from(["EC2", "S3", None]),
        st.sampled_from(Kind),
        st.sampled_from(["USD", "EUR"]),
        amounts,
        st.integers(0, 2),
        st.integers(1, 5),
    ),
    max_size=8,
)
statements = st.builds(
    Statement,
    st.just(MARCH),
    st.just(CostType.BILLED),
    st.just("USD"),
    amounts | st.decimals(-100, 100, places=2),
    st.sampled_from([None, "AWS:1", "export"]),
    st.sampled_from([None, "AWS:1"]),
    st.sampled_from([None, "EC2"]),
    st.sampled_from([None, *Kind]),
    typed_by=st.sampled_from([None, "finance@example.com"]),
)


@given(
    statements,
    st.lists(statements, max_size=4),
    cells,
    st.sets(st.sampled_from(sorted(DAYS))),
    st.dates(MARCH, LATER),
)
def test_reasons_and_remainder_are_the_residual_to_the_last_digit(
    statement: Statement, others: list[Statement], ours: list[Cell], days: set[date], today: date
) -> None:
    row = compared(statement, *ours, slices=statement.among(others), days=frozenset(days), today=today)
    assert total([row.unexplained, *(part.amount for part in row.parts)]) == row.residual
    assert row.ours - statement.amount == row.residual
    assert total(row.kinds.values()) == row.ours
    assert all(part.amount for part in row.parts)
    assert (row.state is State.EXACT) == (row.rows > 0 and not row.residual)
    assert words(row)


def test_the_same_to_the_last_digit_needs_no_words_more() -> None:
    row = compared(invoice("20.28"), cell("20.28"))
    assert (row.state, words(row)) == (State.EXACT, "ties to the last digit")


def test_what_rounds_to_the_invoice_ties_to_the_cent() -> None:
    row = compared(invoice("20.28"), cell("20.28022672899"))
    assert (row.state, row.parts[0].reason, row.unexplained) == (State.CENT, Reason.ROUNDING, ZERO)
    assert words(row) == "ties to the cent"


def test_rounding_is_claimed_up_to_half_a_cent_for_each_item_and_the_sum() -> None:
    ours = [cell("10.004", service=name) for name in ("EC2", "S3", "RDS")]
    assert compared(invoice("30"), *ours).state is State.EXPLAINED
    assert compared(invoice("29.99"), *ours).unexplained == D("0.022")


def test_an_amount_with_more_digits_than_cents_was_not_rounded() -> None:
    assert compared(invoice("20.281"), cell("20.28")).state is State.OFF


def test_a_yen_has_no_cents() -> None:
    assert compared(invoice("20", currency="JPY"), cell("20.4", currency="JPY")).state is State.CENT
    assert (unit_of("JPY"), unit_of("USD"), unit_of("KWD")) == (D(1), D("0.01"), D("0.001"))


def test_tax_that_theirs_leaves_out_is_named_and_the_rest_is_unexplained() -> None:
    row = compared(invoice("100"), cell("100.2"), cell("3", Kind.TAX))
    assert words(row) == "off by $3.2: $3 tax left out of theirs, $0.2 unexplained"


def test_credits_and_refunds_may_be_left_out_together() -> None:
    row = compared(invoice("100"), cell("100"), cell("-30", Kind.CREDIT), cell("-4", Kind.REFUND))
    assert {part.what: part.amount for part in row.parts} == {"credits": D(-30), "refunds": D(-4)}
    assert (row.state, row.unexplained) == (State.EXPLAINED, ZERO)


def test_a_kind_that_explains_little_is_not_claimed() -> None:
    row = compared(invoice("100"), cell("150"), cell("3", Kind.TAX))
    assert (row.parts, row.unexplained, row.state) == ((), D(53), State.OFF)


def test_slices_that_were_typed_say_surely_where_the_difference_is() -> None:
    row = compared(invoice("102"), cell("100"), cell("5", Kind.TAX), slices=(invoice("2", kind=Kind.TAX),))
    assert row.parts[0].sure
    assert words(row) == "off by $3: $3 tax"


def test_a_slice_is_compared_with_the_same_slice_of_ours() -> None:
    row = compared(invoice("5", service="S3"), cell("100"), cell("5", service="S3"))
    assert (row.ours, row.state) == (D(5), State.EXACT)


def test_another_source_that_theirs_has_not_is_found() -> None:
    row = compared(invoice("100", payer=None), cell("100"), cell("40", source="GCP:1"))
    assert words(row) == "off by $40: $40 of GCP:1"


def test_another_source_that_theirs_has_beside_ours_is_found() -> None:
    row = compared(invoice("140", source="AWS:1", payer=None), cell("100"), cell("40", source="marketplace"))
    assert words(row) == "off by $-40: $-40 of marketplace"


def test_other_currencies_are_told_and_never_added() -> None:
    row = compared(invoice("100"), cell("100"), cell("7", currency="EUR"))
    assert (row.state, row.others) == (State.EXACT, (("EUR", D(7)),))


def test_days_without_lines_explain_what_so_many_days_may_cost() -> None:
    most = frozenset(sorted(DAYS)[:28])
    row = compared(invoice("310"), cell("280"), days=most)
    assert [part.reason for part in row.parts] == [Reason.MISSING_DAYS]
    assert len(row.missing) == 3
    assert words(row) == "off by $-30: $-30 for 3 of 31 days without lines"
    assert compared(invoice("400"), cell("280"), days=most).state is State.OFF


def test_a_month_counts_as_open_until_a_fortnight_after_its_end() -> None:
    row = compared(invoice("100"), cell("60"), today=date(2026, 4, 14))
    assert (row.state, row.unexplained) == (State.OPEN, ZERO)
    assert words(row) == "open month, off by $-40 so far"
    assert compared(invoice("100"), cell("60"), today=date(2026, 4, 15)).state is State.OFF


def test_nothing_of_ours_is_not_explained_away() -> None:
    row = compared(invoice("100"), cell("60", source="x"), today=LATER)
    nothing = reconcile(invoice("100", source="other", payer=None), (), [cell("60")], {}, LATER)
    assert row.state is not State.NOTHING
    assert (nothing.state, nothing.unexplained) == (State.NOTHING, D(-100))


def test_what_a_load_found_in_its_files_is_never_off_by_a_guess() -> None:
    files = invoice("100", typed_by=None, rows=3)
    row = compared(files, cell("100"), cell("3", Kind.TAX))
    assert (row.parts, row.unexplained) == ((), D(3))
    assert words(row) == "off by $3, unexplained; 2 of 3 lines"


@pytest.mark.parametrize(
    ("category", "charge_class", "service", "kind"),
    [
        ("Usage", None, "EC2", Kind.USAGE),
        ("Tax", None, "AWS Support", Kind.TAX),
        ("Usage", None, "AWS Support (Business)", Kind.SUPPORT),
        ("Purchase", None, "EC2", Kind.PURCHASE),
        ("Usage", "Correction", "EC2", Kind.REFUND),
        ("Adjustment", None, None, Kind.REFUND),
        ("Credit", None, "EC2", Kind.CREDIT),
    ],
)
def test_charges_are_told_apart_as_invoices_do(
    category: str, charge_class: str | None, service: str, kind: Kind
) -> None:
    assert kind_of(category, charge_class, service) is kind


@pytest.mark.parametrize(("text", "amount"), [("1,234.56", "1234.56"), (" -3 ", "-3"), ("−3.20", "-3.20")])  # noqa: RUF001  a true minus sign
def test_amounts_are_read_as_people_write_them(text: str, amount: str) -> None:
    assert amount_of(text) == D(amount)


@pytest.mark.parametrize(
    "text", ["", "1.234,56", "1e5", "NaN", "$5", "12,34", "٣", "0." + "0" * 20 + "1", "1" * 19]
)
def test_what_may_mean_another_amount_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        amount_of(text)
