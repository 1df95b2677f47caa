"""What the rules know of the demo company: every metric it measures, and its bill by SKU meter, without a cloud or a warehouse."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np

from core.inventory import Instance, Kind
from core.measured import METRICS
from core.measured_groups import DIMENSION
from core.metric import Metric
from core.money import HOURS_PER_MONTH, total
from core.periods import midnight
from core.recommendations.facts import Facts
from core.recommendations.fleet import Fleet
from core.recommendations.profiles import DAYS, Profiles
from core.recommendations.usage import Matrix, Usage
from services.demo import measured
from services.demo.life import Lived, World
from services.demo.metrics import members, values
from services.demo.templates import PRICE_SCALE, Template, templates
from services.demo.usage import DAY, HOUR, epoch
from services.pricebook import book, instance_types

HOURS = DAYS * 24


def company_facts(world: World, now: datetime) -> Facts:
    """Facts as the worker gathers them: two weeks of full days, a month's cost, everything seen whole."""
    living = world.living()
    start = midnight(now.date()) - timedelta(days=DAYS)
    usage = Usage(_blocks(world, living, start), DAYS)
    parts = _parts(world, now)
    resources = [life.resource for life in living]
    return Facts(
        now=now,
        prices=book(),
        bill={name: total(meters.values()) for name, meters in parts.items()},
        parts=parts,
        fleet=Fleet(resources),
        whole=frozenset((one.account_id, one.region, kind) for one in resources for kind in Kind),
        types=instance_types(),
        usage=usage,
        profiles=_profiles(usage, [one.id for one in resources if isinstance(one, Instance)], start),
        first_seen={life.resource.id: life.began for life in living},
        changed_at={life.resource.id: _stopped(life) for life in living if life.resource.state == "stopped"},
    )


def _stopped(life: Lived) -> datetime:
    """When a machine that is stopped was stopped: we watched it then."""
    return max(charge.end for charge in life.charges if charge.end is not None)


def _blocks(
    world: World, living: Sequence[Lived], start: datetime
) -> dict[str, list[tuple[Sequence[str], Matrix]]]:
    blocks: dict[str, list[tuple[Sequence[str], Matrix]]] = defaultdict(list)
    for kind, metrics in METRICS.items():
        for metric in metrics:
            lives = [life for life in living if life.resource.kind is kind and metric.of(life.resource)]
            if lives:
                ids = [life.resource.id for life in lives]
                blocks[metric.metric].append((ids, _matrix(world, lives, metric, start)))
    return blocks


def _matrix(world: World, lives: Sequence[Lived], metric: Metric, start: datetime) -> Matrix:
    """A row a resource; what the demo cloud does not measure was asked for and silent."""
    grid = np.full((len(lives), HOURS), np.nan, dtype=np.float32)
    series = measured.series().get((metric.namespace, metric.name))
    first = epoch(start)
    for row, life in zip(grid, lives, strict=True):
        if series is not None:
            span = (first, first + DAYS * DAY, HOUR)
            of = members(life.resource, world.lives) if metric.dimension == DIMENSION else (life,)
            times, numbers = values(world.seed, of, series, metric.statistic, span)
            row[(times - first) // HOUR] = numbers
    return grid


def _profiles(usage: Usage, instances: Sequence[str], start: datetime) -> Profiles:
    found = {
        name: [usage.find(name, one) for one in ("cpu", "network_in", "network_out")] for name in instances
    }
    known = {name: [one.values for one in all_of if one] for name, all_of in found.items() if all(all_of)}
    cpu, into, out = (np.stack([rows[number] for rows in known.values()]) for number in range(3))
    return Profiles(list(known), start, cpu, into + out)


def _parts(world: World, now: datetime) -> dict[str, dict[str, Decimal]]:
    """US dollars a month by resource and SKU meter, at what everything costs now."""
    parts: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for template in templates(world.living(), world.commitments):
        meter = template.words()["SkuMeter"] or ""
        parts[template.resource.id][meter] += _units(template, now) * Decimal(
            template.effective_units
        ).scaleb(-PRICE_SCALE)
    return parts


def _units(template: Template, now: datetime) -> Decimal:
    charge, flow = template.charge, template.flow
    if charge is not None and charge.start <= now and (charge.end is None or charge.end > now):
        return charge.amount * (HOURS_PER_MONTH if template.price.unit == "Hrs" else Decimal(1))
    if flow is not None and flow.end is None:
        grown = flow.per_day * (1 + flow.growth * (now - flow.start).days)
        return Decimal(str(round(grown * 365 / 12, 6)))
    return Decimal(0)
