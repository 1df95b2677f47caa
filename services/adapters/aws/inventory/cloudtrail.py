"""CloudTrail: trails, whether they record, and which management events."""

from collections.abc import Iterator, Mapping

from core.errors import PioneerError
from core.inventory import Kind, Resource, Trail
from services.adapters.aws.inventory.listing import Item, Listed, Listing, plain
from services.adapters.aws.permissions import permission

TRAILS, STATUS = ("cloudtrail", "describe_trails"), ("cloudtrail", "get_trail_status")
SELECTORS, TAGS = ("cloudtrail", "get_event_selectors"), ("cloudtrail", "list_tags")
_KINDS = {"All": (True, True), "ReadOnly": (True, False), "WriteOnly": (False, True)}
"""CloudTrail's words for management events that only read and those that change something."""
_FIELDS = {"true": (True, False), "false": (False, True)}


def trails(listed: Listed) -> Iterator[Resource]:
    """Trails of the account whose home is this region; those of the organisation are only noted, as they are another account's."""
    seen = listed.place.read(*TRAILS, includeShadowTrails=True)["trailList"]
    own = [one for one in seen if one["TrailARN"].split(":")[4] == listed.account_id]
    foreign = len(own) < len(seen)
    here = [one for one in own if one.get("HomeRegion") == listed.region]
    tags = _tags(listed, here)
    for item in here:
        arn = item["TrailARN"]
        reads, writes = _recorded(listed, arn)
        yield Trail(
            id=arn,
            account_id=listed.account_id,
            region=listed.region,
            name=item["Name"],
            state="logging" if listed.place.read(*STATUS, Name=arn)["IsLogging"] else "stopped",
            tags=tags.get(arn, {}),
            created_at=None,  # AWS does not say
            every_region=bool(item.get("IsMultiRegionTrail")),
            reads=reads,
            writes=writes,
            organisation=bool(item.get("IsOrganizationTrail")),
            under_another=foreign,
        )


def _tags(listed: Listed, items: list[Item]) -> Mapping[str, Mapping[str, str]]:
    if not items:
        return {}
    try:
        found = listed.place.read(*TAGS, ResourceIdList=[item["TrailARN"] for item in items])
    except PioneerError as error:
        listed.missing("Tags of trails", error, permission(*TAGS))
        return {}
    return {one["ResourceId"]: plain(one.get("TagsList")) for one in found["ResourceTagList"]}


def _recorded(listed: Listed, arn: str) -> tuple[bool | None, bool | None]:
    """Whether it records management events that read, and that write; unknown, and a gap, where its selectors could not be read."""
    try:
        answer = listed.place.read(*SELECTORS, TrailName=arn)
    except PioneerError as error:
        listed.missing("Selectors of trails", error, permission(*SELECTORS))
        return None, None
    plain_ones = [
        _KINDS.get(each.get("ReadWriteType", "All"), (True, True))
        for each in answer.get("EventSelectors") or ()
        if each.get("IncludeManagementEvents", True)
    ]
    found = [*plain_ones, *(_advanced(each) for each in answer.get("AdvancedEventSelectors") or ())]
    if not answer.get("EventSelectors") and not answer.get("AdvancedEventSelectors"):
        found = [(True, True)]  # a new trail records all management events
    return any(one[0] for one in found), any(one[1] for one in found)


def _advanced(selector: Item) -> tuple[bool, bool]:
    fields = {each["Field"]: each.get("Equals") or [] for each in selector.get("FieldSelectors") or ()}
    if "Management" not in fields.get("eventCategory", ()):
        return False, False
    return _FIELDS.get(next(iter(fields.get("readOnly", ())), ""), (True, True))


LISTINGS = (Listing("Trails", Kind.TRAIL, (TRAILS, STATUS, SELECTORS, TAGS), trails),)
