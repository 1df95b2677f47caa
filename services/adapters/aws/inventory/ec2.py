"""EC2: instances, volumes, snapshots, addresses and NAT gateways."""

from collections.abc import Iterator, Mapping

from core.errors import PioneerError
from core.inventory import Address, Instance, Kind, NatGateway, Resource, Snapshot, Volume
from services.adapters.aws.inventory.listing import Item, Listed, Listing, plain
from services.adapters.aws.permissions import permission

PAGE = 1000
ROUTES = ("ec2", "describe_route_tables")
_ENDED = frozenset({"terminated", "deleted"})
"""States in which AWS still lists for a while what no longer exists."""


def instances(listed: Listed, **only: object) -> Iterator[Resource]:
    """All instances but the terminated."""
    asked = only or {"MaxResults": PAGE}
    for reservation in listed.place.pages("ec2", "describe_instances", "Reservations", **asked):
        for item in reservation["Instances"]:
            if item["State"]["Name"] not in _ENDED:
                yield _instance(listed, item)


def _instance(listed: Listed, item: Item) -> Instance:
    tags = plain(item.get("Tags"))
    disks = [mapping["Ebs"] for mapping in item.get("BlockDeviceMappings", ()) if "Ebs" in mapping]
    links = [link["Attachment"] for link in item.get("NetworkInterfaces", ()) if "Attachment" in link]
    # AWS tells when it was last started; what was attached at birth tells when it was made
    moments = [item.get("LaunchTime"), *(part.get("AttachTime") for part in (*disks, *links))]
    return Instance(
        id=item["InstanceId"],
        account_id=listed.account_id,
        region=listed.region,
        name=tags.get("Name") or item["InstanceId"],
        state=item["State"]["Name"],
        tags=tags,
        created_at=min((moment for moment in moments if moment is not None), default=None),
        type=item["InstanceType"],
        zone=item.get("Placement", {}).get("AvailabilityZone", ""),
        platform=item.get("PlatformDetails") or "Linux/UNIX",
        architecture=item.get("Architecture", "x86_64"),
        lifecycle=item.get("InstanceLifecycle") or "on-demand",
        launched_at=item.get("LaunchTime"),
        autoscaling_group=tags.get("aws:autoscaling:groupName"),
        root_device=item.get("RootDeviceType", "ebs"),
        hibernation=bool(item.get("HibernationOptions", {}).get("Configured")),
        volume_ids=tuple(disk["VolumeId"] for disk in disks if "VolumeId" in disk),
    )


def volumes(listed: Listed, **only: object) -> Iterator[Resource]:
    """All EBS volumes."""
    for item in listed.place.pages("ec2", "describe_volumes", "Volumes", **(only or {"MaxResults": PAGE})):
        if item["State"] in _ENDED:
            continue
        tags = plain(item.get("Tags"))
        attached = [part["InstanceId"] for part in item.get("Attachments", ()) if part.get("InstanceId")]
        yield Volume(
            id=item["VolumeId"],
            account_id=listed.account_id,
            region=listed.region,
            name=tags.get("Name") or item["VolumeId"],
            state=item["State"],
            tags=tags,
            created_at=item.get("CreateTime"),
            type=item["VolumeType"],
            size_gb=item["Size"],
            iops=item.get("Iops"),
            throughput=item.get("Throughput"),
            attached_to=attached[0] if attached else None,
            encrypted=item.get("Encrypted", False),
        )


def snapshots(listed: Listed, **only: object) -> Iterator[Resource]:
    """Snapshots that the account owns: those merely shared with it cost it nothing."""
    asked = only or {"OwnerIds": ["self"], "MaxResults": PAGE}
    for item in listed.place.pages("ec2", "describe_snapshots", "Snapshots", **asked):
        tags = plain(item.get("Tags"))
        yield Snapshot(
            id=listed.arn("ec2", f"snapshot/{item['SnapshotId']}"),
            account_id=listed.account_id,
            region=listed.region,
            name=tags.get("Name") or item["SnapshotId"],
            state=item["State"],
            tags=tags,
            created_at=item.get("StartTime"),
            volume_id=item.get("VolumeId", ""),
            size_gb=item["VolumeSize"],
            archived=item.get("StorageTier") == "archive",
            made_by=_maker(tags, item.get("Description") or ""),
        )


def _maker(tags: Mapping[str, str], description: str) -> str | None:
    """Which service made a snapshot and deletes it again in time, by the tags it leaves; None: a person or a script."""
    if any(tag.startswith("aws:dlm:") for tag in tags):
        return "Data Lifecycle Manager"
    if any(tag.startswith("aws:backup:") for tag in tags) or "AWS Backup service" in description:
        return "AWS Backup"
    return None


def addresses(listed: Listed, **only: object) -> Iterator[Resource]:
    """Elastic IP addresses; one held by a network interface, such as a NAT gateway's, is associated too."""
    for item in listed.place.pages("ec2", "describe_addresses", "Addresses", **only):
        tags = plain(item.get("Tags"))
        holder = item.get("InstanceId") or item.get("NetworkInterfaceId") or item.get("AssociationId")
        own = item.get("AllocationId") or item["PublicIp"]
        yield Address(
            id=listed.arn("ec2", f"elastic-ip/{own}"),
            account_id=listed.account_id,
            region=listed.region,
            name=tags.get("Name") or item["PublicIp"],
            state="associated" if holder else "unassociated",
            tags=tags,
            public_ip=item["PublicIp"],
            associated_with=holder or None,
        )


def nat_gateways(listed: Listed, **only: object) -> Iterator[Resource]:
    """NAT gateways but the deleted, which AWS shows for an hour; each with whether a route table names it."""
    asked = only or {"MaxResults": PAGE}
    found = list(listed.place.pages("ec2", "describe_nat_gateways", "NatGateways", **asked))
    living = [item for item in found if item["State"] not in _ENDED]
    named = _routed(listed) if living else None
    for item in living:
        tags = plain(item.get("Tags"))
        yield NatGateway(
            id=listed.arn("ec2", f"natgateway/{item['NatGatewayId']}"),
            account_id=listed.account_id,
            region=listed.region,
            name=tags.get("Name") or item["NatGatewayId"],
            state=item["State"],
            tags=tags,
            created_at=item.get("CreateTime"),
            subnet_id=item.get("SubnetId", ""),
            vpc_id=item.get("VpcId", ""),
            routed=None if named is None else item["NatGatewayId"] in named,
        )


def _routed(listed: Listed) -> frozenset[str] | None:
    """NAT gateways that route tables name; None, and a gap, when we may not read them."""
    try:
        tables = list(listed.place.pages(*ROUTES, "RouteTables", MaxResults=100))
    except PioneerError as error:
        listed.missing("Route tables", error, permission(*ROUTES))
        return None
    return frozenset(
        route["NatGatewayId"] for table in tables for route in table["Routes"] if "NatGatewayId" in route
    )


LISTINGS = (
    Listing(
        "EC2 instances",
        Kind.INSTANCE,
        (("ec2", "describe_instances"),),
        instances,
        lambda listed, resource: instances(listed, InstanceIds=[resource.short_id]),
    ),
    Listing(
        "EBS volumes",
        Kind.VOLUME,
        (("ec2", "describe_volumes"),),
        volumes,
        lambda listed, resource: volumes(listed, VolumeIds=[resource.short_id]),
    ),
    Listing(
        "EBS snapshots",
        Kind.SNAPSHOT,
        (("ec2", "describe_snapshots"),),
        snapshots,
        lambda listed, resource: snapshots(listed, SnapshotIds=[resource.short_id]),
    ),
    Listing(
        "Elastic IP addresses",
        Kind.ADDRESS,
        (("ec2", "describe_addresses"),),
        addresses,
        lambda listed, resource: addresses(listed, AllocationIds=[resource.short_id]),
    ),
    Listing(
        "NAT gateways",
        Kind.NAT_GATEWAY,
        (("ec2", "describe_nat_gateways"), ROUTES),
        nat_gateways,
        lambda listed, resource: nat_gateways(listed, NatGatewayIds=[resource.short_id]),
    ),
)
