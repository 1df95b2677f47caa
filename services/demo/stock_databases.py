"""Fills moto with snapshots of databases, caches, warehouses, tables and search domains."""

from collections.abc import Callable, Iterable
from inspect import signature
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.elasticache.models import elasticache_backends
from moto.kinesis.models import kinesis_backends
from moto.opensearch.models import opensearch_backends
from moto.rds.models import rds_backends
from moto.redshift.models import redshift_backends

from core.inventory import (
    Cache,
    DatabaseCluster,
    DatabaseSnapshot,
    DataWarehouse,
    Resource,
    SearchDomain,
    Stream,
    Table,
)
from services.demo.life import Lived
from services.demo.stock import naive


def stock_databases(lives: Iterable[Lived]) -> None:
    """Create them all, after the databases themselves."""
    for life in lives:
        create = _CREATE.get(type(life.resource))
        if create is not None:
            create(life.resource)


def _tags(resource: Resource) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in resource.tags.items()]


def _call(function: Callable[..., Any], **given: object) -> Any:  # noqa: ANN401  # moto has no types
    """Call something of moto's with None for all that is not given: it demands every parameter of AWS's."""
    wanted = {name: None for name in signature(function).parameters if name not in given}
    return function(**wanted, **given)


def _snapshot(one: DatabaseSnapshot) -> None:
    backend = rds_backends[one.account_id][one.region]
    gone = one.database not in backend.databases
    if gone:  # it was there when the snapshot was taken
        backend.create_db_instance(
            {
                "db_instance_identifier": one.database,
                "db_instance_class": "db.t3.medium",
                "engine": one.engine,
                "allocated_storage": one.size_gb,
                "master_username": "hekla",
                "master_user_password": "only-in-the-demo",
            }
        )
    made = backend.create_db_snapshot(one.database, one.name, tags=_tags(one))
    made.created = naive(one.created_at)
    if gone:
        del backend.databases[one.database]


def _cluster(one: DatabaseCluster) -> None:
    """Made with its instance; only its tags, its age and its state are still missing."""
    made = rds_backends[one.account_id][one.region].clusters[one.name]
    made.add_tags(_tags(one))
    made.created = made.cluster_create_time = naive(one.created_at)
    made.status = one.state


def _cache(one: Cache) -> None:
    backend = elasticache_backends[one.account_id][one.region]
    made = _call(
        backend.create_cache_cluster,
        cache_cluster_id=one.name,
        replication_group_id=one.group,
        num_cache_nodes=one.nodes,
        cache_node_type=one.node_type,
        engine=one.engine,
        engine_version=one.engine_version,
        tags=_tags(one),
    )
    made.cache_cluster_create_time = naive(one.created_at)


def _warehouse(one: DataWarehouse) -> None:
    backend = redshift_backends[one.account_id][one.region]
    made = backend.create_cluster(
        cluster_identifier=one.name,
        node_type=one.node_type,
        master_username="hekla",
        master_user_password="Only-in-the-demo-1",  # noqa: S106  # nobody can connect to it
        db_name="bi",
        cluster_type="single-node" if one.nodes == 1 else "multi-node",
        cluster_security_groups=[],
        vpc_security_group_ids=[],
        cluster_subnet_group_name=None,
        availability_zone=None,
        preferred_maintenance_window=None,
        cluster_parameter_group_name=None,
        automated_snapshot_retention_period=None,
        port=None,
        cluster_version=None,
        allow_version_upgrade=True,
        number_of_nodes=str(one.nodes),
        publicly_accessible=False,
        encrypted=True,
        region_name=one.region,
        tags=_tags(one),
    )
    made.create_time = naive(one.created_at)


def _table(one: Table) -> None:
    backend = dynamodb_backends[one.account_id][one.region]
    throughput = {"ReadCapacityUnits": one.reads, "WriteCapacityUnits": one.writes}
    made = _call(
        backend.create_table,
        name=one.name,
        schema=[{"AttributeName": "id", "KeyType": "HASH"}],
        attr=[{"AttributeName": "id", "AttributeType": "S"}],
        throughput=None if one.on_demand else throughput,
        billing_mode="PAY_PER_REQUEST" if one.on_demand else "PROVISIONED",
        tags=_tags(one),
    )
    made.created_at = naive(one.created_at)
    own = made.describe

    def describe(base_key: str = "TableDescription") -> dict[str, Any]:
        """Moto's tables hold what was put into them, and say that it is nothing."""
        answer: dict[str, Any] = own(base_key)
        answer[base_key]["TableSizeBytes"] = one.stored_bytes
        return answer

    made.describe = describe


def _domain(one: SearchDomain) -> None:
    _call(
        opensearch_backends[one.account_id][one.region].create_domain,
        domain_name=one.name,
        engine_version=one.engine_version,
        cluster_config={"InstanceType": one.instance_type, "InstanceCount": one.instances},
        ebs_options={
            "EBSEnabled": True,
            "VolumeType": one.volume_type,
            "VolumeSize": one.volume_gb // one.instances,
        },
        tag_list=_tags(one),
        is_es=False,
    )


def _stream(one: Stream) -> None:
    mode = {"StreamMode": "ON_DEMAND" if one.on_demand else "PROVISIONED"}
    made = kinesis_backends[one.account_id][one.region].create_stream(one.name, one.shards or 1, mode, 24)
    made.creation_datetime = one.created_at
    made.tags = dict(one.tags)


_CREATE: dict[type[Resource], Callable[[Any], None]] = {
    DatabaseSnapshot: _snapshot,
    DatabaseCluster: _cluster,
    Cache: _cache,
    DataWarehouse: _warehouse,
    Table: _table,
    SearchDomain: _domain,
    Stream: _stream,
}
