"""What is unexplained in one month and stands in the month beside it is found there, and nowhere else."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from core.costs.neighbours import Beside, beside
from core.costs.reconcile import Row, reconcile
from core.costs.scope import CostType
from core.costs.statements import Cell, Kind, Statement

D = Decimal
MARCH, APRIL, MAY, TODAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1), date(2026, 8, 1)


def month(first: date, theirs: str, *cells: tuple[str, Kind], currency: str = "USD") -> Row:
    said = Statement(
        first, CostType.BILLED, currency, D(theirs), payer="AWS:1", typed_by="finance@example.com"
    )
    ours = [Cell(first, "AWS:1", "AWS:1", "EC2", kind, currency, D(cost), 0, 1) for cost, kind in cells]
    return reconcile(said, (), ours, {}, TODAY)


def test_a_credit_that_the_invoice_counts_a_month_earlier_is_found_in_the_next() -> None:
    march = month(MARCH, "762.50", ("1000.001", Kind.USAGE))
    april = month(APRIL, "600", ("837.50", Kind.USAGE), ("-237.50", Kind.CREDIT))
    assert march.unexplained == D("237.501")
    assert beside(march, (march, april)) == (Beside(APRIL, Kind.CREDIT, D("-237.50")),)
    assert beside(april, (march, april)) == ()


def test_neither_another_currency_nor_a_part_nor_a_month_further_on_explains_anything() -> None:
    march = month(MARCH, "762.50", ("1000", Kind.USAGE))
    credit = ("-237.50", Kind.CREDIT)
    euros, later = month(APRIL, "-237.50", credit, currency="EUR"), month(MAY, "-237.50", credit)
    whole = month(APRIL, "-237.50", credit)
    part = replace(whole, statement=replace(whole.statement, service="EC2"))
    assert beside(march, (march, euros, later, part)) == ()
    assert beside(march, (march, whole)) != ()
