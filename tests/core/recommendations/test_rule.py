"""A rule declares everything a reader needs, or it is refused."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from core.actions.catalog import DECLARATIONS
from core.actions.model import ActionKind
from core.inventory import Resource, Volume
from core.recommendations import rules
from core.recommendations.catalog import catalog
from core.recommendations.facts import Facts
from core.recommendations.finding import Effort, Finding, Risk, Undo
from core.recommendations.lever import Lever
from core.recommendations.rule import BadRule, Option, Rule, rule
from tests.builders import an_instance
from tests.known import facts

GOOD = {
    "title": "Do something about it",
    "why": "Because it costs money that nobody needs to spend.",
    "effort": Effort.LOW,
    "risk": Risk.LOW,
    "undo": Undo.EASY,
    "lever": Lever.REMOVE,
    "peers": ("Another tool: at once",),
    "fix": ActionKind.DELETE_VOLUME,
    "reads": ("ec2:DescribeVolumes",),
}


def test_rule(volume: Volume, facts: Facts) -> Finding | None:
    del volume, facts
    return None


test_rule.__test__ = False  # type: ignore[attr-defined]  # it is a rule for the tests below, no test


def declare(judge: Callable[..., object] = test_rule, **changed: object) -> Rule:
    return rule(**{**GOOD, **changed})(judge)


def test_a_whole_declaration_makes_a_rule() -> None:
    made = declare()
    assert (made.id, made.kind) == ("test_rule", Volume.__dataclass_fields__["kind"].default)


@pytest.mark.parametrize(
    "changed",
    [
        {"title": ""},
        {"title": "A heading ends without a full stop."},
        {"why": "Too short"},
        {"reads": ()},
        {"reads": ("everything",)},
        {"peers": ()},
        {"fix": None},
        {"by_hand": "Both a fix and words."},
        {"fix": None, "by_hand": "no sentence"},
        {"options": (Option("days", 7, "", "How long."),)},
        {"options": (Option("days", 7, "days", "no sentence"),)},
        {"options": (Option("not a name", 7, "days", "How long."),)},
        {"options": (Option("days", 7, "days", "How long."), Option("days", 8, "days", "How long."))},
    ],
)
def test_a_careless_declaration_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(BadRule):
        declare(**changed)


def test_a_rule_is_named_like_its_file() -> None:
    def other(volume: Volume, facts: Facts) -> None:
        del volume, facts

    with pytest.raises(BadRule, match="file"):
        declare(other)


def test_a_rule_judges_one_kind_of_resource() -> None:
    def unclear(resource: Resource, facts: Facts) -> None:
        del resource, facts

    unclear.__name__ = "test_rule"
    with pytest.raises(BadRule, match="kind of resource"):
        declare(unclear)


def test_a_rule_asked_about_another_kind_says_so() -> None:
    with pytest.raises(TypeError, match="judges a volume"):
        declare().judge(an_instance(), facts())


@pytest.mark.parametrize("found", catalog().values(), ids=lambda found: found.id)
def test_every_rule_can_be_applied_and_is_tested(found: Rule) -> None:
    if found.fix is not None:
        declared = DECLARATIONS[found.fix]
        assert found.kind in {declared.on, *declared.also}
    assert (Path(__file__).parent / f"test_{found.id}.py").exists()


def test_the_page_of_what_peers_check_names_every_rule_and_no_other() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "rules-coverage.md"
    checked, _, _ = page.read_text(encoding="utf-8").partition("## What has no rule")
    assert set(re.findall(r"`([a-z0-9_]+)`", checked)) == set(catalog())


def test_every_file_is_a_rule_of_few_lines() -> None:
    files = [file for file in Path(rules.__path__[0]).glob("*.py") if file.name != "__init__.py"]
    assert {file.stem for file in files} == set(catalog())
    assert all(len(file.read_text().splitlines()) <= 100 for file in files)
