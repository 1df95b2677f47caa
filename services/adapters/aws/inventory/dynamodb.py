"""DynamoDB: tables, and whether their capacity scales by itself."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from core.errors import NotFound, PioneerError
from core.inventory import Kind, Resource, Table
from services.adapters.aws.inventory.listing import AT_ONCE, TAGGING, Item, Listed, Listing
from services.adapters.aws.permissions import permission

NAMES, ONE = ("dynamodb", "list_tables"), ("dynamodb", "describe_table")
TITLE = "DynamoDB tables"
SCALING = ("application-autoscaling", "describe_scalable_targets")


def tables(listed: Listed) -> Iterator[Resource]:
    """All tables, asked about one by one: where one may not be read, the listing is incomplete and says so."""
    names = [str(name) for name in listed.place.pages(*NAMES, "TableNames", Limit=100)]
    yield from _described(listed, names)


def _described(listed: Listed, names: Sequence[str]) -> Iterator[Resource]:
    def ask(name: str) -> Item | None:
        try:
            found: Item = listed.place.read(*ONE, TableName=name)["Table"]
        except NotFound:  # deleted since it was listed
            return None
        return found

    scaled = _scaled(listed) if names else None
    with ThreadPoolExecutor(AT_ONCE) as threads:
        try:
            found = [item for item in threads.map(ask, names) if item is not None]
        except PioneerError as error:
            listed.missing(TITLE, error, permission(*ONE))
            raise
    for item in found:
        yield _table(listed, item, None if scaled is None else f"table/{item['TableName']}" in scaled)


def _scaled(listed: Listed) -> frozenset[str] | None:
    """Tables that Application Auto Scaling adjusts, as it names them; None where we may not ask."""
    try:
        targets = listed.place.pages(*SCALING, "ScalableTargets", ServiceNamespace="dynamodb", MaxResults=50)
        return frozenset(target["ResourceId"] for target in targets)
    except PioneerError as error:
        listed.missing("DynamoDB scaling", error, permission(*SCALING))
        return None


def _table(listed: Listed, item: Item, autoscaled: bool | None) -> Table:  # noqa: FBT001  what was found out beside
    arn = item["TableArn"]
    given = item.get("ProvisionedThroughput") or {}
    mode = (item.get("BillingModeSummary") or {}).get("BillingMode")
    reads, writes = given.get("ReadCapacityUnits", 0), given.get("WriteCapacityUnits", 0)
    return Table(
        id=arn,
        account_id=listed.account_id,
        region=listed.region,
        name=item["TableName"],
        state=item["TableStatus"],
        tags=listed.tags_by_arn.get(arn, {}),
        created_at=item.get("CreationDateTime"),
        on_demand=mode == "PAY_PER_REQUEST",
        reads=reads,
        writes=writes,
        stored_bytes=item.get("TableSizeBytes", 0),
        autoscaled=autoscaled,
        table_class=(item.get("TableClassSummary") or {}).get("TableClass", "STANDARD"),
        replicated=bool(item.get("Replicas")),
    )


LISTINGS = (
    Listing(
        TITLE,
        Kind.TABLE,
        (NAMES, ONE, SCALING, TAGGING),
        tables,
        lambda listed, resource: _described(listed, [resource.short_id]),
    ),
)
