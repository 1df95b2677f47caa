"""Auto Scaling groups and model endpoints as the stand-in answers them."""

import boto3
import pytest
from botocore.stub import Stubber

from core.inventory import (
    PROTECTED_TAG,
    Account,
    AutoScalingGroup,
    Instance,
    Kind,
    ModelEndpoint,
    NodeGroup,
)
from services.adapters.aws.cloud import AwsCloud
from services.adapters.aws.inventory.members import remembered, with_protected
from services.adapters.aws.session import Sessions
from tests.adapters.stocked import REGION, an_endpoint
from tests.builders import an_instance
from tests.computing import a_group as a_known_group
from tests.containers import a_node_group

pytestmark = pytest.mark.usefixtures("aws")
SPOT = {"InstancesDistribution": {"OnDemandPercentageAboveBaseCapacity": 25}}


def a_group(name: str, **given: object) -> None:
    ec2 = boto3.client("ec2", region_name=REGION)
    ec2.create_launch_template(
        LaunchTemplateName=name, LaunchTemplateData={"ImageId": "ami-12345678", "InstanceType": "c5.large"}
    )
    boto3.client("autoscaling", region_name=REGION).create_auto_scaling_group(
        AutoScalingGroupName=name,
        MinSize=2,
        MaxSize=4,
        AvailabilityZones=["us-east-1a"],
        Tags=[{"Key": "team", "Value": "web"}],
        **(given or {"LaunchTemplate": {"LaunchTemplateName": name}}),
    )


def groups(sessions: Sessions, account: Account) -> list[AutoScalingGroup]:
    seen = AwsCloud(sessions).inventory(account, REGION).resources
    return [one for one in seen if isinstance(one, AutoScalingGroup)]


def test_a_group_knows_its_members_and_they_know_it(sessions: Sessions, account: Account) -> None:
    a_group("web")
    seen = AwsCloud(sessions).inventory(account, REGION).resources
    (group,) = [one for one in seen if isinstance(one, AutoScalingGroup)]
    members = [one for one in seen if isinstance(one, Instance)]
    assert (group.short_id, group.smallest, group.largest, group.desired) == ("web", 2, 4, 2)
    assert set(group.instance_ids) == {one.id for one in members}
    assert {one.autoscaling_group for one in members} == {"web"}
    assert (group.instance_type, group.spot_allowed, group.tags) == ("c5.large", False, {"team": "web"})


def test_a_group_knows_which_of_its_instances_are_protected_without_a_further_call(
    sessions: Sessions, account: Account
) -> None:
    cloud, ec2 = AwsCloud(sessions), boto3.client("ec2", region_name=REGION)
    a_group("web")
    before = cloud.inventory(account, REGION)
    (group,) = [one for one in before.resources if isinstance(one, AutoScalingGroup)]
    assert group.protected_members == ()
    kept, gone = group.instance_ids
    ec2.create_tags(Resources=[kept, gone], Tags=[{"Key": PROTECTED_TAG, "Value": "true"}])
    after = cloud.inventory(account, REGION)
    (group,) = [one for one in after.resources if isinstance(one, AutoScalingGroup)]
    assert group.protected_members == tuple(sorted((kept, gone)))
    assert after.calls == before.calls
    assert cloud.look(account, group) == group
    boto3.client("autoscaling", region_name=REGION).detach_instances(
        InstanceIds=[gone], AutoScalingGroupName="web", ShouldDecrementDesiredCapacity=True
    )
    seen = cloud.look(account, group)
    assert isinstance(seen, AutoScalingGroup)
    assert seen.protected_members == (kept,)


def test_members_that_were_not_listed_are_not_taken_to_be_unprotected(
    sessions: Sessions, account: Account
) -> None:
    a_group("web")
    with Stubber(sessions.client(account, "ec2", REGION)) as stub:
        for operation in ("describe_instances", "describe_volumes"):
            stub.add_client_error(operation, "UnauthorizedOperation", "no", http_status_code=403)
        seen = AwsCloud(sessions).inventory(account, REGION)
    (group,) = [one for one in seen.resources if isinstance(one, AutoScalingGroup)]
    assert group.protected_members is None
    assert AwsCloud(sessions).look(account, group) == group


def test_a_node_group_has_the_members_of_the_groups_made_for_it() -> None:
    nodes = a_node_group(groups=("eks-1", "eks-2"))
    tags = {PROTECTED_TAG: "true"}
    members = [
        an_instance("i-1", autoscaling_group="eks-2", tags=tags),
        an_instance("i-2", autoscaling_group="eks-1"),
        an_instance("i-3", autoscaling_group="web", tags=tags),
        an_instance("i-4", autoscaling_group="eks-1", tags=tags, state="shutting-down"),
    ]
    (seen, *rest) = with_protected([nodes, *members], {Kind.INSTANCE, Kind.NODE_GROUP})
    assert isinstance(seen, NodeGroup)
    assert (seen.protected_members, rest) == (("i-1",), members)
    assert remembered(seen, nodes) == seen
    behind = a_known_group("eks-1", tags={PROTECTED_TAG: "true", "eks:nodegroup-name": "workers"})
    (emptied, *_) = with_protected([nodes, behind], {Kind.INSTANCE, Kind.NODE_GROUP})
    assert isinstance(emptied, NodeGroup)
    assert emptied.protected_members == ("eks-1",)


def test_nodes_of_a_group_that_names_none_behind_it_are_not_taken_to_be_unprotected() -> None:
    kinds = {Kind.INSTANCE, Kind.NODE_GROUP}
    some, none = a_node_group(desired=2, groups=()), a_node_group(desired=0, groups=())
    (unknown, empty) = with_protected([some, none], kinds)
    assert isinstance(unknown, NodeGroup)
    assert unknown.protected_members is None
    assert isinstance(empty, NodeGroup)
    assert empty.protected_members == ()


def test_a_policy_says_whether_spot_may_be_bought(sessions: Sessions, account: Account) -> None:
    template = {"LaunchTemplateSpecification": {"LaunchTemplateName": "mixed"}}
    a_group("mixed", MixedInstancesPolicy={"LaunchTemplate": template, **SPOT})
    (group,) = groups(sessions, account)
    assert group.spot_allowed is True


def test_an_endpoint_says_what_it_runs_on_and_serverless_ones_are_left_out(
    sessions: Sessions, account: Account
) -> None:
    an_endpoint("churn", "ml.m5.large", team="models")
    an_endpoint("rare", "", serverless=True)
    seen = AwsCloud(sessions).inventory(account, REGION)
    (endpoint,) = [one for one in seen.resources if isinstance(one, ModelEndpoint)]
    assert (endpoint.short_id, endpoint.state, endpoint.variant) == ("churn", "InService", "main")
    assert (endpoint.instance_type, endpoint.instance_count) == ("ml.m5.large", 2)
    assert endpoint.tags == {"team": "models"}
    assert seen.gaps == ()


def test_endpoints_that_may_not_be_read_are_a_gap_and_none_is_gone(
    sessions: Sessions, account: Account
) -> None:
    an_endpoint("churn", "ml.m5.large")
    client = sessions.client(account, "sagemaker", REGION)
    summary = client.list_endpoints()["Endpoints"]
    with Stubber(client) as stub:
        stub.add_response("list_endpoints", {"Endpoints": summary})
        stub.add_client_error("describe_endpoint", "AccessDeniedException", "no", http_status_code=403)
        seen = AwsCloud(sessions).inventory(account, REGION)
    assert [gap.service for gap in seen.gaps] == ["SageMaker endpoints"]
    assert Kind.MODEL_ENDPOINT not in seen.kinds_seen
