"""The whole company, a pure function of its seed and of the day it was born: ids and stories are fixed, series run on."""

from collections import defaultdict
from datetime import date, timedelta
from functools import lru_cache

from core.inventory import Instance
from services.demo import (
    holdings,
    holdings_compute,
    holdings_containers,
    holdings_databases,
    holdings_network,
    holdings_platform,
    holdings_storage,
    serverless,
    stories,
)
from services.demo.company import BY_KEY, PRODUCTION, SEED, digest
from services.demo.life import Commitment, Lived, OneOff, World
from services.demo.machines import machines
from services.demo.stories import ago


def _commitments(seed: int, born: date, groups: dict[str, list[str]]) -> tuple[Commitment, ...]:
    return tuple(
        Commitment(
            arn=f"arn:aws:savingsplans::{PRODUCTION.id}:savingsplan/{digest(seed, name)[:32]}",
            name=name,
            account_id=PRODUCTION.id,
            start=ago(born, age),
            end=ago(born, age) + timedelta(days=term),
            rate=stories.SAVINGS_PLAN_RATE,
            covered=frozenset(instance for group in covered for instance in groups[group]),
            spare=spare,
        )
        for name, age, term, covered, spare in stories.PLANS
    )


def _one_offs(born: date) -> tuple[OneOff, ...]:
    return tuple(
        OneOff(title, account, service, usd, ago(born, start).date(), ago(born, end).date(), refund)
        for title, account, service, usd, start, end, refund in stories.ONE_OFFS
    )


@lru_cache(maxsize=4)
def make(born: date, seed: int = SEED) -> World:
    """The company whose data directory was first made on `born`."""
    fleet = list(machines(seed, born))
    groups: dict[str, list[str]] = defaultdict(list)
    for life in fleet:
        if isinstance(life.resource, Instance):
            groups[life.group].append(life.resource.id)
    loose = list(holdings.loose_volumes(seed, born))
    lives = (
        *holdings_storage.attached(seed, born, fleet),
        *loose,
        *holdings.snapshots(seed, born, [*fleet, *loose]),
        *holdings.addresses(seed, born, groups),
        *holdings.gateways(seed, born),
        *holdings.balancers(seed, born),
        *holdings.databases(seed, born),
        *serverless.buckets(seed, born),
        *serverless.log_groups(seed, born),
        *serverless.functions(seed, born),
        *holdings_databases.stores(seed, born),
        *holdings_storage.lives(seed, born, fleet, groups),
        *holdings_compute.computing(seed, born),
        *holdings_network.network(seed, born),
        *holdings_containers.containers(seed, born),
        *holdings_platform.platform(seed, born),
    )
    return World(seed, born, lives, _commitments(seed, born, groups), _one_offs(born))


def group(world: World, account: str, name: str) -> tuple[Lived, ...]:
    """The lives of one group in one account (`production`, `staging`, `data`), gone ones too."""
    return tuple(
        life for life in world.lives if life.group == name and life.resource.account_id == BY_KEY[account].id
    )
