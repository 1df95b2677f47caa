"""EC2: our own images, each with what names it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from core.errors import PioneerError
from core.inventory import Image, Kind, Resource
from services.adapters.aws.inventory.listing import Item, Listed, Listing, plain
from services.adapters.aws.permissions import permission
from services.adapters.aws.session import utc

PAGE = 1000
INSTANCES = ("ec2", "describe_instances")
VERSIONS = ("ec2", "describe_launch_template_versions")
GROUPS = ("autoscaling", "describe_auto_scaling_groups")
CONFIGURATIONS = ("autoscaling", "describe_launch_configurations")
_USERS = "What uses images"
_EACH_TEMPLATES = ("$Latest", "$Default")
_BY_NAME = "resolve:"
"""A launch template may find its image by a parameter: which one that is we do not ask, and so no image is known to be unused."""


def images(listed: Listed) -> Iterator[Resource]:
    """Images that the account owns; those shared with it cost it nothing."""
    found = list(listed.place.pages("ec2", "describe_images", "Images", Owners=["self"], MaxResults=PAGE))
    used = _used(listed) if found else {}
    for item in found:
        tags = plain(item.get("Tags"))
        disks = [mapping["Ebs"] for mapping in item.get("BlockDeviceMappings", ()) if "Ebs" in mapping]
        yield Image(
            # AWS names no account in the ARN of an image
            id=f"arn:aws:ec2:{listed.region}::image/{item['ImageId']}",
            account_id=listed.account_id,
            region=listed.region,
            name=tags.get("Name") or item.get("Name") or item["ImageId"],
            state=item.get("State", "available"),
            tags=tags,
            created_at=_moment(item.get("CreationDate")),
            snapshot_ids=tuple(disk["SnapshotId"] for disk in disks if disk.get("SnapshotId")),
            size_gb=sum(disk.get("VolumeSize", 0) for disk in disks),
            used_by=None if used is None else tuple(used.get(item["ImageId"], ())),
            last_launched_at=_moment(item.get("LastLaunchedTime")),
        )


def _moment(said: str | None) -> datetime | None:
    return utc(said) if said else None


def _used(listed: Listed) -> Mapping[str, Sequence[str]] | None:
    """Ids of what names an image, by image; None where one of the places could not be read: then none is known to be unused."""
    users: dict[str, set[str]] = defaultdict(set)
    places = (
        (INSTANCES, _instances),
        (VERSIONS, _templates),
        (GROUPS, _pinned),
        (CONFIGURATIONS, _configurations),
    )
    for call, names in places:
        try:
            for user, image in names(listed):
                users[image].add(user)
        except PioneerError as error:
            listed.missing(_USERS, error, permission(*call))
            return None
    if any(image.startswith(_BY_NAME) for image in users):
        return None
    return {image: sorted(names) for image, names in users.items()}


def _instances(listed: Listed) -> Iterator[tuple[str, str]]:
    for reservation in listed.place.pages(*INSTANCES, "Reservations", MaxResults=PAGE):
        for item in reservation["Instances"]:
            if item["State"]["Name"] != "terminated":
                yield item["InstanceId"], item.get("ImageId", "")


def _templates(listed: Listed) -> Iterator[tuple[str, str]]:
    """The latest and the default version of each launch template."""
    yield from _versions(listed, Versions=list(_EACH_TEMPLATES))


def _pinned(listed: Listed) -> Iterator[tuple[str, str]]:
    """The versions of launch templates that Auto Scaling groups are fixed to."""
    pinned = {
        ("LaunchTemplateId", chosen["LaunchTemplateId"], chosen["Version"])
        if chosen.get("LaunchTemplateId")
        else ("LaunchTemplateName", chosen["LaunchTemplateName"], chosen["Version"])
        for group in listed.place.pages(*GROUPS, "AutoScalingGroups", MaxRecords=100)
        for chosen in _chosen(group)
        if chosen.get("Version") and chosen["Version"] not in _EACH_TEMPLATES
    }
    for by, which, version in sorted(pinned):
        yield from _versions(listed, **{by: which, "Versions": [version]})


def _versions(listed: Listed, **which: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401  # as boto3 takes them
    for version in listed.place.pages(*VERSIONS, "LaunchTemplateVersions", **which):
        yield version["LaunchTemplateId"], version.get("LaunchTemplateData", {}).get("ImageId", "")


def _chosen(group: Item) -> Iterator[Item]:
    """Every launch template version that an Auto Scaling group names."""
    if group.get("LaunchTemplate"):
        yield group["LaunchTemplate"]
    mixed = group.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {})
    if mixed.get("LaunchTemplateSpecification"):
        yield mixed["LaunchTemplateSpecification"]
    for override in mixed.get("Overrides", ()):
        if override.get("LaunchTemplateSpecification"):
            yield override["LaunchTemplateSpecification"]


def _configurations(listed: Listed) -> Iterator[tuple[str, str]]:
    for item in listed.place.pages(*CONFIGURATIONS, "LaunchConfigurations", MaxRecords=100):
        yield item["LaunchConfigurationName"], item.get("ImageId", "")


LISTINGS = (
    Listing(
        "EC2 images",
        Kind.IMAGE,
        (("ec2", "describe_images"), INSTANCES, VERSIONS, GROUPS, CONFIGURATIONS),
        images,
    ),
)
