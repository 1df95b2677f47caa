"""The rules find what is planted, no more and no less, from the very metrics that the demo cloud answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from core.inventory import Instance
from core.periods import midnight
from core.recommendations.catalog import catalog
from core.recommendations.evaluate import evaluate
from core.recommendations.facts import Facts
from core.recommendations.profiles import DAYS, Profiles
from services.demo import measured, planted
from services.demo.life import Lived, World
from services.demo.metrics import values
from services.demo.usage import HOUR, epoch
from services.pricebook import book

HOURS = DAYS * 24


def _hourly(
    world: World, lives: Sequence[Lived], name: str, statistic: str, start: datetime
) -> NDArray[np.float64]:
    table = np.full((len(lives), HOURS), np.nan)
    span = (epoch(start), epoch(start) + HOURS * HOUR, HOUR)
    for row, life in enumerate(lives):
        times, numbers = values(world.seed, life, measured.series()["AWS/EC2", name], statistic, span)
        table[row, (times - epoch(start)) // HOUR] = numbers
    return table


def test_the_rules_find_what_is_planted_and_nothing_else(world: World) -> None:
    now = midnight(world.born) + timedelta(hours=12)
    start = now - timedelta(days=DAYS)
    living = world.living()
    fleet = [life for life in living if isinstance(life.resource, Instance)]
    cpu = _hourly(world, fleet, "CPUUtilization", "Average", start)
    traffic = _hourly(world, fleet, "NetworkIn", "Sum", start) + _hourly(
        world, fleet, "NetworkOut", "Sum", start
    )
    known = ~np.isnan(cpu).all(axis=1)
    ids = [life.resource.id for life, has in zip(fleet, known, strict=True) if has]
    facts = Facts(
        now=now,
        prices=book(),
        profiles=Profiles(ids, start, cpu[known], traffic[known]),
        first_seen={life.resource.id: life.began for life in living},
    )
    truth = planted.findings(world)

    found = evaluate(
        [rule for rule in catalog().values() if rule.id in truth], [life.resource for life in living], facts
    )

    for rule, expected in truth.items():
        assert {one.resource.id for one in found.found if one.rule.id == rule} == expected, rule
