"""What rules look up is declared, so that a few resources can be judged again without the whole fleet."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.inventory import KINDS, Resource
from core.periods import midnight
from core.recommendations.catalog import catalog
from core.recommendations.evaluate import evaluate
from core.recommendations.facts import Facts
from core.recommendations.fleet import Fleet
from core.recommendations.neighbours import looked_up, neighbours
from services.demo import world
from tests.builders import a_volume, an_address, an_instance
from tests.company import company_facts
from tests.computing import a_group
from tests.containers import a_node_group
from tests.databases import a_cache, a_database

BORN = date(2026, 11, 22)


@pytest.fixture(scope="module")
def known() -> tuple[list[Resource], Facts]:
    company = world.make(BORN)
    facts = company_facts(company, midnight(BORN) + timedelta(hours=9))
    return [life.resource for life in company.living()], facts


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_is_judged_alike_by_what_is_declared_alone(
    kind: str, known: tuple[list[Resource], Facts]
) -> None:
    everything, facts = known
    judged = [each for each in everything if each.kind == kind]
    kinds = looked_up(judged)
    accounts = {each.account_id for each in judged}
    beside = [each for each in everything if each.kind in kinds and each.account_id in accounts]
    narrow = {each.id: each for each in (*judged, *beside)}
    few = Fleet(narrow.values(), kinds)
    near = {each.id for each in (*judged, *neighbours(judged, narrow.values()))}
    bill = {name: cost for name, cost in facts.bill.items() if name in near}
    told = evaluate(catalog().values(), judged, replace(facts, fleet=few, bill=bill))
    whole = evaluate(catalog().values(), judged, facts)
    assert {one.key: one.finding for one in told.found} == {one.key: one.finding for one in whole.found}
    assert told.unsure == whole.unsure


def test_a_fleet_that_was_narrowed_never_takes_what_was_not_loaded_for_gone() -> None:
    few = Fleet([an_instance()], frozenset())
    with pytest.raises(LookupError, match="without its volumes"):
        few.beside(an_instance(), type(a_volume()), "vol-1")


def test_neighbours_are_what_belongs_together() -> None:
    others = [
        a_volume("vol-1"),
        a_volume("vol-2", attached_to="i-2"),
        an_address(associated_with="i-1"),
        an_instance("i-2"),
    ]
    near = neighbours([an_instance("i-1")], others)
    assert [each.short_id for each in near] == ["vol-1", others[2].short_id]
    mates = [a_database("b", cluster="c"), a_database("d", cluster="e"), a_cache("f", group="c")]
    assert [each.name for each in neighbours([a_database("a", cluster="c")], mates)] == ["b"]


def test_a_group_and_the_node_group_it_was_made_for_have_their_members_beside_them() -> None:
    made = a_group("eks-workers", instance_ids=("i-1",))
    nodes = a_node_group(groups=("eks-workers",))
    others = [
        made,
        an_instance("i-2", autoscaling_group="eks-workers"),
        an_instance("i-3", autoscaling_group="web"),
        an_instance("i-4"),
    ]
    assert [each.short_id for each in neighbours([nodes], others)] == ["eks-workers", "i-2"]
    assert [each.short_id for each in neighbours([made], others)] == ["i-2"]
