"""Which part of the bill is asked for, and never more than its user sees."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costs.scope import CHOOSABLE, RESOURCE, CostType, Dimension, Scope, TagFilter
from core.errors import Invalid
from core.periods import Period

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
ACCOUNTS = st.frozensets(st.sampled_from(["1", "2", "3", "4"]))


@given(asked=st.none() | ACCOUNTS, seen=ACCOUNTS)
def test_a_narrowed_scope_never_reaches_an_account_its_user_does_not_see(
    asked: frozenset[str] | None, seen: frozenset[str]
) -> None:
    scope = Scope(MARCH, accounts=None if asked is None else tuple(sorted(asked))).within(seen)
    assert scope.accounts is not None
    assert set(scope.accounts) == (seen if asked is None else seen & asked)


def test_a_user_who_sees_everything_leaves_the_scope_as_it_was() -> None:
    scope = Scope(MARCH, accounts=("1",))
    assert scope.within(None) == scope


def test_each_cost_type_is_a_focus_column() -> None:
    assert [cost.column for cost in CostType] == ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"]


def test_an_unknown_dimension_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match="'colour'") as caught:
        Dimension("colour")
    assert "service" in (caught.value.mend or "")


def test_a_tag_without_a_key_is_no_dimension() -> None:
    with pytest.raises(Invalid):
        Dimension("tag:")


def test_what_screens_offer_is_answered_without_reading_lines() -> None:
    assert all(dimension.in_rollup for dimension in CHOOSABLE)
    assert not RESOURCE.in_rollup
    assert not Dimension("tag:squad").in_rollup


def test_a_filter_on_an_unpromoted_tag_needs_the_lines() -> None:
    assert Scope(MARCH, tags=(TagFilter("team", ("a",)),)).in_rollup
    assert not Scope(MARCH, tags=(TagFilter("squad", ("a",)),)).in_rollup
