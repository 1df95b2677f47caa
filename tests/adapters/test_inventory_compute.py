"""Auto Scaling groups and model endpoints as the stand-in answers them."""

import boto3
import pytest
from botocore.stub import Stubber

from core.inventory import Account, AutoScalingGroup, Instance, Kind, ModelEndpoint
from services.adapters.aws.cloud import AwsCloud
from services.adapters.aws.session import Sessions
from tests.adapters.stocked import REGION, an_endpoint

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
