"""From the tables of computing to machines, Auto Scaling groups, functions and model endpoints, each with its life."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

from core.inventory import AutoScalingGroup, Instance, ModelEndpoint
from services.demo import estate_compute as estate
from services.demo.company import BY_KEY, digest
from services.demo.life import Charge, Flow, Lived
from services.demo.machines import machines
from services.demo.serverless import functions
from services.demo.stories import ago
from services.demo.tags import tagged


def computing(seed: int, born: date) -> tuple[Lived, ...]:
    """All of them."""
    fleet = tuple(_fleet(seed, born))
    return (
        *fleet,
        *_scaling(seed, born, fleet),
        *functions(seed, born, estate.FUNCTIONS),
        *_endpoints(seed, born),
    )


def _fleet(seed: int, born: date) -> Iterator[Lived]:
    """The machines, some of which pay for CPU credits."""
    for life in machines(seed, born, estate.FLEET):
        if life.group in estate.CREDITS and isinstance(life.resource, Instance):
            item = f"cpu-credits:{life.resource.type.partition('.')[0]}"
            yield replace(life, flows=(Flow(item, estate.CREDITS[life.group], life.began),))
        else:
            yield life


def _scaling(seed: int, born: date, fleet: Iterable[Lived]) -> Iterator[Lived]:
    for row in estate.SCALING:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 8)
        members = sorted(
            life.resource.id
            for life in fleet
            if isinstance(life.resource, Instance) and life.group == row.name
        )
        kinds = {
            life.resource.type
            for life in fleet
            if isinstance(life.resource, Instance) and life.group == row.name
        }
        application = next(group.application for group in estate.FLEET if group.name == row.name)
        unique = UUID(digest(seed, "asg", row.account, row.name)[:32])
        seen = AutoScalingGroup(
            id=f"arn:aws:autoscaling:{row.region}:{account}:autoScalingGroup:{unique}:autoScalingGroupName/{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="active",
            tags=tagged(seed, row.name, application, row.team, row.environment, strict=True),
            created_at=began,
            smallest=row.smallest,
            largest=row.largest,
            desired=len(members),
            instance_ids=tuple(members),
            instance_type=kinds.pop() if len(kinds) == 1 else None,
            spot_allowed=False,
        )
        yield Lived(seen, began, group=row.name)


def _endpoints(seed: int, born: date) -> Iterator[Lived]:
    for row in estate.ENDPOINTS:
        account, began = BY_KEY[row.account].id, ago(born, row.age, 8)
        seen = ModelEndpoint(
            id=f"arn:aws:sagemaker:{row.region}:{account}:endpoint/{row.name}",
            account_id=account,
            region=row.region,
            name=row.name,
            state="InService",
            tags=tagged(seed, row.name, "models", "data-science", row.account, strict=True),
            created_at=began,
            instance_type=row.instance_type,
            instance_count=row.count,
            variant="AllTraffic",
        )
        charge = Charge(f"sagemaker:{row.instance_type}", began, None, row.count)
        yield Lived(seen, began, None, (charge,), group=row.name)
