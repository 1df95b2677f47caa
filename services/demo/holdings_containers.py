"""From the tables of containers to services and clusters, each with its life."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from core.inventory import ContainerService, KubernetesCluster, NodeGroup
from services.demo import estate_containers as estate
from services.demo.company import BY_KEY
from services.demo.life import Charge, Lived
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
            tags=tagged(seed, row.name, row.name, row.team, row.account, strict=True),
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
            place = f"arn:aws:eks:{one.region}:{account}:nodegroup/{one.name}/{group.name}"
            unique = uuid5(NAMESPACE_URL, place)
            nodes = NodeGroup(
                id=f"{place}/{unique}",
                account_id=account,
                region=one.region,
                name=group.name,
                state="ACTIVE",
                tags=tagged(seed, group.name, one.name, one.team, one.account, strict=True),
                created_at=began,
                cluster=one.name,
                smallest=0,
                desired=0,
                largest=group.largest,
                instance_types=("m5.large",),
                groups=(f"eks-{group.name}-{unique}",),
            )
            yield Lived(nodes, began, None, group=group.name)
