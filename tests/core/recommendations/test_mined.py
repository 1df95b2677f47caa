"""Patterns become suggestions: by tag where all of it works alike, else by instance."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from core.inventory import Kind
from core.recommendations.finding import Risk
from core.recommendations.mined import Pattern, Suggestion, suggestions
from core.recommendations.off_hours import schedule
from core.recommendations.shapes import OfficeHours

OFFICE, EARLY = OfficeHours((0, 1, 2, 3, 4), 8, 18), OfficeHours((0, 1, 2, 3, 4), 6, 14)


def shown(
    name: str,
    window: OfficeHours = OFFICE,
    saving: str = "10",
    environment: str | None = "dev",
    kind: Kind = Kind.INSTANCE,
) -> Pattern:
    inside = [bool(each) for each in window.mask()]
    return Pattern(
        finding_id=uuid4(),
        resource_id=name,
        kind=kind,
        name=name,
        definition=schedule(window),
        title=window.words,
        inside=inside,
        active=[1.0 if each else 0.0 for each in inside],
        environment=environment,
        saving=Decimal(saving),
        risk=Risk.LOW,
    )


def suggested(patterns: list[Pattern], tags: dict[str, dict[str, str]]) -> tuple[Suggestion, ...]:
    """Where all are instances."""
    return suggestions(patterns, {Kind.INSTANCE: tags})


def test_a_tag_whose_instances_all_work_alike_is_one_suggestion() -> None:
    tags = {"i-1": {"team": "web", "env": "dev"}, "i-2": {"team": "web", "env": "dev"}, "i-3": {"env": "dev"}}
    found = suggested([shown("i-1"), shown("i-2")], tags)
    assert [(each.tag, each.saving) for each in found] == [(("team", "web"), 20)]
    assert found[0].selector.tag == ("team", "web")


def test_a_tag_that_reaches_further_or_works_otherwise_is_not_suggested() -> None:
    tags = {name: {"env": "dev"} for name in ("i-1", "i-2", "i-3")}
    found = suggested([shown("i-1", saving="5"), shown("i-2")], tags)
    assert [each.selector.resource_ids for each in found] == [("i-2",), ("i-1",)]
    mixed = suggested([shown("i-1"), shown("i-2", EARLY)], {"i-1": {"a": "b"}, "i-2": {"a": "b"}})
    assert [each.tag for each in mixed] == [None, None]


def test_each_instance_is_suggested_once() -> None:
    tags = {name: {"env": "dev", "team": "web", "x": name} for name in ("i-1", "i-2", "i-3")}
    found = suggested([shown(name) for name in tags], tags)
    assert [len(each.patterns) for each in found] == [3]


@pytest.mark.parametrize(
    ("known", "outside", "sure", "risk"),
    [(168, 0.0, "high", Risk.LOW), (168, 0.5, "low", Risk.MEDIUM), (140, 0.0, "medium", Risk.LOW)],
)
def test_confidence_falls_with_use_outside_and_with_hours_unseen(
    known: int, outside: float, sure: str, risk: Risk
) -> None:
    plain = shown("i-1")
    active = [
        None if hour >= known else 1.0 if inside else outside for hour, inside in enumerate(plain.inside)
    ]
    (found,) = suggested([replace(plain, active=active)], {"i-1": {}})
    assert (found.sure, found.risk) == (sure, risk)


def test_where_no_tag_names_the_environment_the_risk_says_so() -> None:
    (found,) = suggested([shown("i-1", environment=None)], {"i-1": {}})
    assert (found.risk, found.because) == (
        Risk.MEDIUM,
        "never in use in the hours it would be off; no tag says that it is not production",
    )


def test_a_tag_is_suggested_for_each_kind_by_itself() -> None:
    web = {"team": "web"}
    databases = [shown(name, kind=Kind.DATABASE, saving="40") for name in ("db-1", "db-2")]
    tags = {
        Kind.INSTANCE: {"i-1": web, "i-2": web},
        Kind.DATABASE: {"db-1": web, "db-2": web},
        Kind.DATA_WAREHOUSE: {"reports": web},
    }
    found = suggestions([shown("i-1"), *databases, shown("i-2")], tags)
    assert [(each.tag, each.selector.kinds, each.saving) for each in found] == [
        (("team", "web"), (Kind.DATABASE,), 80),
        (("team", "web"), (Kind.INSTANCE,), 20),
    ]
    wider = tags | {Kind.DATABASE: tags[Kind.DATABASE] | {"db-3": web}}
    names = [each.selector.resource_ids for each in suggestions(databases, wider)]
    assert names == [("db-1",), ("db-2",)]


def test_a_suggestion_is_no_less_risky_than_the_rule_behind_it() -> None:
    risky = replace(shown("db-1", kind=Kind.DATABASE), risk=Risk.MEDIUM)
    (found,) = suggestions([risky], {})
    assert found.risk is Risk.MEDIUM
