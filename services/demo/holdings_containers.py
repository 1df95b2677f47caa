"""From the tables of containers to services and clusters, each with its life."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from core.inventory import AutoScalingGroup, ContainerService, Instance, KubernetesCluster, NodeGroup
from core.inventory.compute import NODE_GROUP_TAG
from services.demo import estate_containers as estate
from services.demo.company import BY_KEY
from services.demo.estate_compute import GROUP_TAG
from services.demo.fleet import Group
from services.demo.life import Charge, Lived
from services.demo.machines import machines
from services.demo.stories import ago
from services.demo.tags import tagged


def tasks_of(service: ContainerService, count: int, since: datetime) -> tuple[Charge, ...]:
    """What so many tasks of a service on Fargate cost from then on."""
    arm = "-arm" if service.architecture == "arm64" else ""
    sizes = {"vcpu": service.cpu or 0, "gb": service.memory_mib or 0}
    return tuple(
        Charge(f"fargate:{unit}{arm}", since, None, count * size // 1024)
        for unit, size in sizes.items()
        if count
    )


def containers(seed: int, born: date) -> Iterator[Lived]:
    """All of them. AWS bills each task of Fargate; here their service stands for them."""
    for row in estate.SERVICES:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 8)
        service = ContainerService(
            id=f"arn:aws:ecs:{row.region}:{account}:service/{row.cluster}/{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="ACTIVE",
            tags=tagged(seed, row.name, row.name, row.team, row.account, strict=True) | dict(row.extra),
            created_at=began,
            cluster=row.cluster,
            launch="FARGATE",
            desired=row.tasks,
            running=row.tasks,
            cpu=row.vcpu * 1024,
            memory_mib=row.gb * 1024,
            architecture="arm64" if row.arm else "x86_64",
            task_definition=f"{row.name}:1",
        )
        charges = tasks_of(service, row.tasks, began)
        yield Lived(service, began, None, charges, shape=row.shape, group=row.name)
    for one in estate.CLUSTERS:
        account, began = BY_KEY[one.account].id, ago(born, one.age, 8)
        cluster = KubernetesCluster(
            id=f"arn:aws:eks:{one.region}:{account}:cluster/{one.name}",
            account_id=account,
            region=one.region,
            name=one.name,
            state="ACTIVE",
            tags=tagged(seed, one.name, one.name, one.team, one.account, strict=True),
            created_at=began,
            version=one.version,
            fargate=one.profile,
        )
        charge = Charge("eks:extended" if one.extended else "eks:cluster", began)
        yield Lived(cluster, began, None, (charge,), group=one.name)
        for group in (each for each in estate.NODE_GROUPS if each.cluster == one.name):
            yield from _node_group(seed, born, one, group)


def _node_group(
    seed: int, born: date, cluster: estate.ClusterRow, row: estate.NodeGroupRow
) -> Iterator[Lived]:
    """It, its nodes, and the Auto Scaling group that EKS made for them."""
    account, began = BY_KEY[cluster.account].id, ago(born, cluster.age, 8)
    place = f"arn:aws:eks:{cluster.region}:{account}:nodegroup/{cluster.name}/{row.name}"
    unique = uuid5(NAMESPACE_URL, place)
    made = f"eks-{row.name}-{unique}"
    nodes = NodeGroup(
        account_id=account,
        region=cluster.region,
        created_at=began,
        smallest=min(row.nodes, 1),
        desired=row.nodes,
        largest=row.largest,
        id=f"{place}/{unique}",
        name=row.name,
        state="ACTIVE",
        tags=tagged(seed, row.name, cluster.name, cluster.team, cluster.account, strict=True),
        cluster=cluster.name,
        instance_types=(estate.NODE_TYPE,),
        groups=(made,),
    )
    yield Lived(nodes, began, None, group=row.name)
    if not row.nodes:
        return
    owned = {NODE_GROUP_TAG: row.name, "eks:cluster-name": cluster.name}
    fleet = Group(
        row.name,
        cluster.account,
        cluster.region,
        estate.NODE_TYPE,
        row.nodes,
        row.shape,
        cluster.age,
        cluster.name,
        cluster.team,
        cluster.account,
        extra={**owned, GROUP_TAG: made},
        strict=True,
    )
    lives = tuple(machines(seed, born, (fleet,)))
    yield from lives
    scaled = AutoScalingGroup(
        account_id=account,
        region=cluster.region,
        created_at=began,
        smallest=min(row.nodes, 1),
        desired=row.nodes,
        largest=row.largest,
        id=f"arn:aws:autoscaling:{cluster.region}:{account}:autoScalingGroup:{unique}:autoScalingGroupName/{made}",
        name=made,
        state="active",
        tags={**owned, f"kubernetes.io/cluster/{cluster.name}": "owned"},
        instance_ids=tuple(sorted(life.resource.id for life in lives if isinstance(life.resource, Instance))),
        instance_type=estate.NODE_TYPE,
        spot_allowed=False,
    )
    yield Lived(scaled, began, None, group=row.name)
