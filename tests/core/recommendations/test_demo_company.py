"""The rules on the demo company: every planted waste is found, and nothing that is healthy."""

from datetime import date, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from core.inventory import Instance
from core.periods import midnight
from core.recommendations.catalog import catalog
from core.recommendations.evaluate import Evaluation, evaluate
from core.recommendations.facts import Facts
from core.recommendations.profiles import DAYS, Profiles
from services import pricebook
from services.demo import measured, metrics, planted, world
from services.demo.life import World

BORN = date(2026, 11, 22)


@pytest.fixture(scope="module")
def company() -> World:
    return world.make(BORN)


@pytest.fixture(scope="module")
def answers(company: World) -> Evaluation:
    fleet = [life for life in company.living() if isinstance(life.resource, Instance)]
    end = midnight(BORN)
    start = end - timedelta(days=DAYS)

    def hourly(name: str, statistic: str) -> NDArray[np.float32]:
        grid = np.full((len(fleet), DAYS * 24), np.nan, dtype=np.float32)
        span = (int(start.timestamp()), int(end.timestamp()), 3600)
        for row, life in zip(grid, fleet, strict=True):
            times, values = metrics.values(
                company.seed, life, measured.series()["AWS/EC2", name], statistic, span
            )
            row[(times - span[0]) // 3600] = values
        return grid

    network = hourly("NetworkIn", "Sum") + hourly("NetworkOut", "Sum")
    profiles = Profiles(
        [life.resource.id for life in fleet], start, hourly("CPUUtilization", "Average"), network
    )
    facts = Facts(
        now=end + timedelta(hours=9),
        prices=pricebook.book(),
        profiles=profiles,
        first_seen={life.resource.id: life.began for life in company.living()},
    )
    return evaluate(catalog().values(), [life.resource for life in company.living()], facts)


@pytest.mark.parametrize("rule", catalog())
def test_every_planted_waste_is_found_and_nothing_healthy(
    rule: str, company: World, answers: Evaluation
) -> None:
    names = {life.resource.id: life.resource.name for life in company.living()}
    found = {one.resource.id for one in answers.found if one.rule.id == rule}
    wanted = planted.findings(company)[rule]
    assert wanted
    missed, wrong = wanted - found, found - wanted
    assert not missed, f"missed: {sorted(names[one] for one in missed)}"
    assert not wrong, f"flagged though healthy: {sorted(names[one] for one in wrong)}"


def test_near_misses_are_left_alone(company: World, answers: Evaluation) -> None:
    found = {one.key for one in answers.found}
    misses = [(miss.rule, resource.id) for miss, resource in planted.near_misses(company)]
    assert misses
    assert not found & set(misses)
