"""What a virtual tag and a shared cost may say, and how they are kept."""

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
    rules_from_json,
    rules_to_json,
    shared_from_json,
    shared_to_json,
    windows,
)
from core.errors import Invalid

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
