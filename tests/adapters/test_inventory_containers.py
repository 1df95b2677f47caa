"""Services of ECS and clusters of EKS, as AWS lists them."""

import boto3
import pytest
from botocore.stub import Stubber

from core.inventory import Account, ContainerService, Kind, KubernetesCluster, NodeGroup, RegionInventory
from services.adapters.aws.cloud import AwsCloud
from services.adapters.aws.inventory.ecs import AT_ONCE
from services.adapters.aws.session import Sessions
from tests.adapters.stocked import a_fargate_service

REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789012:role/eks"
pytestmark = pytest.mark.usefixtures("aws")


def collected(sessions: Sessions, account: Account) -> RegionInventory:
    return AwsCloud(sessions).inventory(account, REGION)


def services(count: int) -> None:
    for number in range(count):
        a_fargate_service("shop", f"api-{number:02d}", tags=[{"key": "team", "value": "shop"}])


def test_a_service_says_the_size_of_its_tasks(sessions: Sessions, account: Account) -> None:
    services(1)
    (seen,) = (one for one in collected(sessions, account).resources if isinstance(one, ContainerService))
    assert seen.id == f"arn:aws:ecs:{REGION}:{account.id}:service/shop/api-00"
    assert (seen.short_id, seen.cluster, seen.launch, seen.desired) == ("api-00", "shop", "FARGATE", 3)
    assert (seen.cpu, seen.memory_mib, seen.architecture, seen.platform) == (1024, 4096, "arm64", "LINUX")
    assert (seen.task_definition, seen.tags) == ("api:1", {"team": "shop"})


def test_a_task_definition_is_asked_for_once_and_services_ten_at_a_time(
    sessions: Sessions, account: Account
) -> None:
    before = collected(sessions, account).calls
    services(2 * AT_ONCE)
    seen = collected(sessions, account)
    assert len([one for one in seen.resources if isinstance(one, ContainerService)]) == 2 * AT_ONCE
    assert seen.calls - before == 1 + 2 + 1  # names of the one cluster, twice ten services, one definition


def test_a_size_that_may_not_be_read_is_unknown_and_a_gap(sessions: Sessions, account: Account) -> None:
    services(1)
    with Stubber(sessions.client(account, "ecs", REGION)) as stub:
        cluster = f"arn:aws:ecs:{REGION}:{account.id}:cluster/shop"
        arn = f"arn:aws:ecs:{REGION}:{account.id}:service/shop/api-00"
        stub.add_response("list_clusters", {"clusterArns": [cluster]})
        stub.add_response("list_services", {"serviceArns": [arn]})
        item = {
            "serviceArn": arn,
            "serviceName": "api-00",
            "clusterArn": cluster,
            "status": "ACTIVE",
            "desiredCount": 1,
            "taskDefinition": "arn:task/api:1",
            "capacityProviderStrategy": [
                {"capacityProvider": "FARGATE_SPOT"},
                {"capacityProvider": "FARGATE"},
                {"capacityProvider": "our-own"},
            ],
        }
        stub.add_response("describe_services", {"services": [item]})
        stub.add_client_error("describe_task_definition", "AccessDeniedException", "no", http_status_code=403)
        seen = collected(sessions, account)
    (one,) = (one for one in seen.resources if isinstance(one, ContainerService))
    assert (one.cpu, one.memory_mib, one.launch) == (None, None, "EC2+FARGATE+FARGATE_SPOT")
    assert [(gap.service, gap.permission) for gap in seen.gaps] == [
        ("ECS task definitions", "ecs:DescribeTaskDefinition")
    ]


def test_a_cluster_says_its_version_and_whether_fargate_brings_it_nodes(
    sessions: Sessions, account: Account
) -> None:
    eks = boto3.client("eks", region_name=REGION)
    for name in ("bare", "served"):
        eks.create_cluster(
            name=name,
            roleArn=ROLE,
            version="1.31",
            resourcesVpcConfig={"subnetIds": []},
            tags={"team": "web"},
        )
    eks.create_fargate_profile(
        fargateProfileName="default",
        clusterName="served",
        podExecutionRoleArn=ROLE,
        selectors=[{"namespace": "default"}],
    )
    seen = {
        one.name: one for one in collected(sessions, account).resources if isinstance(one, KubernetesCluster)
    }
    assert {name: one.fargate for name, one in seen.items()} == {"bare": False, "served": True}
    bare = seen["bare"]
    assert bare.id == f"arn:aws:eks:{REGION}:{account.id}:cluster/bare"
    assert (bare.version, bare.state, bare.tags, bare.auto, bare.hybrid) == (
        "1.31",
        "ACTIVE",
        {"team": "web"},
        False,
        False,
    )


def test_profiles_that_may_not_be_listed_are_unknown_and_a_cluster_gone_meanwhile_is_gone(
    sessions: Sessions, account: Account
) -> None:
    cluster = {"arn": "arn:aws:eks:x:1:cluster/there", "name": "there", "status": "ACTIVE", "version": "1.34"}
    with Stubber(sessions.client(account, "eks", REGION)) as stub:
        stub.add_response("list_clusters", {"clusters": ["there"]})
        stub.add_response("describe_cluster", {"cluster": {**cluster, "computeConfig": {"enabled": True}}})
        stub.add_client_error("list_fargate_profiles", "AccessDeniedException", "no", http_status_code=403)
        stub.add_response("list_clusters", {"clusters": []})  # asked again, for node groups
        seen = collected(sessions, account)
    (one,) = (one for one in seen.resources if isinstance(one, KubernetesCluster))
    assert (one.fargate, one.auto) == (None, True)
    assert [gap.permission for gap in seen.gaps] == ["eks:ListFargateProfiles"]
    with Stubber(sessions.client(account, "eks", REGION)) as stub:
        stub.add_response("list_clusters", {"clusters": ["gone"]})
        stub.add_client_error("describe_cluster", "ResourceNotFoundException", "gone", http_status_code=404)
        stub.add_response("list_clusters", {"clusters": []})
        empty = collected(sessions, account)
    assert (empty.resources, Kind.KUBERNETES_CLUSTER in empty.kinds_seen) == ((), True)


def test_a_node_group_names_the_auto_scaling_groups_that_eks_made_for_it(
    sessions: Sessions, account: Account
) -> None:
    eks = boto3.client("eks", region_name=REGION)
    eks.create_cluster(name="kube", roleArn=ROLE, resourcesVpcConfig={"subnetIds": []})
    made = eks.create_nodegroup(
        clusterName="kube", nodegroupName="workers", nodeRole=ROLE, subnets=["subnet-1"]
    )
    (behind,) = made["nodegroup"]["resources"]["autoScalingGroups"]
    (seen,) = (one for one in collected(sessions, account).resources if isinstance(one, NodeGroup))
    assert seen.groups == (behind["name"],)
