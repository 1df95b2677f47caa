"""What rules on RDS share: which part of its bill is the instance, and what another class would cost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.inventory import Database
from core.money import ZERO
from core.recommendations.classes import ServiceClass
from core.recommendations.facts import Facts
from core.recommendations.finding import UnknownFact
from core.savings import Cost, MoneyFrom, changing

INSTANCE = ("InstanceUsage", "Multi-AZUsage", "Multi-AZClusterUsage")
"""SKU meters of the instance; storage, backups and surcharges have their own."""
SUCCESSORS: Mapping[str, tuple[str, ...]] = {
    "t2": ("t3", "t4g"),
    "m3": ("m5", "m6g"),
    "m4": ("m5", "m6g"),
    "r3": ("r5", "r6g"),
    "r4": ("r5", "r6g"),
}
"""Families that are old, and what follows each: Intel, then Graviton. Nothing of m5 and r5 is old but their price."""
_PRICED = frozenset({"mysql", "postgres", "mariadb", "aurora-mysql", "aurora-postgresql"})
"""Engines without a licence in the price: their classes cost the same share more or less."""


def items(database: Database) -> str:
    """The family of its price items."""
    return "rds-multi-az" if database.multi_az else "rds"


def runs_on_a_class(database: Database) -> bool:
    """Whether RDS runs it, on a class that somebody chose: serverless ones follow the load by themselves."""
    return (
        database.service == "rds"
        and database.state == "available"
        and database.instance_class != "db.serverless"
    )


def demand_prices(database: Database) -> None:
    """Raise `UnknownFact` for engines whose price holds a licence."""
    if database.engine not in _PRICED:
        message = "List prices are known for MySQL, PostgreSQL and MariaDB only."
        raise UnknownFact(message)


def part_cost(database: Database, facts: Facts, what: str, *meters: str) -> Cost:
    """USD a month of its bill lines of some meters. Raises `UnknownFact` where the bill has none."""
    cost = facts.part(database, *meters)
    if cost <= ZERO:
        message = f"The bill has no line for its {what} yet."
        raise UnknownFact(message)
    return Cost(cost, MoneyFrom.BILL)


@dataclass(frozen=True)
class ClassChange:
    """List prices an hour before and after, and USD a month that the bill's instance part falls by; negative where it rises."""

    now: Decimal
    then: Decimal
    saving: Decimal
    part: Decimal
    """What the instance costs, USD a month."""


def class_change(database: Database, facts: Facts, then: ServiceClass) -> ClassChange:
    """What another class would change. Raises `UnknownFact` where a price or the bill's part is not known."""
    demand_prices(database)
    family = items(database)
    before = facts.price(database.region, f"{family}:{database.instance_class}")
    after = facts.price(database.region, f"{family}:{then.name}")
    instance = part_cost(database, facts, "instance", *INSTANCE)
    return ClassChange(before, after, changing(instance, before, after), instance.monthly)


def cluster_of(database: Database, facts: Facts) -> Iterator[Database]:
    """The database and, in a cluster, its other members: a reader stands by for the writer."""
    yield database
    if database.cluster is not None:
        place = (database.account_id, database.region, database.cluster)
        for other in facts.fleet.all(Database):
            if (other.account_id, other.region, other.cluster) == place and other.id != database.id:
                yield other


def has_replicas(database: Database, facts: Facts) -> bool:
    """Whether another database is a replica of this one: named by its name within a region, by its ARN from elsewhere."""
    place = (database.account_id, database.region)
    return any(
        other.replica_of == database.id
        or (other.replica_of == database.short_id and (other.account_id, other.region) == place)
        for other in facts.fleet.all(Database)
        if other.replica_of is not None
    )
