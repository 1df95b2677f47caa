"""The rules find what is planted, no more and no less, from the very metrics that the demo cloud answers."""

from datetime import timedelta

from core.periods import midnight
from core.recommendations.catalog import catalog
from core.recommendations.evaluate import evaluate
from services.demo import planted
from services.demo.life import World
from tests.company import company_facts


def test_the_rules_find_what_is_planted_and_nothing_else(world: World) -> None:
    known = company_facts(world, midnight(world.born) + timedelta(hours=12))
    truth = planted.findings(world)

    found = evaluate(
        [rule for rule in catalog().values() if rule.id in truth],
        [life.resource for life in world.living()],
        known,
    )

    for rule, expected in truth.items():
        assert {one.resource.id for one in found.found if one.rule.id == rule} == expected, rule
