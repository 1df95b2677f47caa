"""From the estate's tables to volumes left over, snapshots, addresses, gateways, balancers and databases, each with its life."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from core.inventory import Address, Database, LoadBalancer, NatGateway, Snapshot, Volume
from services.demo import estate, stories
from services.demo.company import BY_KEY, digest
from services.demo.fleet import Disk
from services.demo.life import Charge, Flow, Lived
from services.demo.machines import disk_charges, short, volume
from services.demo.stories import ago
from services.demo.tags import tagged

SNAPSHOT_SHARE = 4
"""A snapshot is billed for a quarter of its volume: they are incremental."""
FRESH = 20
"""Days since the newest snapshot of a production volume was made."""


def loose_volumes(seed: int, born: date) -> Iterator[Lived]:
    """Volumes attached to nothing, and those deleted since."""
    for row in estate.LOOSE:
        for number in range(1, row.count + 1):
            name = f"{row.name}-{number:02d}"
            vol_id = short("vol", seed, row.account, name)
            tags = tagged(seed, name, row.application, row.team, row.account, strict=True)
            began, disk = ago(born, row.age, 10), Disk(row.type, row.size_gb)
            ended = None if row.ended is None else ago(born, row.ended)
            seen = volume(vol_id, BY_KEY[row.account].id, row.region, disk, tags, None, began)
            yield Lived(seen, began, ended, disk_charges(disk, began, ended), group=row.name)


def snapshots(seed: int, born: date, volumes: Iterable[Lived]) -> Iterator[Lived]:
    """Two of each production data volume, and one of each volume that was deleted long ago."""
    for life in volumes:
        if not isinstance(life.resource, Volume) or life.resource.name.endswith("/root"):
            continue
        loved = life.resource.tags.get("environment") == "production" and life.ended is None
        orphan = life.group == "old-restore"
        for age in (170, FRESH) if loved and life.resource.attached_to else (210,) if orphan else ():
            if ago(born, age) > life.began:
                group = "fresh-backup" if age == FRESH else life.group
                yield _snapshot(seed, born, life.resource, age, group)


def _snapshot(seed: int, born: date, of: Volume, age: int, group: str) -> Lived:
    began = ago(born, age, 3)
    seen = Snapshot(
        id=f"arn:aws:ec2:{of.region}:{of.account_id}:snapshot/{short('snap', seed, of.id, age)}",
        account_id=of.account_id,
        region=of.region,
        name=f"{of.name or of.id} backup",
        state="completed",
        tags={**of.tags, "Name": f"{of.name or of.id} backup"},
        created_at=began,
        volume_id=of.id,
        size_gb=of.size_gb,
    )
    return Lived(
        seen, began, None, (Charge("ebs:snapshot", began, None, of.size_gb // SNAPSHOT_SHARE),), group=group
    )


def _address(seed: int, born: date, row: estate.AddressRow, number: int, holder: str | None) -> Lived:
    account, began = BY_KEY[row.account].id, ago(born, row.age, 11)
    name = f"{row.name}-{number}"
    host = int(digest(seed, "ip", row.account, name)[:8], 16)
    seen = Address(
        id=f"arn:aws:ec2:{row.region}:{account}:elastic-ip/{short('eipalloc', seed, row.account, name)}",
        account_id=account,
        region=row.region,
        name=name,
        state="associated" if holder else "unassociated",
        tags=tagged(seed, name, row.name, "platform", row.account, strict=True),
        created_at=None,  # AWS does not say when an address was allocated
        public_ip=f"198.{18 + host % 2}.{host // 2 % 256}.{host // 512 % 254 + 1}",
        associated_with=holder,
    )
    item = "eip:in-use" if holder else "eip:idle"
    return Lived(seen, began, None, (Charge(item, began),), group=row.name)


def addresses(seed: int, born: date, groups: Mapping[str, Sequence[str]]) -> Iterator[Lived]:
    """Addresses held by instances (`groups`: ids by group), by nobody, and one for each NAT gateway."""
    for row in estate.ADDRESSES:
        for number in range(1, row.count + 1):
            holder = None if row.holder is None else groups[row.holder][number - 1]
            yield _address(seed, born, row, number, holder)
    yield from gateway_addresses(seed, born, estate.GATEWAYS)


def gateway_addresses(seed: int, born: date, rows: Sequence[estate.GatewayRow]) -> Iterator[Lived]:
    """The address of each NAT gateway."""
    for gateway in rows:
        row = estate.AddressRow(gateway.name, gateway.account, gateway.region, 1, gateway.age)
        yield _address(seed, born, row, 1, short("nat", seed, gateway.account, gateway.name))


def gateways(seed: int, born: date, rows: Sequence[estate.GatewayRow] = estate.GATEWAYS) -> Iterator[Lived]:
    """NAT gateways; one of them had a very bad day."""
    runaway = {stories.runaway_day(born): stories.NAT_FACTOR}
    for row in rows:
        account, began = BY_KEY[row.account].id, ago(born, row.age)
        nat_id = short("nat", seed, row.account, row.name)
        seen = NatGateway(
            id=f"arn:aws:ec2:{row.region}:{account}:natgateway/{nat_id}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="available",
            tags=tagged(seed, row.name, "network", "platform", row.account),
            created_at=began,
            subnet_id=short("subnet", seed, row.account, row.region),
            vpc_id=short("vpc", seed, row.account, row.region),
            routed=row.routed,
        )
        bursts = runaway if row.name == estate.RUNAWAY_GATEWAY else {}
        flow = Flow("nat:gb", row.gb, began, weekend=row.weekend, growth=0.0004, bursts=bursts)
        flows, charges = (flow,) if row.gb else (), (Charge("nat:hour", began),)
        yield Lived(seen, began, None, charges, flows, shape="daylight", group=row.name)


def balancers(
    seed: int, born: date, rows: Sequence[estate.BalancerRow] = estate.BALANCERS
) -> Iterator[Lived]:
    """Load balancers, their capacity units, and what they send to the internet."""
    for row in rows:
        account, began = BY_KEY[row.account].id, ago(born, row.age)
        kind, code = ("app", "alb") if row.type == "application" else ("net", "nlb")
        path = f"{kind}/{row.name}/{digest(seed, 'lb', row.name)[:16]}"
        seen = LoadBalancer(
            id=f"arn:aws:elasticloadbalancing:{row.region}:{account}:loadbalancer/{path}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="active",
            tags=tagged(seed, row.name, "storefront", "web", row.account),
            created_at=began,
            type=row.type,
        )
        used = Flow(f"{code}:lcu", row.units * 24, began, weekend=1.15, growth=0.0006)
        flows = [used] if row.units else []
        if row.gb_out:
            flows.append(Flow("transfer:out", row.gb_out, began, weekend=1.15, growth=0.0006))
        yield Lived(
            seen,
            began,
            None,
            (Charge(f"{code}:hour", began),),
            tuple(flows),
            shape="daylight",
            group=row.targets,
        )


def databases(seed: int, born: date) -> Iterator[Lived]:
    """RDS instances, and the storage they hold."""
    for row in estate.DATABASES:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 8)
        seen = Database(
            id=f"arn:aws:rds:{row.region}:{account}:db:{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="available",
            tags=tagged(seed, row.name, row.name.split("-", maxsplit=1)[0], row.team, row.environment),
            created_at=began,
            instance_class=row.instance_class,
            engine=row.engine,
            engine_version=row.version,
            multi_az=row.multi_az,
            storage_type="gp3",
            storage_gb=row.storage,
        )
        prefix = "rds-multi-az" if row.multi_az else "rds"
        charges = (
            Charge(f"{prefix}:{row.instance_class}", began),
            Charge(f"{prefix}:storage-gp3", began, None, row.storage),
        )
        yield Lived(seen, began, None, charges, shape=row.shape, group=row.name)
