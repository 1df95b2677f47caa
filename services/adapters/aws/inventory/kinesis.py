"""Kinesis: data streams, and how many shards they pay for."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from core.errors import NotFound
from core.inventory import Kind, Resource, Stream
from services.adapters.aws.inventory.listing import AT_ONCE, TAGGING, Item, Listed, Listing

NAMES, ONE = ("kinesis", "list_streams"), ("kinesis", "describe_stream_summary")


def streams(listed: Listed) -> Iterator[Resource]:
    """All streams; only those with provisioned shards are asked about one by one. Raises where one of them would not be read."""
    found = list(listed.place.pages(*NAMES, "StreamSummaries"))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for stream in threads.map(lambda item: _stream(listed, item), found):
            if stream is not None:
                yield stream


def _stream(listed: Listed, item: Item) -> Stream | None:
    arn = item["StreamARN"]
    on_demand = (item.get("StreamModeDetails") or {}).get("StreamMode") == "ON_DEMAND"
    try:
        asked = {} if on_demand else listed.place.read(*ONE, StreamARN=arn)["StreamDescriptionSummary"]
    except NotFound:  # deleted since it was listed
        return None
    return Stream(
        id=arn,
        account_id=listed.account_id,
        region=listed.region,
        name=item["StreamName"],
        state=item["StreamStatus"],
        tags=listed.tags_by_arn.get(arn, {}),
        created_at=item.get("StreamCreationTimestamp"),
        on_demand=on_demand,
        shards=asked.get("OpenShardCount", 0),
        retention_hours=asked.get("RetentionPeriodHours", 24),
    )


LISTINGS = (Listing("Kinesis streams", Kind.STREAM, (NAMES, ONE, TAGGING), streams),)
