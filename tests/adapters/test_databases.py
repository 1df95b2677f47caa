"""Databases and what is like them, as AWS lists them."""

from datetime import UTC, datetime

import boto3
import pytest
from botocore.stub import Stubber

from core.inventory import (
    Account,
    Cache,
    Database,
    DatabaseSnapshot,
    DataWarehouse,
    Kind,
    RegionInventory,
    Resource,
    SearchDomain,
    Stream,
    Table,
)
from services.adapters.aws.cloud import AwsCloud
from services.adapters.aws.session import Sessions

REGION = "us-east-1"
TAGS = [{"Key": "team", "Value": "shop"}]
pytestmark = pytest.mark.usefixtures("aws")


def collected(sessions: Sessions, account: Account) -> RegionInventory:
    return AwsCloud(sessions).inventory(account, REGION)


def only(seen: RegionInventory, kind: Kind) -> Resource:
    (resource,) = [resource for resource in seen.resources if resource.kind is kind]
    return resource


def a_database(name: str = "orders", **given: object) -> None:
    boto3.client("rds", region_name=REGION).create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.r6g.large",
        Engine="postgres",
        AllocatedStorage=400,
        **given,
    )


def a_table(name: str, **given: object) -> None:
    boto3.client("dynamodb", region_name=REGION).create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        Tags=TAGS,
        **given,
    )


def test_a_database_says_its_iops_and_whose_replica_it_is(sessions: Sessions, account: Account) -> None:
    a_database(StorageType="io1", Iops=3000)
    boto3.client("rds", region_name=REGION).create_db_instance_read_replica(
        DBInstanceIdentifier="standby", SourceDBInstanceIdentifier="orders"
    )
    seen = {one.name: one for one in collected(sessions, account).resources if isinstance(one, Database)}
    assert (seen["orders"].storage_type, seen["orders"].iops, seen["orders"].replica_of) == (
        "io1",
        3000,
        None,
    )
    assert seen["standby"].replica_of == "orders"
    assert seen["standby"].cluster is None


def test_a_snapshot_taken_by_hand_outlives_its_database_and_automatic_ones_are_left_out(
    sessions: Sessions, account: Account
) -> None:
    a_database()
    rds = boto3.client("rds", region_name=REGION)
    rds.create_db_snapshot(DBInstanceIdentifier="orders", DBSnapshotIdentifier="orders-final", Tags=TAGS)
    rds.delete_db_instance(DBInstanceIdentifier="orders", SkipFinalSnapshot=True)
    snapshot = only(collected(sessions, account), Kind.DATABASE_SNAPSHOT)
    assert isinstance(snapshot, DatabaseSnapshot)
    assert snapshot.id == f"arn:aws:rds:{REGION}:{account.id}:snapshot:orders-final"
    assert (snapshot.short_id, snapshot.database, snapshot.size_gb) == ("orders-final", "orders", 400)
    assert snapshot.tags == {"team": "shop"}
    assert snapshot.created_at is not None


def test_a_cache_is_known_by_its_arn(sessions: Sessions, account: Account) -> None:
    boto3.client("elasticache", region_name=REGION).create_cache_cluster(
        CacheClusterId="sessions",
        CacheNodeType="cache.r6g.large",
        Engine="redis",
        EngineVersion="7.1",
        NumCacheNodes=1,
        Tags=TAGS,
    )
    cache = only(collected(sessions, account), Kind.CACHE)
    assert isinstance(cache, Cache)
    assert (cache.short_id, cache.node_type, cache.engine) == ("sessions", "cache.r6g.large", "redis")
    assert (cache.state, cache.nodes, cache.group, cache.tags) == ("available", 1, None, {"team": "shop"})
    found = AwsCloud(sessions).look(account, cache)
    assert found is not None
    assert found.id == cache.id


def test_a_warehouse_says_its_nodes_and_that_it_is_paused(sessions: Sessions, account: Account) -> None:
    redshift = boto3.client("redshift", region_name=REGION)
    redshift.create_cluster(
        ClusterIdentifier="reports",
        NodeType="ra3.xlplus",
        NumberOfNodes=2,
        MasterUsername="hekla",
        MasterUserPassword="Only-in-tests-1",
        Tags=TAGS,
    )
    redshift.pause_cluster(ClusterIdentifier="reports")
    warehouse = only(collected(sessions, account), Kind.DATA_WAREHOUSE)
    assert isinstance(warehouse, DataWarehouse)
    assert warehouse.id == f"arn:aws:redshift:{REGION}:{account.id}:cluster:reports"
    assert (warehouse.node_type, warehouse.nodes, warehouse.state) == ("ra3.xlplus", 2, "paused")
    assert warehouse.tags == {"team": "shop"}


def test_tables_say_how_they_are_billed_and_whether_they_scale(sessions: Sessions, account: Account) -> None:
    a_table("carts", ProvisionedThroughput={"ReadCapacityUnits": 100, "WriteCapacityUnits": 50})
    a_table("scaled", ProvisionedThroughput={"ReadCapacityUnits": 10, "WriteCapacityUnits": 10})
    a_table("events", BillingMode="PAY_PER_REQUEST")
    boto3.client("application-autoscaling", region_name=REGION).register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId="table/scaled",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
        MinCapacity=5,
        MaxCapacity=100,
    )
    seen = {one.name: one for one in collected(sessions, account).resources if isinstance(one, Table)}
    assert {name: (one.on_demand, one.reads, one.writes, one.autoscaled) for name, one in seen.items()} == {
        "carts": (False, 100, 50, False),
        "scaled": (False, 10, 10, True),
        "events": (True, 0, 0, False),
    }
    assert seen["carts"].id == f"arn:aws:dynamodb:{REGION}:{account.id}:table/carts"
    assert (seen["carts"].short_id, seen["carts"].state, seen["carts"].replicated) == (
        "carts",
        "ACTIVE",
        False,
    )
    assert seen["carts"].tags == {"team": "shop"}


def test_scaling_that_may_not_be_asked_about_is_unknown(sessions: Sessions, account: Account) -> None:
    a_table("events", BillingMode="PAY_PER_REQUEST")
    client = sessions.client(account, "application-autoscaling", REGION)
    with Stubber(client) as stub:
        stub.add_client_error(
            "describe_scalable_targets", "AccessDeniedException", "no", http_status_code=403
        )
        seen = collected(sessions, account)
    table = only(seen, Kind.TABLE)
    assert isinstance(table, Table)
    assert table.autoscaled is None
    assert [(gap.service, gap.permission) for gap in seen.gaps] == [
        ("DynamoDB scaling", "application-autoscaling:DescribeScalableTargets")
    ]


def test_a_table_that_may_not_be_read_makes_the_listing_incomplete(
    sessions: Sessions, account: Account
) -> None:
    with Stubber(sessions.client(account, "dynamodb", REGION)) as stub:
        stub.add_response("list_tables", {"TableNames": ["closed"]}, {"Limit": 100})
        stub.add_client_error("describe_table", "AccessDeniedException", "no", http_status_code=403)
        seen = collected(sessions, account)
    assert Kind.TABLE not in seen.kinds_seen
    assert [(gap.service, gap.permission) for gap in seen.gaps] == [
        ("DynamoDB tables", "dynamodb:DescribeTable")
    ]


def test_a_table_deleted_meanwhile_is_gone_and_the_others_stay(sessions: Sessions, account: Account) -> None:
    table = {
        "TableArn": f"arn:aws:dynamodb:{REGION}:{account.id}:table/there",
        "TableName": "there",
        "TableStatus": "ACTIVE",
        "CreationDateTime": datetime(2026, 1, 1, tzinfo=UTC),
        "Replicas": [{"RegionName": "eu-west-1"}],
    }
    with Stubber(sessions.client(account, "dynamodb", REGION)) as stub:
        stub.add_response("list_tables", {"TableNames": ["there"]}, {"Limit": 100})
        stub.add_response("describe_table", {"Table": table}, {"TableName": "there"})
        seen = only(collected(sessions, account), Kind.TABLE)
    assert isinstance(seen, Table)
    assert (seen.replicated, seen.on_demand, seen.reads) == (True, False, 0)
    with Stubber(sessions.client(account, "dynamodb", REGION)) as stub:
        stub.add_response("list_tables", {"TableNames": ["gone"]}, {"Limit": 100})
        stub.add_client_error("describe_table", "ResourceNotFoundException", "gone", http_status_code=400)
        empty = collected(sessions, account)
    assert (empty.resources, Kind.TABLE in empty.kinds_seen) == ((), True)


def test_search_domains_are_described_five_at_a_time(sessions: Sessions, account: Account) -> None:
    client = boto3.client("opensearch", region_name=REGION)
    for number in range(6):
        client.create_domain(
            DomainName=f"logs-{number}",
            EngineVersion="OpenSearch_2.11",
            ClusterConfig={"InstanceType": "m6g.large.search", "InstanceCount": 3},
            EBSOptions={"EBSEnabled": True, "VolumeType": "gp3", "VolumeSize": 100},
            TagList=TAGS,
        )
    seen = [one for one in collected(sessions, account).resources if isinstance(one, SearchDomain)]
    assert [one.short_id for one in seen] == [f"logs-{number}" for number in range(6)]
    assert seen[0].id == f"arn:aws:es:{REGION}:{account.id}:domain/logs-0"
    assert (seen[0].instance_type, seen[0].instances, seen[0].engine_version) == (
        "m6g.large.search",
        3,
        "OpenSearch_2.11",
    )
    assert (seen[0].volume_type, seen[0].volume_gb, seen[0].state) == ("gp3", 300, "Active")


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"DomainProcessingStatus": "UpgradingEngineVersion", "Processing": True}, "UpgradingEngineVersion"),
        ({"Processing": True}, "Modifying"),
        ({"Deleted": True}, "Deleting"),
        ({}, "Active"),
    ],
)
def test_a_domains_state_is_aws_word_or_what_its_flags_mean(
    sessions: Sessions, account: Account, given: dict[str, object], state: str
) -> None:
    about = {
        "DomainId": "1/logs",
        "DomainName": "logs",
        "ARN": f"arn:aws:es:{REGION}:{account.id}:domain/logs",
        "ClusterConfig": {},
        **given,
    }
    with Stubber(sessions.client(account, "opensearch", REGION)) as stub:
        stub.add_response("list_domain_names", {"DomainNames": [{"DomainName": "logs"}]})
        stub.add_response("describe_domains", {"DomainStatusList": [about]}, {"DomainNames": ["logs"]})
        seen = only(collected(sessions, account), Kind.SEARCH_DOMAIN)
    assert seen.state == state


def test_only_streams_with_shards_are_asked_about_one_by_one(sessions: Sessions, account: Account) -> None:
    before = collected(sessions, account).calls
    kinesis = boto3.client("kinesis", region_name=REGION)
    kinesis.create_stream(StreamName="clicks", ShardCount=3)
    kinesis.create_stream(StreamName="bursts", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    found = collected(sessions, account)
    seen = {one.name: one for one in found.resources if isinstance(one, Stream)}
    assert {name: (one.on_demand, one.shards) for name, one in seen.items()} == {
        "clicks": (False, 3),
        "bursts": (True, 0),
    }
    assert seen["clicks"].id == f"arn:aws:kinesis:{REGION}:{account.id}:stream/clicks"
    assert (seen["clicks"].short_id, seen["clicks"].state) == ("clicks", "ACTIVE")
    assert found.calls - before == 1 + 1  # of the shards, and of the tags that nobody needed before
