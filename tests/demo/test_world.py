from collections import Counter
from datetime import timedelta

import pytest

from core.inventory import Instance, Kind, Volume
from core.periods import midnight
from services.demo import planted
from services.demo.company import ACCOUNTS, REGIONS
from services.demo.life import World
from services.demo.stories import HISTORY_DAYS
from services.demo.world import make
from services.pricebook import book
from tests.demo.conftest import BORN


def test_it_is_as_large_as_it_says(world: World) -> None:
    count = Counter(life.resource.kind for life in world.living())

    assert count[Kind.INSTANCE] >= 120
    assert count[Kind.VOLUME] >= 80
    assert count[Kind.DATABASE] >= 12
    assert {kind for kind in Kind if not count[kind]} == {Kind.EMR_CLUSTER}


def test_every_account_and_region_has_machines(world: World) -> None:
    found = {(life.resource.account_id, life.resource.region) for life in world.living()}

    assert found == {(account.id, region) for account in ACCOUNTS for region in REGIONS}


def test_ids_are_unique_and_the_same_whenever_it_is_born(world: World) -> None:
    ids = [life.resource.id for life in world.lives]
    later = make(BORN + timedelta(days=100))

    assert len(set(ids)) == len(ids)
    assert ids == [life.resource.id for life in later.lives]


def test_another_seed_gives_other_ids(world: World) -> None:
    other = make(BORN, seed=7)

    mine = {life.resource.id for life in world.lives if life.resource.kind is Kind.INSTANCE}
    assert mine.isdisjoint(life.resource.id for life in other.lives)


def test_stories_move_along_with_the_day_of_birth(world: World) -> None:
    later = make(BORN + timedelta(days=10))

    moved = [one.began - two.began for one, two in zip(later.lives, world.lives, strict=True)]
    assert set(moved) == {timedelta(days=10)}


def test_nothing_is_older_than_the_history_or_begins_after_birth(world: World) -> None:
    for life in world.lives:
        assert (
            timedelta(0)
            < midnight(world.born + timedelta(days=1)) - life.began
            <= timedelta(days=HISTORY_DAYS + 1)
        )


def test_everything_it_uses_has_a_price(world: World) -> None:
    for life in world.lives:
        for use in (*life.charges, *life.flows):
            assert book().find(life.resource.region, use.item) is not None, use.item


def test_volumes_and_instances_know_each_other(world: World) -> None:
    instances = {
        life.resource.id: life.resource for life in world.living() if isinstance(life.resource, Instance)
    }
    volumes = [life.resource for life in world.living() if isinstance(life.resource, Volume)]

    for volume in volumes:
        if volume.attached_to is not None:
            assert volume.id in instances[volume.attached_to].volume_ids
        assert volume.state == ("available" if volume.attached_to is None else "in-use")


def test_tags_have_the_gaps_that_companies_have(world: World) -> None:
    tags = [life.resource.tags for life in world.living()]
    missing = Counter(
        key for one in tags for key in ("team", "environment", "application", "cost-center") if key not in one
    )

    assert all(
        10 < missing[key] < len(tags) / 4 for key in ("team", "environment", "application", "cost-center")
    )
    assert any("enviroment" in one for one in tags)
    assert any("Team" in one for one in tags)


@pytest.mark.parametrize(
    ("rule", "least"),
    [
        ("ebs_gp2_to_gp3", 8),
        ("ebs_unattached", 20),
        ("eip_unassociated", 4),
        ("ec2_idle", 15),
        ("ec2_off_hours", 12),
    ],
)
def test_each_rule_has_something_to_find(world: World, rule: str, least: int) -> None:
    assert len(planted.findings(world)[rule]) >= least


def test_every_near_miss_is_there_and_no_finding(world: World) -> None:
    findings = planted.findings(world)
    misses = list(planted.near_misses(world))

    assert {miss for miss, _ in misses} == set(planted.NEAR_MISSES)
    assert all(resource.id not in findings[miss.rule] for miss, resource in misses)
