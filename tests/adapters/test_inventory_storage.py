"""What stores, as AWS lists it: images with their users, snapshots with their makers, leftovers of uploads, repositories."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from core.inventory import Account, Bucket, Image, Kind, RegionInventory, Repository, Resource, Snapshot
from services.adapters.aws.cloud import AwsCloud
from services.adapters.aws.inventory.ecr import repositories
from services.adapters.aws.inventory.images import images
from services.adapters.aws.inventory.listing import Listed
from services.adapters.aws.inventory.s3 import MOST_SIZES, buckets
from services.adapters.aws.session import Place, Sessions

REGION = "us-east-1"
POLICY = {
    "rules": [
        {
            "rulePriority": 1,
            "selection": {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": 14,
            },
            "action": {"type": "expire"},
        }
    ]
}
pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def ec2() -> Any:  # noqa: ANN401  boto3 has no types
    return boto3.client("ec2", region_name=REGION)


@pytest.fixture
def listed(sessions: Sessions, account: Account) -> Listed:
    return Listed(Place(sessions, account, REGION))


def collected(sessions: Sessions, account: Account) -> RegionInventory:
    return AwsCloud(sessions).inventory(account, REGION)


def of(seen: RegionInventory, kind: Kind) -> Iterator[Resource]:
    return (one for one in seen.resources if one.kind is kind)


def an_image(ec2: Any, name: str) -> str:  # noqa: ANN401  a client of boto3 has no type
    """An image of our own, made of an instance that is gone again."""
    made = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    image: str = ec2.create_image(InstanceId=made, Name=name)["ImageId"]
    ec2.terminate_instances(InstanceIds=[made])
    return image


def test_an_image_knows_what_names_it(sessions: Sessions, account: Account, ec2: Any) -> None:  # noqa: ANN401  a client of boto3 has no type
    free, run, latest, pinned = (an_image(ec2, name) for name in ("free", "run", "latest", "pinned"))
    instance = ec2.run_instances(ImageId=run, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    template = ec2.create_launch_template(
        LaunchTemplateName="web", LaunchTemplateData={"ImageId": pinned, "InstanceType": "m5.large"}
    )["LaunchTemplate"]["LaunchTemplateId"]
    ec2.create_launch_template_version(
        LaunchTemplateId=template, LaunchTemplateData={"ImageId": "ami-other", "InstanceType": "m5.large"}
    )
    ec2.create_launch_template_version(
        LaunchTemplateId=template, LaunchTemplateData={"ImageId": latest, "InstanceType": "m5.large"}
    )
    ec2.modify_launch_template(LaunchTemplateId=template, DefaultVersion="2")
    boto3.client("autoscaling", region_name=REGION).create_auto_scaling_group(
        AutoScalingGroupName="web",
        MinSize=0,
        MaxSize=1,
        AvailabilityZones=["us-east-1a"],
        LaunchTemplate={"LaunchTemplateId": template, "Version": "1"},
    )
    seen = {
        one.short_id: one for one in of(collected(sessions, account), Kind.IMAGE) if isinstance(one, Image)
    }
    used = {image: seen[image].used_by for image in (free, run, latest, pinned)}
    assert used == {free: (), run: (instance,), latest: (template,), pinned: (template,)}
    assert seen[free].id == f"arn:aws:ec2:{REGION}::image/{free}"
    assert seen[free].created_at is not None
    snapshots = {one.short_id for one in of(collected(sessions, account), Kind.SNAPSHOT)}
    assert set(seen[free].snapshot_ids) <= snapshots


def test_a_launch_configuration_names_an_image(sessions: Sessions, account: Account, ec2: Any) -> None:  # noqa: ANN401  a client of boto3 has no type
    image = an_image(ec2, "old")
    boto3.client("autoscaling", region_name=REGION).create_launch_configuration(
        LaunchConfigurationName="old-way", ImageId=image, InstanceType="m5.large"
    )
    (seen,) = of(collected(sessions, account), Kind.IMAGE)
    assert isinstance(seen, Image)
    assert seen.used_by == ("old-way",)


def test_an_image_found_by_a_parameter_leaves_all_unknown(listed: Listed, ec2: Any) -> None:  # noqa: ANN401  a client of boto3 has no type
    an_image(ec2, "free")
    ec2.create_launch_template(
        LaunchTemplateName="web", LaunchTemplateData={"ImageId": "resolve:ssm:/golden"}
    )
    (seen,) = images(listed)
    assert isinstance(seen, Image)
    assert seen.used_by is None
    assert listed.gaps == {}


def test_what_may_not_be_read_leaves_the_users_of_images_unknown(
    listed: Listed,
    sessions: Sessions,
    account: Account,
    ec2: Any,  # noqa: ANN401  a client of boto3 has no type
) -> None:
    an_image(ec2, "free")
    with Stubber(sessions.client(account, "autoscaling", REGION)) as stub:
        stub.add_client_error("describe_auto_scaling_groups", "AccessDenied", "no", http_status_code=403)
        (seen,) = images(listed)
    assert isinstance(seen, Image)
    assert seen.used_by is None
    assert [gap.permission for gap in listed.gaps.values()] == ["autoscaling:DescribeAutoScalingGroups"]


def test_a_snapshot_says_who_made_it_and_whether_it_is_archived(sessions: Sessions, account: Account) -> None:
    def item(short: str, **more: object) -> dict[str, object]:
        return {"SnapshotId": short, "State": "completed", "VolumeId": "vol-1", "VolumeSize": 8, **more}

    found = [
        item("snap-1"),
        item("snap-2", Tags=[{"Key": "aws:dlm:lifecycle-policy-id", "Value": "policy-1"}]),
        item("snap-3", Tags=[{"Key": "aws:backup:source-resource", "Value": "vol-1"}]),
        item("snap-4", Description="This snapshot is created by the AWS Backup service."),
        item("snap-5", StorageTier="archive"),
    ]
    with Stubber(sessions.client(account, "ec2", REGION)) as stub:
        stub.add_response("describe_instances", {"Reservations": []})
        for operation, key, items in (
            ("describe_volumes", "Volumes", []),
            ("describe_snapshots", "Snapshots", found),
            ("describe_addresses", "Addresses", []),
            ("describe_nat_gateways", "NatGateways", []),
            ("describe_images", "Images", []),
        ):
            stub.add_response(operation, {key: items})
        seen = [one for one in of(collected(sessions, account), Kind.SNAPSHOT) if isinstance(one, Snapshot)]
    dlm, backup = "Data Lifecycle Manager", "AWS Backup"
    assert [one.made_by for one in seen] == [None, dlm, backup, backup, None]
    assert [one.archived for one in seen] == [False, False, False, False, True]


def test_uploads_begun_a_week_ago_are_leftovers_and_fresh_ones_are_not(
    listed: Listed, sessions: Sessions, account: Account
) -> None:
    now = datetime.now(UTC)
    uploads = [
        {"Key": name, "UploadId": name, "Initiated": now - timedelta(days=days)}
        for name, days in (("old", 8), ("older", 90), ("fresh", 6))
    ]
    with Stubber(sessions.client(account, "s3", REGION)) as stub:
        stub.add_response("list_buckets", {"Buckets": [{"Name": "box"}]})
        stub.add_client_error("get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration", "none")
        stub.add_response("list_multipart_uploads", {"Uploads": uploads})
        stub.add_response("list_parts", {"Parts": [{"Size": 5}, {"Size": 7}], "IsTruncated": False})
        stub.add_client_error("list_parts", "NoSuchUpload", "gone", http_status_code=404)
        (seen,) = buckets(listed)
    assert isinstance(seen, Bucket)
    assert (seen.stale_uploads, seen.stale_upload_bytes) == (2, 12)


def test_only_some_of_many_leftovers_are_measured(listed: Listed) -> None:
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket="box")
    for number in range(MOST_SIZES + 3):
        upload = s3.create_multipart_upload(Bucket="box", Key=f"part-{number}")["UploadId"]
        s3.upload_part(Bucket="box", Key=f"part-{number}", UploadId=upload, PartNumber=1, Body=b"12345")
    (seen,) = buckets(listed)
    assert isinstance(seen, Bucket)
    assert (seen.stale_uploads, seen.stale_upload_bytes) == (MOST_SIZES + 3, MOST_SIZES * 5)


def test_uploads_that_may_not_be_listed_are_unknown(
    listed: Listed, sessions: Sessions, account: Account
) -> None:
    with Stubber(sessions.client(account, "s3", REGION)) as stub:
        stub.add_response("list_buckets", {"Buckets": [{"Name": "box"}]})
        stub.add_client_error("get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration", "none")
        stub.add_client_error("list_multipart_uploads", "AccessDenied", "no", http_status_code=403)
        (seen,) = buckets(listed)
    assert isinstance(seen, Bucket)
    assert (seen.has_lifecycle, seen.stale_uploads, seen.stale_upload_bytes) == (False, None, None)
    assert [gap.permission for gap in listed.gaps.values()] == ["s3:ListBucketMultipartUploads"]


def manifest(size: int, *layers: str) -> str:
    kind = "application/vnd.oci.image.manifest.v1+json"
    return json.dumps(
        {
            "mediaType": kind,
            "schemaVersion": 2,
            "layers": [{"digest": one} for one in layers],
            "config": {"size": size},
        }
    )


def test_a_repository_says_how_much_of_it_has_no_tag(sessions: Sessions, account: Account) -> None:
    ecr = boto3.client("ecr", region_name=REGION)
    tags = [{"Key": "team", "Value": "web"}]
    arn = ecr.create_repository(repositoryName="shop/web", tags=tags)["repository"]["repositoryArn"]
    ecr.put_image(repositoryName="shop/web", imageManifest=manifest(100, "a"))
    ecr.put_image(repositoryName="shop/web", imageManifest=manifest(300, "b"), imageTag="latest")
    ecr.create_repository(repositoryName="ruled")
    ecr.put_lifecycle_policy(repositoryName="ruled", lifecyclePolicyText=json.dumps(POLICY))
    seen = {one.name: one for one in of(collected(sessions, account), Kind.REPOSITORY)}
    web, ruled = seen["shop/web"], seen["ruled"]
    assert isinstance(web, Repository)
    assert isinstance(ruled, Repository)
    assert (web.id, web.short_id, web.tags) == (arn, "shop/web", {"team": "web"})
    assert (web.has_lifecycle, web.stored_bytes, web.untagged_bytes) == (False, 400, 100)
    assert (ruled.has_lifecycle, ruled.stored_bytes) == (True, 0)


def test_an_index_may_hold_on_to_images_without_a_tag(
    listed: Listed, sessions: Sessions, account: Account
) -> None:
    details = [
        {"imageSizeInBytes": 10},
        {
            "imageSizeInBytes": 1,
            "imageTags": ["latest"],
            "imageManifestMediaType": "application/vnd.oci.image.index.v1+json",
        },
    ]
    repository = {"repositoryArn": f"arn:aws:ecr:{REGION}:1:repository/web", "repositoryName": "web"}
    with Stubber(sessions.client(account, "ecr", REGION)) as stub:
        stub.add_response("describe_repositories", {"repositories": [repository]})
        stub.add_response("describe_images", {"imageDetails": details})
        stub.add_response("list_tags_for_resource", {"tags": []})
        stub.add_client_error("get_lifecycle_policy", "AccessDeniedException", "no", http_status_code=403)
        (seen,) = repositories(listed)
    assert isinstance(seen, Repository)
    assert (seen.has_lifecycle, seen.stored_bytes, seen.untagged_bytes) == (None, 11, None)
    assert [gap.permission for gap in listed.gaps.values()] == ["ecr:GetLifecyclePolicy"]
