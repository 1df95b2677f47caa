"""From the estate's tables of databases and their like to resources, each with its life."""

from collections.abc import Iterator
from datetime import date, datetime

from core.inventory import (
    Cache,
    Database,
    DatabaseCluster,
    DatabaseSnapshot,
    DataWarehouse,
    SearchDomain,
    Stream,
    Table,
)
from services.demo import estate_databases as estate
from services.demo.company import BY_KEY
from services.demo.life import Charge, Flow, Lived
from services.demo.stories import ago
from services.demo.tags import Tags, tagged
from services.pricebook import instance_types

GIB = 1 << 30
SECONDS_A_DAY = 86_400


def stores(seed: int, born: date) -> Iterator[Lived]:
    """All of them."""
    yield from _databases(seed, born)
    yield from _clustered(seed, born)
    yield from _snapshots(seed, born)
    yield from _caches(seed, born)
    yield from _clusters(seed, born)
    yield from _warehouses(seed, born)
    yield from _tables(seed, born)
    yield from _domains(seed, born)
    yield from _streams(seed, born)


def _tags(seed: int, name: str, team: str, account: str) -> Tags:
    return tagged(seed, name, name.split("-", maxsplit=1)[0], team, account)


def _databases(seed: int, born: date) -> Iterator[Lived]:
    for row in estate.DATABASES:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 8)
        seen = Database(
            id=f"arn:aws:rds:{row.region}:{account}:db:{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="available",
            tags=_tags(seed, row.name, row.team, row.account),
            created_at=began,
            instance_class=row.instance_class,
            engine=row.engine,
            engine_version=row.version,
            multi_az=False,
            storage_type=row.storage_type,
            storage_gb=row.storage,
            iops=row.iops,
            replica_of=row.replica_of,
        )
        yield Lived(seen, began, None, tuple(_costs(row, began)), shape=row.shape, group=row.name)


def _clustered(seed: int, born: date) -> Iterator[Lived]:
    for row in estate.CLUSTERED:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 8)
        seen = Database(
            id=f"arn:aws:rds:{row.region}:{account}:db:{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="available",
            tags=_tags(seed, row.name, row.team, row.account),
            created_at=began,
            instance_class=row.instance_class,
            engine=row.engine,
            engine_version=row.version,
            multi_az=False,
            storage_type="aurora",  # RDS's API calls the storage of every cluster so
            storage_gb=0,
            cluster=f"{row.name}-cluster",
        )
        charge = Charge(f"{row.engine}:{row.instance_class}", began)
        yield Lived(seen, began, None, (charge,), shape=row.shape, group=row.name)


def _costs(row: estate.MoreDatabaseRow, began: datetime) -> Iterator[Charge]:
    yield Charge(f"rds:{row.instance_class}", began)
    yield Charge(f"rds:storage-{row.storage_type}", began, None, row.storage)
    if row.iops is not None:
        yield Charge(f"rds:{row.storage_type}-iops", began, None, row.iops)
    if row.support is not None:
        yield Charge(row.support, began, None, instance_types()[row.instance_class.removeprefix("db.")].vcpu)


def _snapshots(seed: int, born: date) -> Iterator[Lived]:
    for row in estate.SNAPSHOTS:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 17)
        seen = DatabaseSnapshot(
            id=f"arn:aws:rds:{row.region}:{account}:snapshot:{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="available",
            tags=_tags(seed, row.name, row.team, row.account),
            created_at=began,
            database=row.database,
            engine=row.engine,
            size_gb=row.size_gb,
        )
        yield Lived(seen, began, None, (Charge("rds:backup", began, None, row.billed),), group=row.name)


def _caches(seed: int, born: date) -> Iterator[Lived]:
    for row in estate.CACHES:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 9)
        seen = Cache(
            id=f"arn:aws:elasticache:{row.region}:{account}:cluster:{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="available",
            tags=_tags(seed, row.name, row.team, row.account),
            created_at=began,
            node_type=row.node_type,
            engine="redis",
            engine_version="7.1",
            group=row.group,
        )
        charge = Charge(f"elasticache:{row.node_type}", began)
        yield Lived(seen, began, None, (charge,), shape=row.shape, group=row.name)


def _clusters(seed: int, born: date) -> Iterator[Lived]:
    """What the instances of DocumentDB and Neptune are in; they cost nothing beside them."""
    for row in estate.CLUSTERED:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 8)
        name = f"{row.name}-cluster"
        tags = _tags(seed, row.name, row.team, row.account)
        seen = DatabaseCluster(
            id=f"arn:aws:rds:{row.region}:{account}:cluster:{name}",
            account_id=account,
            region=row.region,
            name=name,
            state="available",
            tags={**tags, "Name": name} if "Name" in tags else tags,
            created_at=began,
            engine=row.engine,
            engine_version=row.version,
            members=(row.name,),
        )
        yield Lived(seen, began, None, group=row.name)


def _warehouses(seed: int, born: date) -> Iterator[Lived]:
    for row in estate.WAREHOUSES:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 9)
        seen = DataWarehouse(
            id=f"arn:aws:redshift:{row.region}:{account}:cluster:{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="available",
            tags=_tags(seed, row.name, row.team, row.account),
            created_at=began,
            node_type=row.node_type,
            nodes=row.nodes,
        )
        charge = Charge(f"redshift:{row.node_type}", began, None, row.nodes)
        yield Lived(seen, began, None, (charge,), shape=row.shape, group=row.name)


def _tables(seed: int, born: date) -> Iterator[Lived]:
    for row in estate.TABLES:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 9)
        seen = Table(
            id=f"arn:aws:dynamodb:{row.region}:{account}:table/{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="ACTIVE",
            tags=_tags(seed, row.name, row.team, row.account),
            created_at=began,
            on_demand=not row.reads,
            reads=row.reads,
            writes=row.writes,
            stored_bytes=row.gb * GIB,
            autoscaled=False,
        )
        charges = [Charge("dynamodb:storage", began, None, row.gb)]
        if row.reads:
            charges.append(Charge("dynamodb:rcu", began, None, row.reads))
            charges.append(Charge("dynamodb:wcu", began, None, row.writes))
        taken = {"read": row.takes_reads, "write": row.takes_writes}
        flows = tuple(
            Flow(f"dynamodb:{way}-request", units * SECONDS_A_DAY, began)
            for way, units in taken.items()
            if units and not row.reads
        )
        yield Lived(seen, began, None, tuple(charges), flows, shape=row.shape, group=row.name)


def _domains(seed: int, born: date) -> Iterator[Lived]:
    for row in estate.DOMAINS:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 9)
        seen = SearchDomain(
            id=f"arn:aws:es:{row.region}:{account}:domain/{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="Active",
            tags=_tags(seed, row.name, row.team, row.account),
            created_at=None,  # AWS does not say
            instance_type=row.instance_type,
            instances=row.instances,
            engine_version=row.version,
            volume_type="gp3",
            volume_gb=row.gb * row.instances,
        )
        charges = (
            Charge(f"opensearch:{row.instance_type}", began, None, row.instances),
            Charge("opensearch:storage-gp3", began, None, row.gb * row.instances),
        )
        yield Lived(seen, began, None, charges, shape=row.shape, group=row.name)


def _streams(seed: int, born: date) -> Iterator[Lived]:
    for row in estate.STREAMS:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 9)
        seen = Stream(
            id=f"arn:aws:kinesis:{row.region}:{account}:stream/{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="ACTIVE",
            tags=_tags(seed, row.name, row.team, row.account),
            created_at=began,
            on_demand=not row.shards,
            shards=row.shards,
        )
        charge = (
            Charge("kinesis:shard", began, None, row.shards)
            if row.shards
            else Charge("kinesis:stream", began)
        )
        yield Lived(seen, began, None, (charge,), shape="daylight", group=row.name)
