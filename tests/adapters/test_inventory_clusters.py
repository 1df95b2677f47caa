"""Clusters of databases, as AWS lists them."""

import boto3
import pytest
from botocore.stub import Stubber

from core.errors import Forbidden
from core.inventory import PROTECTED_TAG, Account, DatabaseCluster
from services.adapters.aws.cloud import AwsCloud
from services.adapters.aws.session import Sessions
from tests.acted_on import a_cluster

REGION = "us-east-1"
pytestmark = pytest.mark.usefixtures("aws")


def made(name: str, *protected: str) -> None:
    """An Aurora cluster of as many instances as there are values of the tag."""
    rds = boto3.client("rds", region_name=REGION)
    rds.create_db_cluster(
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        MasterUsername="someone",
        MasterUserPassword="long-enough-1",
    )
    for number, value in enumerate(protected):
        rds.create_db_instance(
            DBInstanceIdentifier=f"{name}-{number}",
            DBInstanceClass="db.r6g.large",
            Engine="aurora-postgresql",
            DBClusterIdentifier=name,
            Tags=[{"Key": PROTECTED_TAG, "Value": value}],
        )


def test_a_cluster_knows_which_of_its_instances_are_protected(sessions: Sessions, account: Account) -> None:
    cloud = AwsCloud(sessions)
    before = cloud.inventory(account, REGION).calls
    made("ledger", "true", "false", "yes")
    made("other", "false")
    made("bare")
    found = cloud.inventory(account, REGION)
    seen = [one for one in found.resources if isinstance(one, DatabaseCluster)]
    assert {one.name: one.protected_members for one in seen} == {
        "ledger": ("ledger-0", "ledger-2"),
        "other": (),
        "bare": (),
    }
    assert found.calls - before == 1  # of all instances, whatever the number of clusters
    assert [cloud.look(account, one) for one in seen] == seen


def test_instances_that_may_not_be_read_are_not_taken_to_be_unprotected(
    sessions: Sessions, account: Account
) -> None:
    made("ledger", "false")
    shown = boto3.client("rds", region_name=REGION).describe_db_clusters()["DBClusters"]
    with Stubber(sessions.client(account, "rds", REGION)) as stub:
        stub.add_response("describe_db_clusters", {"DBClusters": shown}, {"DBClusterIdentifier": "ledger"})
        stub.add_client_error("describe_db_instances", "AccessDenied", "no", http_status_code=403)
        with pytest.raises(Forbidden, match="rds:DescribeDBInstances"):
            AwsCloud(sessions).look(account, a_cluster(region=REGION))
