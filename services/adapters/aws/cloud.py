"""AWS as one account and region show it."""

from collections.abc import Mapping
from typing import Any

from core.actions.kind import Copy
from core.errors import NotFound, PioneerError, Refused
from core.inventory import Account, ExportLocation, Kind, RegionInventory, Resource
from core.ports import AccountCheck
from services.adapters.aws import policy
from services.adapters.aws.changes import AwsChanges
from services.adapters.aws.check import check
from services.adapters.aws.failures import TRANSPORT, in_words
from services.adapters.aws.guarded import guarded
from services.adapters.aws.inventory import listings
from services.adapters.aws.inventory.listing import Listed
from services.adapters.aws.inventory.members import remembered, with_protected
from services.adapters.aws.rehearsal import AwsRehearsal
from services.adapters.aws.session import HOME_REGION, Place, Sessions

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What comes of an answer in a shape we do not know."""
COPIES: Mapping[Copy, tuple[str, str, str, str]] = {
    Copy.SNAPSHOT: ("describe_snapshots", "Snapshots", "SnapshotId", "OwnerIds"),
    Copy.IMAGE: ("describe_images", "Images", "ImageId", "Owners"),
}
"""How EC2 lists each: its call, where they are in the answer, their id, and whose."""


class AwsCloud(AwsChanges):
    """Implements `core.ports.Cloud` with boto3."""

    def __init__(self, sessions: Sessions) -> None:
        """Nothing is asked of AWS yet."""
        super().__init__(sessions)
        self._listings = listings()

    def check(self, account: Account) -> AccountCheck:
        """Try the role, its ExternalId, every region, and each listing in the first region. Raises nothing of AWS's."""
        return check(self._sessions, account, self._listings)

    def principal(self) -> str:
        """The ARN that trust policies name: who AWS says this process is. Raises `Unavailable` or `Forbidden`."""
        try:
            answer = self._sessions.client(None, "sts", HOME_REGION).get_caller_identity()
        except TRANSPORT as error:
            raise in_words(error, "sts:GetCallerIdentity", "our own account", writes=False) from error
        return f"arn:aws:iam::{answer['Account']}:root"

    def policy(self, export: ExportLocation | None = None) -> dict[str, Any]:
        """The IAM policy that makes all of this work, as a JSON document."""
        return policy.document(export)

    def trust(self, principal: str, external_id: str) -> dict[str, Any]:
        """The trust policy of the role, as a JSON document."""
        return policy.trust(principal, external_id)

    def regions(self, account: Account) -> tuple[str, ...]:
        """Regions that the account has enabled, sorted."""
        answer = Place(self._sessions, account, HOME_REGION).read("ec2", "describe_regions")
        return tuple(sorted(item["RegionName"] for item in answer["Regions"]))

    def inventory(self, account: Account, region: str) -> RegionInventory:
        """All there is in one account and region. What one service would not say is a gap; the others go on.

        Raises `Forbidden` or `Unavailable` when the account cannot be entered at all.
        """
        place = Place(self._sessions, account, region)
        place.open()
        listed = Listed(place)
        resources: list[Resource] = []
        seen: set[Kind] = set()
        for listing in self._listings:
            try:
                listed_now = list(listing.read(listed))
            except PioneerError as error:
                listed.missing(listing.title, error, listing.needs)
            except UNREADABLE as error:
                listed.unreadable(listing.title, error)
            else:
                resources += listed_now
                seen.add(listing.kind)
        gaps = tuple(listed.gaps.values())
        found = tuple(with_protected(resources, seen))
        return RegionInventory(account.id, region, found, gaps, frozenset(seen), place.calls)

    def rehearsal(self) -> AwsRehearsal:
        """Every change as a question: whether AWS would do it now."""
        return AwsRehearsal(self._sessions)

    def look(self, account: Account, resource: Resource) -> Resource | None:
        """The same resource as AWS has it now, with what guards need to know filled in. None when it is gone.

        Raises `Refused` for kinds that no action touches.
        """
        look = next((listing.look for listing in self._listings if listing.kind is resource.kind), None)
        if look is None:
            raise Refused(f"{resource.id} is {resource.kind.one}, which is not looked at one by one.")
        place = self._place(account, resource.region)
        try:
            fresh = next(look(Listed(place), resource), None)
            return None if fresh is None else guarded(place, remembered(resource, fresh))
        except NotFound:
            return None

    def copies(
        self, account: Account, region: str, what: Copy, key: str, value: str
    ) -> tuple[tuple[str, str], ...]:
        """(id, state) of the account's own snapshots or images carrying this tag."""
        operation, items, name, owner = COPIES[what]
        asked: dict[str, object] = {owner: ["self"], "Filters": [{"Name": f"tag:{key}", "Values": [value]}]}
        found = self._place(account, region).pages("ec2", operation, items, **asked)
        return tuple((item[name], item["State"]) for item in found)
