"""Which part of the bill is asked for, and never more than its user sees."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costs.scope import ACCOUNT, SERVICE, CostType, Dimension, Filter, Match, Scope
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
    assert (caught.value.mend or "").startswith("Use one of day, ")
    with pytest.raises(Invalid) as caught:
        Dimension("servce")
    assert (caught.value.mend or "").startswith("Did you mean service")


@pytest.mark.parametrize("name", ["tag:", "cost category:"])
def test_a_tag_or_category_without_a_name_is_no_dimension(name: str) -> None:
    with pytest.raises(Invalid):
        Dimension(name)


def test_a_promoted_tag_has_a_column_and_others_are_kept_in_a_map() -> None:
    assert Dimension("tag:cost-center").columns == ("tag_cost_center",)
    assert Dimension("tag:squad").kept_in == ("Tags", "squad")
    assert Dimension("cost category:team").kept_in == ("x_CostCategories", "team")


def test_one_value_of_a_number_takes_the_place_of_several_allowed() -> None:
    one, two = (Filter(SERVICE, Match.IS, value) for value in ("a", "b"))
    no, account = Filter(SERVICE, Match.IS_NOT, "c"), Filter(ACCOUNT, Match.IS, "1")
    scope = Scope(MARCH, filters=(one, two, no, account)).at(SERVICE, "a")
    assert scope.filters == (no, account, one)
    assert scope.dimensions == {SERVICE, ACCOUNT}
