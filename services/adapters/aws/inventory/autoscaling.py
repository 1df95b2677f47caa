"""EC2 Auto Scaling: groups and who belongs to them."""

from collections.abc import Iterator

from core.inventory import AutoScalingGroup, Kind, Resource
from services.adapters.aws.inventory.listing import Item, Listed, Listing, plain


def groups(listed: Listed, **only: object) -> Iterator[Resource]:
    """All groups; one that is being deleted says so as its state."""
    for item in listed.place.pages(
        "autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", **(only or {"MaxRecords": 100})
    ):
        members = item.get("Instances", ())
        types = {member["InstanceType"] for member in members if member.get("InstanceType")}
        yield AutoScalingGroup(
            id=item["AutoScalingGroupARN"],
            account_id=listed.account_id,
            region=listed.region,
            name=item["AutoScalingGroupName"],
            state=item.get("Status") or "active",
            tags=plain(item.get("Tags")),
            created_at=item.get("CreatedTime"),
            smallest=item["MinSize"],
            largest=item["MaxSize"],
            desired=item["DesiredCapacity"],
            instance_ids=tuple(sorted(member["InstanceId"] for member in members)),
            instance_type=next(iter(types)) if len(types) == 1 else None,
            spot_allowed=_spot(item),
        )


def _spot(item: Item) -> bool | None:
    """Whether its mixed instances policy may use Spot; a launch template alone may ask for it too, which its members then show."""
    policy = item.get("MixedInstancesPolicy")
    if policy is None:
        return False
    share = policy.get("InstancesDistribution", {}).get("OnDemandPercentageAboveBaseCapacity")
    return None if share is None else bool(share < 100)  # noqa: PLR2004  per cent


LISTINGS = (
    Listing(
        "Auto Scaling groups",
        Kind.AUTOSCALING_GROUP,
        (("autoscaling", "describe_auto_scaling_groups"),),
        groups,
        lambda listed, resource: groups(listed, AutoScalingGroupNames=[resource.short_id]),
    ),
)
