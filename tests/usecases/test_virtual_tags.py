"""Virtual tags as dimensions: costs are cut and filtered by them wherever they are asked."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.access.roles import Role, User
from core.costs.filters import parse, parse_all
from core.costs.scope import Dimension, Scope
from core.costs.units import UnitMetric
from core.costs.virtual_tags import Rule, VirtualTag
from core.errors import Conflict, Invalid, NotFound
from core.money import total
from core.periods import Period
from services.context import Context
from services.usecases import allocation_rules, cost_changes, cost_values, costs, focus_export
from services.usecases import units as units_of
from tests.allocated import BOTH, FEBRUARY, LINES, MARCH, ONLY_MARCH, TAG
from tests.bills import Billed

D = Decimal


@pytest.fixture
def finance(person: Callable[..., User], billed: Billed) -> User:
    """Somebody who allocates, in an organisation that has a bill."""
    billed(LINES)
    return person(Role.FINANCE)


PRODUCT = Dimension("virtual:Product")


def by_product(ctx: Context, user: User, *filters: str) -> dict[str | None, Decimal]:
    scope = Scope(BOTH, currency="USD", filters=parse_all(filters))
    return {row.keys[0]: row.cost for row in costs.table(ctx, user, scope, (PRODUCT,)).rows}


def test_cost_is_cut_by_a_virtual_tag_from_its_day_on_and_nothing_is_lost(
    ctx: Context, finance: User
) -> None:
    allocation_rules.save(ctx, finance, TAG)
    found = by_product(ctx, finance)
    assert found == {"shop": D("30.1"), "data": D(10), "platform": D(2), None: D(17)}
    assert total(found.values()) == costs.table(ctx, finance, Scope(BOTH, currency="USD"), ()).total
    months = costs.table(ctx, finance, Scope(BOTH, currency="USD"), (PRODUCT, Dimension("month")))
    assert {row.keys: row.cost for row in months.rows}[None, "2026-02"] == D(8)


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("virtual:Product=shop", {"shop"}),
        ("virtual:Product!=shop", {"data", "platform", None}),
        ("virtual:Product~AT", {"data", "platform"}),
        ("virtual:Product=", {None}),
        ("virtual:Product!=", {"shop", "data", "platform"}),
    ],
)
def test_a_virtual_tag_filters_like_any_other(
    ctx: Context, finance: User, written: str, left: set[str | None]
) -> None:
    allocation_rules.save(ctx, finance, TAG)
    assert set(by_product(ctx, finance, written)) == left
    scope = Scope(ONLY_MARCH, filters=parse_all([written]), currency="USD")
    assert costs.lines(ctx, finance, scope).count > 0
    why = cost_changes.why(ctx, finance, scope, against=Period(FEBRUARY, MARCH))
    assert why.now == costs.table(ctx, finance, scope, ()).total


def test_new_rules_count_at_once_though_the_bill_stays(ctx: Context, finance: User) -> None:
    allocation_rules.save(ctx, finance, TAG)
    before = by_product(ctx, finance)
    later = VirtualTag("Product", (Rule((parse("service=AWS Lambda"),), "serverless"),), date(2026, 3, 7))
    allocation_rules.save(ctx, finance, later)
    after = by_product(ctx, finance)
    assert (before["platform"], after.get("platform"), after["serverless"]) == (D(2), None, D(2))
    assert after["shop"] == before["shop"]


def test_values_of_a_virtual_tag_are_offered_and_its_name_among_the_dimensions(
    ctx: Context, finance: User
) -> None:
    allocation_rules.save(ctx, finance, TAG)
    assert PRODUCT in cost_values.dimensions(ctx, finance)
    assert cost_values.values(ctx, finance, PRODUCT) == ("data", "platform", "shop")


def test_a_virtual_tag_that_is_not_there_is_said_and_one_in_use_stays(ctx: Context, finance: User) -> None:
    with pytest.raises(NotFound, match="no virtual tag called “Product”"):
        by_product(ctx, finance)
    allocation_rules.save(ctx, finance, TAG)
    units_of.save(ctx, finance, UnitMetric("orders", filters=parse_all(["virtual:Product=shop"])))
    with pytest.raises(Conflict, match="the metric “orders” is filtered by"):
        allocation_rules.delete(ctx, finance, "Product")
    units_of.delete(ctx, finance, "orders")
    allocation_rules.delete(ctx, finance, "Product")


def test_rules_look_at_the_bill_and_never_at_virtual_tags() -> None:
    with pytest.raises(Invalid, match="not at another virtual tag"):
        Rule(parse_all(["virtual:Team=web"]), "x")
    with pytest.raises(Invalid, match="not at another virtual tag"):
        Rule((), of=PRODUCT)


def test_a_virtual_tag_s_lines_go_out_as_focus(ctx: Context, finance: User, tmp_path: Path) -> None:
    allocation_rules.save(ctx, finance, TAG)
    scope = Scope(BOTH, filters=parse_all(["virtual:Product=data"]))
    assert focus_export.focus_lines(ctx, finance, scope, tmp_path / "data.csv") == 1
