"""What a virtual tag and a shared cost may say, and how they are kept."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.costs.filters import parse
from core.costs.scope import Dimension
from core.costs.virtual_tags import (
    Method,
    Rule,
    SharedCost,
    Target,
    VirtualTag,
    apart,
    rules_from_json,
    rules_to_json,
    shared_by,
    shared_from_json,
    shared_to_json,
    windows,
)
from core.errors import Invalid
from core.periods import Period

MARCH = date(2026, 3, 1)
RULES = (
    Rule((parse("account=1"), parse("tag:odd%3Dkey!=x=y")), "Web"),
    Rule((), of=Dimension("tag:team")),
)
SHARED = SharedCost(
    "Team", "Support", (parse("charge category=Tax"),), Method.FIXED, MARCH, (Target("web", Decimal("0.10")),)
)


def test_what_is_kept_is_what_was_said() -> None:
    assert rules_from_json(rules_to_json(RULES)) == RULES
    assert shared_from_json("Team", "Support", MARCH, shared_to_json(SHARED)) == SHARED


def test_a_rule_gives_one_value_or_the_lines_own() -> None:
    for value, of in ((None, None), ("Web", Dimension("tag:team")), ("  ", None)):
        with pytest.raises(Invalid):
            Rule((), value, of)


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"filters": ()},
        {"among": ()},
        {"among": (Target("web"),)},
        {"among": (Target("web", Decimal(0)),)},
        {"among": (Target("web", Decimal(1)), Target("web", Decimal(2)))},
        {"among": (Target("", Decimal(1)),)},
        {"method": Method.METRIC},
    ],
)
def test_a_shared_cost_that_cannot_be_split_is_refused(change: dict[str, object]) -> None:
    said: dict[str, object] = {**SHARED.__dict__, **change}
    with pytest.raises(Invalid):
        SharedCost(**said)  # type: ignore[arg-type]  the test's own words


def test_a_virtual_tag_has_a_name_and_rules() -> None:
    for name, rules in (("", RULES), ("Team", ())):
        with pytest.raises(Invalid):
            VirtualTag(name, rules, MARCH)


def test_a_version_holds_until_the_next_of_its_name() -> None:
    first, second = VirtualTag("Team", RULES, MARCH), VirtualTag("Team", RULES, date(2026, 5, 1))
    other = VirtualTag("Product", RULES, date(2026, 4, 1))
    assert windows([second, other, first]) == [(other, None), (first, date(2026, 5, 1)), (second, None)]


def test_what_no_shared_cost_takes_is_said_by_opposite_filters() -> None:
    either = replace(SHARED, name="Two", filters=(parse("tag:pool=a"), parse("tag:pool=")))
    period = Period(MARCH, date(2026, 4, 1))
    assert apart([], period) == ()
    assert apart([SHARED, either], period) == tuple(
        parse(each) for each in ("charge category!=Tax", "tag:pool!=a", "tag:pool!=")
    )


@pytest.mark.parametrize("said", [("service=A", "account=1"), ("service!=A",), ("service~A",)])
def test_where_no_filters_are_the_opposite_none_are_claimed(said: tuple[str, ...]) -> None:
    shared = replace(SHARED, filters=tuple(parse(each) for each in said))
    assert apart([shared], Period(MARCH, date(2026, 4, 1))) is None


def test_a_shared_cost_that_changes_within_the_period_is_told_apart_by_no_filter() -> None:
    later = replace(SHARED, effective_from=date(2026, 3, 15))
    both, after = Period(MARCH, date(2026, 4, 1)), Period(date(2026, 3, 15), date(2026, 4, 1))
    assert apart([SHARED, later], both) is None
    assert shared_by([SHARED, later], both) == []
    assert shared_by([SHARED, later], after) == [later]
    assert apart([SHARED, later], after) == (parse("charge category!=Tax"),)
    assert apart([later], Period(date(2026, 2, 1), MARCH)) == ()
