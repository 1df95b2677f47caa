"""CloudWatch Logs: log groups."""

from collections.abc import Iterator

from core.inventory import Kind, LogGroup, Resource
from services.adapters.aws.inventory.listing import TAGGING, Listed, Listing
from services.adapters.aws.session import utc

MILLISECONDS = 1000


def log_groups(listed: Listed, only: str | None = None) -> Iterator[Resource]:
    """All log groups, or the one of this name; without a retention AWS keeps their events for ever."""
    asked = {} if only is None else {"logGroupNamePrefix": only}
    for item in listed.place.pages("logs", "describe_log_groups", "logGroups", limit=50, **asked):
        if only not in {None, item["logGroupName"]}:
            continue
        arn = listed.arn("logs", f"log-group:{item['logGroupName']}")
        made = item.get("creationTime")
        yield LogGroup(
            id=arn,
            account_id=listed.account_id,
            region=listed.region,
            name=item["logGroupName"],
            state="available",
            tags=listed.tags_by_arn.get(arn, {}) if only is None else listed.tags_of(arn),
            created_at=None if made is None else utc(made / MILLISECONDS),
            retention_days=item.get("retentionInDays"),
            stored_bytes=item.get("storedBytes", 0),
        )


LISTINGS = (
    Listing(
        "CloudWatch log groups",
        Kind.LOG_GROUP,
        (("logs", "describe_log_groups"), TAGGING),
        log_groups,
        lambda listed, resource: log_groups(listed, resource.short_id),
    ),
)
