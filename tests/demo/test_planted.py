"""The rules find what is planted, no more and no less, from the very metrics that the demo cloud answers."""

from datetime import timedelta

from core.inventory import Kind
from core.periods import midnight
from core.recommendations.catalog import catalog
from core.recommendations.evaluate import evaluate
from services.demo import planted, seed
from services.demo.company import BY_KEY
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


def test_the_company_s_schedule_switches_machines_and_a_service_and_nothing_that_is_to_be_found(
    world: World,
) -> None:
    key, value = seed.TAG
    switched = [life.resource for life in world.living() if life.resource.tags.get(key) == value]

    assert {one.kind for one in switched} == {Kind.INSTANCE, Kind.CONTAINER_SERVICE, Kind.VOLUME}
    assert {one.account_id for one in switched} == {BY_KEY["staging"].id}
    scheduled = {one.id for one in switched}
    assert not any(
        expected & scheduled
        for rule, expected in planted.findings(world).items()
        if rule.endswith("off_hours")
    )
