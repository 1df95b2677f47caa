import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest

from core.actions.catalog import DECLARATIONS
from core.actions.kind import Copy
from core.actions.kinds.set_bucket_lifecycle import rules
from core.errors import PioneerError
from core.inventory import Account, ExportLocation, Kind, NatGateway
from core.measured import queries_of
from services.adapters.aws import policy
from services.adapters.aws.cloud import AwsCloud
from services.adapters.aws.guarded import guarded
from services.adapters.aws.metrics import CloudWatchMetrics
from services.adapters.aws.permissions import permission
from services.adapters.aws.session import Place, Sessions
from services.telemetry import AWS_CALLS
from tests.adapters.stocked import a_fargate_service, an_endpoint

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "iam-policy.json"
EXPORT = ExportLocation("EXPORT-BUCKET", "EXPORT-PREFIX", "EXPORT-NAME", "us-east-1")
REGION = "us-east-1"
BY_TRUST = {("sts", "AssumeRole")}
"""Granted by the role's trust policy, not by the role."""
NOT_CALLED_HERE = {"ec2:CreateTags", "s3:ListBucket", "s3:GetObject"}
"""Needed for a snapshot's tags, and by the reader of billing exports."""


def calls_so_far() -> dict[tuple[str, str], float]:
    return {
        (sample.labels["service"], sample.labels["operation"]): sample.value
        for metric in AWS_CALLS.collect()
        for sample in metric.samples
        if sample.name.endswith("_total")
    }


@cache
def meta(service: str) -> Any:  # noqa: ANN401  botocore has no types
    return boto3.client(service, region_name=REGION).meta


def on_the_wire(service: str, operation: str) -> tuple[str, str]:
    """How botocore's events name a call."""
    known = meta(service)
    return known.service_model.service_id.hyphenize(), known.method_to_api_mapping[operation]


def a_world() -> None:
    """One of each thing whose listing makes a call of its own."""
    ec2 = boto3.client("ec2", region_name=REGION)
    ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)
    ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)
    ec2.allocate_address(Domain="vpc")
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket="some-bucket")
    s3.create_multipart_upload(Bucket="some-bucket", Key="unfinished")
    ec2.register_image(Name="ours")
    boto3.client("ecr", region_name=REGION).create_repository(repositoryName="some-repository")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"][:2]]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    ec2.create_nat_gateway(SubnetId=subnets[0], ConnectivityType="private")
    balancing = boto3.client("elbv2", region_name=REGION)
    balancing.create_load_balancer(Name="front", Subnets=subnets)
    balancing.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)
    an_endpoint("churn", "ml.m5.large")
    a_fargate_service("shop", "api")
    boto3.client("kinesis", region_name=REGION).create_stream(StreamName="clicks", ShardCount=1)
    firewall = {
        "FirewallName": "guard",
        "FirewallPolicyArn": "arn:aws:network-firewall:us-east-1:1:firewall-policy/p",
    }
    boto3.client("network-firewall", region_name=REGION).create_firewall(
        **firewall, VpcId=vpc, SubnetMappings=[{"SubnetId": subnets[0]}]
    )
    boto3.client("cloudtrail", region_name=REGION).create_trail(Name="audit", S3BucketName="some-bucket")
    eks, role = boto3.client("eks", region_name=REGION), "arn:aws:iam::123456789012:role/eks"
    eks.create_cluster(name="kube", roleArn=role, resourcesVpcConfig={"subnetIds": []})
    eks.create_nodegroup(clusterName="kube", nodegroupName="workers", nodeRole=role, subnets=["subnet-1"])
    nodes = {"MasterInstanceType": "m5.xlarge", "InstanceCount": 1, "KeepJobFlowAliveWhenNoSteps": True}
    boto3.client("emr", region_name=REGION).run_job_flow(Name="nightly", Instances=nodes)
    boto3.client("opensearch", region_name=REGION).create_domain(DomainName="logs")
    boto3.client("dynamodb", region_name=REGION).create_table(
        TableName="carts",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def everything_we_do(sessions: Sessions, account: Account) -> None:
    cloud = AwsCloud(sessions)
    cloud.check(account)
    cloud.regions(account)
    resources = cloud.inventory(account, REGION).resources
    instance = next(one for one in resources if one.kind is Kind.INSTANCE)
    volume = next(one for one in resources if one.kind is Kind.VOLUME and one.state == "available")
    address = next(one for one in resources if one.kind is Kind.ADDRESS)
    now = datetime(2026, 11, 20, tzinfo=UTC)
    CloudWatchMetrics(sessions).read(
        account, REGION, queries_of(instance), now - timedelta(hours=1), now, 3600
    )
    cloud.look(account, instance)
    cloud.stop_instance(account, REGION, instance.id)
    cloud.resize_instance(account, REGION, instance.id, "m5.xlarge")
    cloud.start_instance(account, REGION, instance.id)
    cloud.modify_volume(account, REGION, volume.id, "gp3", None, None)
    cloud.snapshot_volume(account, REGION, volume.id, {"pioneer:action": "1"})
    for copy in Copy:
        cloud.copies(account, REGION, copy, "pioneer:action", "1")
    cloud.delete_volume(account, REGION, volume.id)
    cloud.release_address(account, REGION, address.short_id)
    everything_else_we_do(cloud, account)


def everything_else_we_do(cloud: AwsCloud, account: Account) -> None:
    """Each call once; whether the stand-in lets it through is not the question."""
    for act, given in (
        (cloud.image_instance, ("i-1", {"Name": "kept"})),
        (cloud.terminate_instance, ("i-1",)),
        (cloud.delete_snapshot, ("snap-1",)),
        (cloud.set_log_retention, ("web", 7)),
        (cloud.set_log_retention, ("web", None)),
        (cloud.add_lifecycle_rules, ("some-bucket", rules({"abort_days": 7}))),
        (cloud.remove_lifecycle_rules, ("some-bucket", tuple(rules({"abort_days": 7})))),
        (cloud.stop_database, ("orders",)),
        (cloud.start_database, ("orders",)),
        (cloud.pause_warehouse, ("sales",)),
        (cloud.resume_warehouse, ("sales",)),
        (cloud.stop_database_cluster, ("ledger",)),
        (cloud.start_database_cluster, ("ledger",)),
        (cloud.size_group, ("workers", 0, 0, 0)),
        (cloud.size_service, ("shop", "api", 0)),
        (cloud.size_nodes, ("kube", "workers", 0, 0, None)),
    ):
        with suppress(PioneerError):
            act(account, REGION, *given)
    with suppress(PioneerError):
        cloud.modify_database(account, REGION, "orders", "db.m5.large", at_once=True)
    with suppress(PioneerError):
        cloud.delete_load_balancer(account, REGION, "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/x")
    ec2 = boto3.client("ec2", region_name=REGION)
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    made = ec2.create_nat_gateway(ConnectivityType="private", SubnetId=subnet)
    cloud.delete_nat_gateway(account, REGION, made["NatGateway"]["NatGatewayId"])
    gateway = NatGateway(
        id="arn:aws:ec2:us-east-1:123456789012:natgateway/nat-1",
        account_id=account.id,
        region=REGION,
        name="nat-1",
        state="available",
        subnet_id="",
        vpc_id="",
    )
    by_kind = {one.kind: one for one in cloud.inventory(account, REGION).resources}
    cloud.look(account, by_kind[Kind.LOAD_BALANCER])
    cloud.terminate_emr_cluster(account, REGION, by_kind[Kind.EMR_CLUSTER].short_id)
    guarded(Place(cloud._sessions, account, REGION), gateway)


def test_the_documented_policy_is_what_the_adapters_declare() -> None:
    assert json.loads(DOCUMENT.read_text()) == policy.document(EXPORT)


@pytest.mark.usefixtures("aws")
def test_every_call_we_make_is_in_the_policy_and_little_else_is(sessions: Sessions, account: Account) -> None:
    a_world()
    before = calls_so_far()
    everything_we_do(sessions, account)
    made = {call for call, count in calls_so_far().items() if count > before.get(call, 0)}
    declared = {on_the_wire(*call): permission(*call) for call in policy.declared()}
    assert made <= declared.keys() | BY_TRUST
    assert set(declared.values()) - {declared[call] for call in made if call in declared} == NOT_CALLED_HERE


def test_the_policy_allows_exactly_what_is_declared() -> None:
    statements = policy.document(EXPORT)["Statement"]
    allowed = {action for statement in statements for action in statement["Action"]}
    assert allowed == {permission(*call) for call in policy.declared()} | {policy.KMS}


def test_what_cannot_be_undone_is_forbidden_on_protected_resources() -> None:
    statements = {statement["Sid"]: statement for statement in policy.document()["Statement"]}
    assert set(statements["ActForGood"]["Action"]) == {permission(*call) for call in policy.ENDING}
    assert {"ec2:DeleteVolume", "ec2:TerminateInstances"} <= set(statements["ActForGood"]["Action"])
    assert "aws:ResourceTag/pioneer:protected" in str(statements["ActForGood"]["Condition"])
    others = {action for sid, one in statements.items() if sid != "ActForGood" for action in one["Action"]}
    assert not others & set(statements["ActForGood"]["Action"])


def test_what_an_action_needs_is_granted() -> None:
    granted = {permission(*call) for call in policy.declared()}
    assert {need for declared in DECLARATIONS.values() for need in declared.permissions} <= granted


def test_reading_alone_changes_nothing() -> None:
    (reading,) = [one for one in policy.document()["Statement"] if one["Sid"].startswith("Read")]
    verbs = {action.split(":")[1] for action in reading["Action"]}
    assert all(verb.startswith(("Describe", "List", "Get")) for verb in verbs)


def test_an_export_is_read_from_its_own_prefix_only() -> None:
    (reading,) = [one for one in policy.document(EXPORT)["Statement"] if one["Sid"] == "ReadBillingExport"]
    assert reading["Resource"] == ["arn:aws:s3:::EXPORT-BUCKET", "arn:aws:s3:::EXPORT-BUCKET/EXPORT-PREFIX/*"]


def test_only_our_principal_with_our_external_id_is_trusted() -> None:
    (statement,) = policy.trust("arn:aws:iam::111111111111:root", "pioneer-x")["Statement"]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::111111111111:root"}
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": "pioneer-x"}}
