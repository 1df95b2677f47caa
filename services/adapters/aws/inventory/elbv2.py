"""Elastic Load Balancing: application, network and gateway load balancers."""

from collections import Counter
from collections.abc import Iterator, Mapping

from core.errors import PioneerError
from core.inventory import Kind, LoadBalancer, Resource
from services.adapters.aws.inventory.listing import TAGGING, Item, Listed, Listing
from services.adapters.aws.permissions import permission

GROUPS = ("elbv2", "describe_target_groups")
HEALTH = ("elbv2", "describe_target_health")
_TARGETS = "Load balancer targets"


def load_balancers(listed: Listed, only: str | None = None) -> Iterator[Resource]:
    """All load balancers, or the one of this ARN, each with how many targets are registered behind it."""
    asked: dict[str, object] = {"PageSize": 400} if only is None else {"LoadBalancerArns": [only]}
    found = list(listed.place.pages("elbv2", "describe_load_balancers", "LoadBalancers", **asked))
    counts = _targets(listed, only) if found else {}
    for item in found:
        arn = item["LoadBalancerArn"]
        yield LoadBalancer(
            id=arn,
            account_id=listed.account_id,
            region=listed.region,
            name=item["LoadBalancerName"],
            state=item.get("State", {}).get("Code", "active"),
            tags=listed.tags_by_arn.get(arn, {}) if only is None else listed.tags_of(arn),
            created_at=item.get("CreatedTime"),
            type=item.get("Type", "application"),
            target_count=None if counts is None else counts.get(arn, 0),
        )


def _targets(listed: Listed, only: str | None) -> Mapping[str, int] | None:
    """Registered targets by load balancer; None when one of the calls was not answered: then no count is whole."""
    try:
        if only is None:
            groups = list(listed.place.pages(*GROUPS, "TargetGroups", PageSize=400))
        else:
            groups = list(listed.place.pages(*GROUPS, "TargetGroups", LoadBalancerArn=only))
    except PioneerError as error:
        listed.missing(_TARGETS, error, permission(*GROUPS))
        return None

    def ask(group: Item) -> int:
        answer = listed.place.read(*HEALTH, TargetGroupArn=group["TargetGroupArn"])
        return len(answer["TargetHealthDescriptions"])

    counts: Counter[str] = Counter()
    for group, count in listed.one_by_one(_TARGETS, permission(*HEALTH), groups, ask):
        if not isinstance(count, int):
            return None
        for arn in group.get("LoadBalancerArns", ()):
            counts[arn] += count
    return counts


LISTINGS = (
    Listing(
        "Load balancers",
        Kind.LOAD_BALANCER,
        (("elbv2", "describe_load_balancers"), GROUPS, HEALTH, TAGGING),
        load_balancers,
        lambda listed, resource: load_balancers(listed, resource.id),
    ),
)
