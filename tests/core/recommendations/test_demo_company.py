"""The rules on the demo company: every planted waste is found, and nothing that is healthy."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from core.inventory import Kind
from core.periods import midnight
from core.recommendations.catalog import catalog
from core.recommendations.evaluate import Evaluation, evaluate
from core.recommendations.lever import Part
from services.demo import planted, world
from services.demo.life import World
from tests.company import company_facts

BORN = date(2026, 11, 22)
ELSEWHERE = frozenset({"emr_idle"})
"""Planted in a world of their own, whose tests add their rows to the table: `tests/usecases/test_emr.py`."""


@pytest.fixture(scope="module")
def company() -> World:
    return world.make(BORN)


@pytest.fixture(scope="module")
def answers(company: World) -> Evaluation:
    known = company_facts(company, midnight(BORN) + timedelta(hours=9))
    return evaluate(catalog().values(), [life.resource for life in company.living()], known)


@pytest.mark.parametrize("rule", [rule for rule in catalog() if rule not in ELSEWHERE])
def test_every_planted_waste_is_found_and_nothing_healthy(
    rule: str, company: World, answers: Evaluation, record_property: Callable[[str, object], None]
) -> None:
    names = {life.resource.id: life.resource.name for life in company.living()}
    found = {one.resource.id for one in answers.found if one.rule.id == rule}
    wanted = planted.findings(company)[rule]
    assert wanted
    missed, wrong = wanted - found, found - wanted
    record_property("rule", (rule, len(wanted), len(found & wanted), len(wrong)))
    assert not missed, f"missed: {sorted(names[one] for one in missed)}"
    assert not wrong, f"flagged though healthy: {sorted(names[one] for one in wrong)}"


def test_what_stops_or_shrinks_a_machine_acts_on_its_running_alone(answers: Evaluation) -> None:
    machines = {Kind.INSTANCE, Kind.DATABASE, Kind.DATA_WAREHOUSE}
    running = [
        one.finding
        for one in answers.found
        if one.rule.lever.part is Part.RUNNING and one.resource.kind in machines
    ]
    assert any(one.part is not None and one.part < one.cost.monthly for one in running)
    assert all(one.part is not None and 0 < one.saving <= one.part <= one.cost.monthly for one in running)


def test_near_misses_are_left_alone(company: World, answers: Evaluation) -> None:
    found = {one.key for one in answers.found}
    misses = [(miss.rule, resource.id) for miss, resource in planted.near_misses(company)]
    assert misses
    assert not found & set(misses)
