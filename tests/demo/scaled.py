"""Some of the demo company in a demo cloud in this process, taken down one evening and brought back in the morning."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pyarrow.compute as pc
from moto.autoscaling.models import FakeAutoScalingGroup
from moto.cloudwatch.models import CloudWatchBackend
from moto.core import utils as moto_utils
from moto.ec2.models import EC2Backend
from moto.eks.models import EKSBackend
from moto.moto_api._internal.models import moto_api_backend
from moto.rds.models import RDSBackend

from core.inventory import (
    AutoScalingGroup,
    ContainerService,
    Database,
    DatabaseCluster,
    DataWarehouse,
    Instance,
    NodeGroup,
    Resource,
    Volume,
)
from core.measured import queries_of
from core.periods import midnight
from services.adapters.aws.cloud import AwsCloud
from services.adapters.aws.inventory import listings
from services.adapters.aws.inventory.listing import Listed
from services.adapters.aws.metrics import CloudWatchMetrics
from services.adapters.aws.session import Place, Sessions
from services.demo import bill
from services.demo.clock import keep_offset
from services.demo.cloud import DemoCloud, start
from services.demo.company import BY_KEY, EU, US, connection
from services.demo.life import World
from services.demo.world import make
from services.settings import Settings
from tests.demo.conftest import BORN, RunningCloud

DAY = date(2026, 11, 25)
EVENING, MORNING = (datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in ((25, 18), (26, 8)))
"""A Wednesday, when everything is taken down, and the Thursday when it comes back, some of it at another size."""
LATER = datetime(2026, 11, 28, 12, tzinfo=UTC)
"""The bill has the days before this one."""
STAYED, SHORT = (Decimal(hours) for hours in (24, 16))
KEPT = ("faq", "workers", "stage-catalog", "bi", "reviews", "kube-trial")
"""What of the company these tests need."""
PUT_BACK = (
    (CloudWatchBackend, "get_metric_data"),
    (EC2Backend, "run_instances"),
    (EKSBackend, "update_nodegroup_config"),
    (FakeAutoScalingGroup, "set_desired_capacity"),
    (RDSBackend, "start_db_cluster"),
    (RDSBackend, "stop_db_cluster"),
    (moto_utils.utcnow, "__code__"),
)
"""What the demo cloud gives moto in place of its own: other tests share the process."""
Kind = TypeVar("Kind", bound=Resource)
production, staging, data = (connection(BY_KEY[key]) for key in ("production", "staging", "data"))
PLACES = ((production, US), (staging, US), (staging, EU), (data, US))
KINDS = (
    Instance,
    Volume,
    AutoScalingGroup,
    ContainerService,
    DataWarehouse,
    NodeGroup,
    Database,
    DatabaseCluster,
)
LISTED = [each for each in listings() if each.kind in {kind.kind for kind in KINDS}]
"""Where these tests look, and at what: no more is collected."""


def company(_born: date) -> World:
    """Some of the company."""
    whole = make(BORN)
    return replace(whole, lives=tuple(life for life in whole.lives if life.group in KEPT))


@dataclass
class Demo:
    """A demo cloud in this process, on a clock that the test sets, reached as the product reaches it."""

    data: Path
    cloud: DemoCloud
    aws: AwsCloud
    sessions: Sessions
    port: int
    seen: dict[datetime, dict[str, Resource]] = field(default_factory=dict)
    """What was collected, and when."""

    def go_to(self, at: datetime) -> None:
        keep_offset(self.data, at - datetime.now(UTC))

    def do(self, steps: Callable[[AwsCloud], Iterator[object]]) -> None:
        """Each step is noticed by itself."""
        known = len(self.cloud.lookout.changes)
        for _ in steps(self.aws):
            assert len(self.cloud.lookout.changes) > known
            known = len(self.cloud.lookout.changes)

    def collect(self, at: datetime) -> None:
        listed = [Listed(Place(self.sessions, *place)) for place in PLACES]
        self.seen[at] = {one.id: one for place in listed for each in LISTED for one in each.read(place)}

    def all(self, kind: type[Kind], name: str, at: datetime = LATER) -> list[Kind]:
        """All of a kind whose name begins so, as collected then."""
        found = (one for one in self.seen[at].values() if isinstance(one, kind) and one.name.startswith(name))
        return sorted(found, key=lambda one: one.id)

    def billed(self, resource: Resource, item: str) -> dict[int, Decimal]:
        """Units of what a resource costs, by day of the month."""
        assert self.cloud.world is not None
        lines = bill.month(self.cloud.world, DAY.replace(day=1), LATER.date(), self.cloud.lookout.changes)
        own = lines.filter(pc.equal(lines["ResourceId"].cast("string"), resource.id))
        days: dict[int, Decimal] = {}
        for line in own.to_pylist():
            at = line["ChargePeriodStart"]
            if line["SkuId"].endswith(f"-{item}") and at.date() >= DAY:
                days[at.day] = days.get(at.day, Decimal()) + line["ConsumedQuantity"]
        return {day: round(units) for day, units in days.items()}

    def hours(self, resource: Resource, metric: str = "cpu") -> dict[datetime, float]:
        """What a metric says, by the hour."""
        account = next(one for one in (production, staging, data) if one.id == resource.account_id)
        (series,) = (
            CloudWatchMetrics(self.sessions)
            .read(account, resource.region, queries_of(resource, [metric]), midnight(DAY), LATER, 3600)
            .series
        )
        return dict(zip(series.times, series.values.tolist(), strict=True))


def down(aws: AwsCloud) -> Iterator[object]:
    """One after the other, all is taken down."""
    yield aws.stop_database_cluster(production, US, "reviews-cluster")
    yield aws.size_group(data, US, "workers", 0, 0, 6)
    yield aws.size_group(production, US, "faq", 2, 2, 8)
    yield aws.size_service(staging, US, "stage", "stage-catalog", 0)
    yield aws.pause_warehouse(data, US, "bi")
    yield aws.size_nodes(staging, EU, "kube-trial", "night-owls", 0, 0, None)


def back(aws: AwsCloud) -> Iterator[object]:
    """One after the other, all comes back."""
    yield aws.start_database_cluster(production, US, "reviews-cluster")
    yield aws.size_group(data, US, "workers", 2, 2, 6)
    yield aws.size_group(production, US, "faq", 4, 4, 8)
    yield aws.size_service(staging, US, "stage", "stage-catalog", 3)
    yield aws.resume_warehouse(data, US, "bi")
    yield aws.size_nodes(staging, EU, "kube-trial", "night-owls", 1, 1, None)


def make_nodes(demo: Demo) -> None:
    """A node group of two, and the Auto Scaling group that EKS makes for it."""
    reach = RunningCloud(demo.data, port=demo.port)
    eks, scaling = (reach.client(BY_KEY["staging"], service, EU) for service in ("eks", "autoscaling"))
    made = eks.create_nodegroup(
        clusterName="kube-trial",
        nodegroupName="night-owls",
        scalingConfig={"minSize": 2, "desiredSize": 2, "maxSize": 4},
        subnets=["subnet-1"],
        nodeRole=f"arn:aws:iam::{staging.id}:role/nodes",
    )["nodegroup"]
    name = made["resources"]["autoScalingGroups"][0]["name"]
    tag = {"Key": "eks:nodegroup-name", "Value": "night-owls", "PropagateAtLaunch": True}
    scaling.create_launch_configuration(
        LaunchConfigurationName=name, ImageId="ami-nodes", InstanceType="m5.large"
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchConfigurationName=name,
        MinSize=2,
        DesiredCapacity=2,
        MaxSize=4,
        AvailabilityZones=[f"{EU}a"],
        Tags=[tag],
    )


def woken(folder: Path) -> Iterator[Demo]:
    """A demo cloud that has filled, replayed its journal and opened."""
    moto_api_backend.reset()
    cloud, server = start(folder, 0, company)
    cloud.wake()
    where = Settings(
        _env_file=None,
        PIONEER_MODE="demo",
        PIONEER_AWS_ENDPOINT=f"http://127.0.0.1:{server.server_port}",
    )
    sessions = Sessions(where)
    yield Demo(folder, cloud, AwsCloud(sessions), sessions, server.server_port)
    server.shutdown()
    server.server_close()
    moto_api_backend.reset()
