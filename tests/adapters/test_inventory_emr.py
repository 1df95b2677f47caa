"""Clusters of EMR and their nodes, as AWS lists them."""

from dataclasses import replace

import boto3
import pytest

from core.inventory import EMR_TAG, PROTECTED_TAG, Account, Kind, MapReduceCluster
from services.adapters.aws.cloud import AwsCloud
from services.adapters.aws.session import Sessions
from tests.adapters.test_inventory_platform import listed

REGION = "us-east-1"
pytestmark = pytest.mark.usefixtures("aws")


def test_a_cluster_knows_its_nodes_what_is_installed_and_whether_it_may_be_ended(
    sessions: Sessions, account: Account
) -> None:
    emr = boto3.client("emr", region_name=REGION)
    groups = [
        {"InstanceRole": role, "InstanceType": "m5.xlarge", "InstanceCount": count}
        for role, count in (("MASTER", 1), ("CORE", 2))
    ]
    made = emr.run_job_flow(
        Name="nightly",
        ReleaseLabel="emr-7.2.0",
        Applications=[{"Name": "Spark"}, {"Name": "Hadoop"}],
        Instances={"InstanceGroups": groups, "KeepJobFlowAliveWhenNoSteps": True},
        Tags=[{"Key": "team", "Value": "data"}],
    )
    emr.set_termination_protection(JobFlowIds=[made["JobFlowId"]], TerminationProtected=True)
    seen, gaps = listed(sessions, account, Kind.EMR_CLUSTER)
    one = seen["nightly"]
    assert isinstance(one, MapReduceCluster)
    assert (one.id, one.short_id, one.state) == (made["ClusterArn"], made["JobFlowId"], "WAITING")
    assert (one.applications, one.release, one.tags) == (("Hadoop", "Spark"), "emr-7.2.0", {"team": "data"})
    assert one.termination_protected
    there = boto3.client("ec2", region_name=REGION).describe_instances()["Reservations"]
    assert set(one.instance_ids) == {node["InstanceId"] for each in there for node in each["Instances"]}
    assert not gaps
    kept, plain, *_ = one.instance_ids
    ours = {"Key": EMR_TAG, "Value": one.short_id}
    for node, value in ((kept, "true"), (plain, "false")):
        boto3.client("ec2", region_name=REGION).create_tags(
            Resources=[node], Tags=[ours, {"Key": PROTECTED_TAG, "Value": value}]
        )
    assert one.protected_nodes == ()
    one = replace(one, protected_nodes=(kept,))

    cloud = AwsCloud(sessions)
    assert cloud.look(account, one) == one
    emr.set_termination_protection(JobFlowIds=[made["JobFlowId"]], TerminationProtected=False)
    emr.terminate_job_flows(JobFlowIds=[made["JobFlowId"]])
    assert cloud.look(account, one) is None
    assert listed(sessions, account, Kind.EMR_CLUSTER) == ({}, {})
