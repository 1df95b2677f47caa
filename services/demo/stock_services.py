"""Fills the rest of moto: databases, load balancers, buckets, log groups, functions, the organization and its roles."""

import base64
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.ec2.models import ec2_backends
from moto.elbv2 import models as elbv2_models
from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends
from moto.logs.models import LogStream, logs_backends
from moto.organizations import utils as organization_utils
from moto.organizations.models import organizations_backends
from moto.rds.models import rds_backends
from moto.s3.models import s3_backends

from core.inventory import Bucket, Database, Function, LoadBalancer, LogGroup, Resource
from services.demo.company import ACCOUNTS, EXPORT, PAYER, ROLE_NAME, US, DemoAccount
from services.demo.life import Lived
from services.demo.stock import naive, named

PARTITION = "aws"


def stock_services(lives: Iterable[Lived]) -> None:
    """Create them all. Load balancers get the instances of their group as targets."""
    everything = list(lives)
    _organization()
    for life in everything:
        create = _CREATE.get(type(life.resource))
        if create is not None:
            create(life.resource)
    for life in everything:
        if isinstance(life.resource, LoadBalancer):
            _targets(life, everything)


def _tags(resource: Resource) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in resource.tags.items()]


def _clustered(one: Database) -> None:
    """Instances of Neptune and DocumentDB; moto knows only the former, so the latter is made as such and named afterwards."""
    backend = rds_backends[one.account_id][one.region]
    cluster = backend.create_db_cluster(
        {
            "db_cluster_identifier": one.cluster,
            "engine": "neptune",
            "master_username": "hekla",
            "master_user_password": "only-in-the-demo",
        }
    )
    made = backend.create_db_instance(
        {
            "db_instance_identifier": one.name,
            "db_instance_class": one.instance_class,
            "engine": "neptune",
            "db_cluster_identifier": one.cluster,
            "tags": _tags(one),
        }
    )
    made.engine = cluster.engine = one.engine
    cluster.engine_version = one.engine_version
    made.created = made.instance_create_time = naive(one.created_at)


def _database(one: Database) -> None:
    if one.cluster is not None:
        _clustered(one)
        return
    made = rds_backends[one.account_id][one.region].create_db_instance(
        {
            "db_instance_identifier": one.name,
            "db_instance_class": one.instance_class,
            "engine": one.engine,
            "engine_version": one.engine_version,
            "allocated_storage": one.storage_gb,
            "storage_type": one.storage_type,
            "iops": one.iops,
            "source_db_instance_identifier": one.replica_of,
            "multi_az": one.multi_az,
            "master_username": "hekla",
            "master_user_password": "only-in-the-demo",
            "tags": _tags(one),
        }
    )
    made.created = made.instance_create_time = naive(one.created_at)


def _balancer(one: LoadBalancer) -> None:
    subnets = list(ec2_backends[one.account_id][one.region].get_default_subnets().values())[:2]
    backend = elbv2_backends[one.account_id][one.region]
    with named(elbv2_models, "make_arn_for_load_balancer", [one.id]):
        made = backend.create_load_balancer(
            one.name, [], [subnet.id for subnet in subnets], loadbalancer_type=one.type, tags=_tags(one)
        )
    made.created_time = naive(one.created_at)
    made.state = "active"


def _targets(life: Lived, lives: Iterable[Lived]) -> None:
    one = life.resource
    backend = elbv2_backends[one.account_id][one.region]
    vpc = ec2_backends[one.account_id][one.region].get_default_vpc()
    protocol = "HTTP" if "/app/" in one.id else "TCP"
    group = backend.create_target_group(
        f"{one.name}-targets",
        protocol=protocol,
        port="80",
        vpc_id=vpc.id,
        target_type="instance",
    )
    targets = [
        {"Id": other.resource.id, "Port": "80"}
        for other in lives
        if other.group == life.group
        and other.resource.id.startswith("i-")
        and other.resource.account_id == one.account_id
    ]
    backend.register_targets(group.arn, targets)
    backend.create_listener(
        one.id, protocol, "80", None, None, [{"Type": "forward", "TargetGroupArn": group.arn}], [], []
    )


def _bucket(one: Bucket) -> None:
    backend = s3_backends[one.account_id][PARTITION]
    made = backend.create_bucket(one.name, one.region)
    made.creation_date = naive(one.created_at)
    backend.put_bucket_tagging(one.name, dict(one.tags))
    if one.has_lifecycle:
        rule = {
            "ID": "age-out",
            "Status": "Enabled",
            "Filter": None,
            "Prefix": "",
            "Expiration": {"Days": "400"},
        }
        backend.put_bucket_lifecycle(one.name, [rule])


def _log_group(one: LogGroup) -> None:
    backend = logs_backends[one.account_id][one.region]
    made = backend.create_log_group(one.name, dict(one.tags), RetentionInDays=one.retention_days)
    made.creation_time = naive(one.created_at)
    stream = LogStream(made, "2026")
    stream.stored_bytes = one.stored_bytes
    made.streams[stream.log_stream_name] = stream


def _code() -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("main.py"), "def handler(event, context):\n    return event\n")
    return base64.b64encode(packed.getvalue()).decode()


def _function(one: Function) -> None:
    lambda_backends[one.account_id][one.region].create_function(
        {
            "FunctionName": one.name,
            "Runtime": one.runtime,
            "Role": f"arn:aws:iam::{one.account_id}:role/{ROLE_NAME}",
            "Handler": "main.handler",
            "Code": {"ZipFile": _code()},
            "MemorySize": one.memory_mib,
            "Architectures": [one.architecture],
            "Tags": dict(one.tags),
        }
    )


_CREATE: dict[type[Resource], Callable[[Any], None]] = {
    Database: _database,
    LoadBalancer: _balancer,
    Bucket: _bucket,
    LogGroup: _log_group,
    Function: _function,
}


def _organization() -> None:
    """The organization, the role in each account, and the bucket the billing export goes to."""
    others = [account for account in ACCOUNTS if account != PAYER]
    backend = organizations_backends[PAYER.id][PARTITION]
    backend.create_organization(US, FeatureSet="ALL")
    for account in others:
        with named(organization_utils, "make_random_account_id", [account.id]):
            backend.create_account(AccountName=account.title, Email=f"{account.key}@hekla.example")
    for account in ACCOUNTS:
        _role(account)
    s3_backends[PAYER.id][PARTITION].create_bucket(EXPORT.bucket, EXPORT.region)


def _role(account: DemoAccount) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{PAYER.id}:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": account.external_id}},
            }
        ],
    }
    iam_backends[account.id][PARTITION].create_role(
        role_name=ROLE_NAME,
        assume_role_policy_document=json.dumps(trust),
        path="/",
        permissions_boundary=None,
        description="What Cloud Pioneer assumes",
        tags=[],
        max_session_duration="3600",
    )
