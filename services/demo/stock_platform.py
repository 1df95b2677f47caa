"""Fills moto with clusters of Kafka, firewalls, load balancers of the first generation, secrets and trails."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from moto.cloudtrail.models import cloudtrail_backends
from moto.ec2.models import ec2_backends, vpcs
from moto.elb.models import elb_backends
from moto.kafka.models import kafka_backends
from moto.networkfirewall.models import networkfirewall_backends
from moto.secretsmanager.models import secretsmanager_backends

from core.inventory import ClassicLoadBalancer, Firewall, Instance, KafkaCluster, Resource, Secret, Trail
from services.demo.estate_platform import CLASSICS, TRAIL_BUCKET
from services.demo.life import Lived
from services.demo.stock import named

BEHIND = {row.name: row.targets for row in CLASSICS}
DATA_EVENTS = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}]


def stock_platform(lives: Iterable[Lived]) -> None:
    """Create them all, after everything else: a balancer has an instance behind it."""
    everything = list(lives)
    for life in everything:
        create = _CREATE.get(type(life.resource))
        if create is not None:
            create(life.resource)
        if isinstance(life.resource, ClassicLoadBalancer):
            _classic(life.resource, everything)


def _tags(resource: Resource) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in resource.tags.items()]


def _kafka(one: KafkaCluster) -> None:
    backend = kafka_backends[one.account_id][one.region]
    storage = {"ebsStorageInfo": {"volumeSize": one.volume_gb}}
    group = {"clientSubnets": [], "instanceType": one.broker_type, "storageInfo": storage}
    made = {"brokerNodeGroupInfo": group, "numberOfBrokerNodes": one.brokers, "kafkaVersion": "3.6.0"}
    arn, *_ = backend.create_cluster_v2(one.name, None, made, None)
    cluster = backend.clusters.pop(arn)
    cluster.arn, cluster.state = one.id, one.state
    cluster.creation_time = one.created_at.isoformat() if one.created_at else ""
    backend.clusters[one.id] = cluster
    backend.tag_resource(one.id, dict(one.tags))


def _firewall(one: Firewall) -> None:
    ec2 = ec2_backends[one.account_id][one.region]
    vpc = ec2.get_default_vpc().id
    subnets = [subnet.id for subnet in ec2.get_default_subnets().values()][: len(one.zones)]
    made = networkfirewall_backends[one.account_id][one.region].create_firewall(
        firewall_name=one.name,
        firewall_policy_arn=one.id.replace(":firewall/", ":firewall-policy/"),
        vpc_id=vpc,
        subnet_mappings=[{"SubnetId": subnet} for subnet in subnets],
        delete_protection=False,
        subnet_change_protection=False,
        firewall_policy_change_protection=False,
        description="",
        tags=_tags(one),
        encryption_configuration={},
        enabled_analysis_types=[],
    )
    ends = [f"vpce-{one.name}{number}" for number, _ in enumerate(one.zones)]
    made.firewall_status["SyncStates"] = {
        zone: {"Attachment": {"SubnetId": subnet, "EndpointId": end, "Status": "READY"}}
        for zone, subnet, end in zip(one.zones, subnets, ends, strict=True)
    }
    if one.routed:
        _route(ec2, vpc, ends[0])


def _route(ec2: Any, vpc: str, end: str) -> None:  # noqa: ANN401  # a moto backend
    """A route to the firewall's endpoint, which moto takes only while it has such an endpoint: so it has one for that long."""
    with named(vpcs, "random_vpc_ep_id", [end]):
        ec2.create_vpc_endpoint(vpc, "com.amazonaws.vpce.firewall", "Interface", None, [], [])
    table = ec2.create_route_table(vpc)
    ec2.create_route(table.id, "0.0.0.0/0", gateway_id=end)
    del ec2.vpc_end_points[end]


def _classic(one: ClassicLoadBalancer, lives: Sequence[Lived]) -> None:
    backend = elb_backends[one.account_id][one.region]
    made = backend.create_load_balancer(
        name=one.name,
        zones=[f"{one.region}a"],
        ports=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}],
        scheme="internet-facing",
        subnets=None,
        security_groups=None,
    )
    made.created_time = one.created_at
    made.tags = dict(one.tags)
    behind = [
        life.resource.id
        for life in lives
        if life.group == BEHIND[one.name]
        and isinstance(life.resource, Instance)
        and (life.resource.account_id, life.resource.region) == (one.account_id, one.region)
    ]
    if one.instances:
        backend.register_instances(one.name, behind[: one.instances])


def _secret(one: Secret) -> None:
    backend = secretsmanager_backends[one.account_id][one.region]
    backend.create_secret(
        name=one.name,
        secret_string="only-in-the-demo",  # noqa: S106  # and nobody asks for it
        secret_binary=None,
        description=None,
        tags=_tags(one),
        kms_key_id=None,
        client_request_token=None,
        replica_regions=[],
        force_overwrite=False,
    )
    made = backend.secrets[one.name]
    made.arn, made.created_date = one.id, one.created_at.timestamp() if one.created_at else None
    own = made.to_dict

    def to_dict() -> dict[str, Any]:
        """Moto never tells when a secret was read."""
        answer: dict[str, Any] = own()
        answer["LastAccessedDate"] = one.last_read.timestamp() if one.last_read else None
        return answer

    made.to_dict = to_dict


def _trail(one: Trail) -> None:
    backend = cloudtrail_backends[one.account_id][one.region]
    made = backend.create_trail(
        name=one.name,
        bucket_name=TRAIL_BUCKET,
        s3_key_prefix="",
        sns_topic_name="",
        is_global=True,
        is_multi_region=one.every_region,
        log_validation=True,
        is_org_trail=one.organisation,
        cw_log_group_arn="",
        cw_role_arn="",
        kms_key_id="",
        tags_list=_tags(one),
    )
    made.start_logging()
    if not one.writes:
        made.put_event_selectors([], DATA_EVENTS)


_CREATE: dict[type[Resource], Callable[[Any], None]] = {
    KafkaCluster: _kafka,
    Firewall: _firewall,
    Secret: _secret,
    Trail: _trail,
}
