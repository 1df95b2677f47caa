"""From the tables of what the company builds on to clusters, firewalls, balancers, secrets and trails, each with its life."""

from collections.abc import Iterator
from datetime import date

from core.inventory import ClassicLoadBalancer, Firewall, KafkaCluster, Secret, Trail
from services.demo import estate_platform as estate
from services.demo.company import BY_KEY, digest
from services.demo.life import Charge, Flow, Lived
from services.demo.machines import short
from services.demo.stories import ago
from services.demo.tags import tagged


def platform(seed: int, born: date) -> Iterator[Lived]:
    """All of it."""
    yield from _kafka(seed, born)
    yield from _firewalls(seed, born)
    yield from _classics(seed, born)
    yield from _secrets(seed, born)
    yield from _trails(seed, born)


def _kafka(seed: int, born: date) -> Iterator[Lived]:
    for row in estate.KAFKA:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 9)
        seen = KafkaCluster(
            id=f"arn:aws:kafka:{row.region}:{account}:cluster/{row.name}/{digest(seed, 'msk', row.name)[:32]}-1",
            account_id=account,
            region=row.region,
            name=row.name,
            state="ACTIVE",
            tags=tagged(seed, row.name, row.name, row.team, row.account),
            created_at=began,
            brokers=row.brokers,
            broker_type=row.broker_type,
            volume_gb=row.volume_gb,
        )
        charges = (
            Charge(f"msk:{row.broker_type}", began, None, row.brokers),
            Charge("msk:storage", began, None, row.brokers * row.volume_gb),
        )
        yield Lived(seen, began, None, charges, shape=row.shape, group=row.name)


def _firewalls(seed: int, born: date) -> Iterator[Lived]:
    for row in estate.FIREWALLS:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 10)
        seen = Firewall(
            id=f"arn:aws:network-firewall:{row.region}:{account}:firewall/{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="READY",
            tags=tagged(seed, row.name, "network", "platform", row.account),
            created_at=None,  # AWS does not say
            vpc_id=short("vpc", seed, row.account, row.region),
            zones=tuple(f"{row.region}{letter}" for letter in "abc"[: row.zones]),
            routed=row.routed,
        )
        charge = Charge("firewall:endpoint", began, None, row.zones)
        yield Lived(seen, began, None, (charge,), group=row.name)


def _classics(seed: int, born: date) -> Iterator[Lived]:
    for row in estate.CLASSICS:
        account, began = BY_KEY[row.account].id, ago(born, row.age)
        seen = ClassicLoadBalancer(
            id=f"arn:aws:elasticloadbalancing:{row.region}:{account}:loadbalancer/{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="active",
            tags=tagged(seed, row.name, "storefront", row.team, row.account),
            created_at=began,
            instances=1 if row.targets else 0,
        )
        yield Lived(seen, began, None, (Charge("clb:hour", began),), group=row.name)


def _secrets(seed: int, born: date) -> Iterator[Lived]:
    for row in estate.SECRETS:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 8)
        seen = Secret(
            id=f"arn:aws:secretsmanager:{row.region}:{account}:secret:{row.name}-{digest(seed, 'secret', row.name)[:6]}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="available",
            tags=tagged(seed, row.name, row.name.partition("/")[0], row.team, row.account),
            created_at=began,
            last_read=None if row.read is None else ago(born, row.read, 0),
        )
        yield Lived(seen, began, None, (Charge("secrets:secret", began),), group=row.name)


def _trails(seed: int, born: date) -> Iterator[Lived]:
    for row in estate.TRAILS:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 7)
        seen = Trail(
            id=f"arn:aws:cloudtrail:{row.region}:{account}:trail/{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="logging",
            tags=tagged(seed, row.name, "audit", "platform", row.account),
            created_at=None,  # AWS does not say
            every_region=True,
            reads=row.management,
            writes=row.management,
        )
        flows = (Flow("cloudtrail:paid-event", row.paid, began, weekend=0.6),) if row.paid else ()
        yield Lived(seen, began, None, (), flows, group=row.name)
