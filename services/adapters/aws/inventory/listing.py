"""What it takes to list one kind of resource, and what a listing is handed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.errors import Forbidden, PioneerError
from core.inventory import Gap, Kind, Resource
from services.adapters.aws.permissions import permission
from services.adapters.aws.session import Place

AT_ONCE = 8
"""Threads for what AWS answers only one resource at a time."""
Item = dict[str, Any]


class Listed:
    """One account and region while it is being listed: how to ask, and what could not be seen."""

    def __init__(self, place: Place) -> None:
        """Nothing is asked yet."""
        self.place = place
        self.account_id, self.region = place.account.id, place.region
        self.gaps: dict[str, Gap] = {}

    def arn(self, service: str, rest: str) -> str:
        """An ARN of this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{rest}"

    def missing(self, title: str, error: PioneerError, needed: str | None) -> None:
        """Note, once a title, that something could not be seen and why."""
        grant = needed if isinstance(error, Forbidden) else None
        self.gaps.setdefault(title, Gap(self.account_id, self.region, title, error.message, grant))

    def unreadable(self, title: str, error: Exception) -> None:
        """Note that AWS answered in a shape we do not know."""
        reason = f"AWS answered in a shape we do not know ({type(error).__name__}: {error})."
        self.gaps.setdefault(title, Gap(self.account_id, self.region, title, reason))

    def one_by_one(
        self, title: str, needed: str, items: Iterable[Item], ask: Callable[[Item], object]
    ) -> Iterator[tuple[Item, object]]:
        """Ask about each item in a few threads; what AWS would not say is None, and a gap."""

        def attempt(item: Item) -> tuple[Item, object]:
            try:
                return item, ask(item)
            except PioneerError as error:
                self.missing(title, error, needed)
                return item, None

        with ThreadPoolExecutor(AT_ONCE) as threads:
            yield from threads.map(attempt, items)

    def tags_of(self, arn: str) -> Mapping[str, str]:
        """Tags of one resource of these services, asked anew. Raises as `Place.read`: a tag may forbid us to act."""
        found = self.place.read(*TAGGING, ResourceARNList=[arn])["ResourceTagMappingList"]
        return plain(found[0]["Tags"]) if found else {}

    @cached_property
    def tags_by_arn(self) -> Mapping[str, Mapping[str, str]]:
        """Tags of the services whose own listings leave them out, in one paged call; empty, and a gap, when we may not."""
        try:
            found = self.place.pages(
                "resourcegroupstaggingapi",
                "get_resources",
                "ResourceTagMappingList",
                ResourceTypeFilters=[
                    *("s3", "logs", "lambda", "elasticloadbalancing"),
                    *("elasticache", "dynamodb", "es", "kinesis"),
                ],
                ResourcesPerPage=100,
            )
            return {item["ResourceARN"].removesuffix(":*"): plain(item["Tags"]) for item in found}
        except PioneerError as error:
            self.missing("Tags", error, permission("resourcegroupstaggingapi", "get_resources"))
            return {}


@dataclass(frozen=True)
class Listing:
    """How one kind of resource is listed. `calls` are all boto3 calls it makes: the IAM policy is made of them."""

    title: str
    """What a person calls these, such as `EBS volumes`."""
    kind: Kind
    calls: tuple[tuple[str, str], ...]
    """(service, operation); the first one is the listing itself."""
    read: Callable[[Listed], Iterator[Resource]]
    look: Callable[[Listed, Resource], Iterator[Resource]] | None = None
    """The same for one resource, where an action or a guard may ask."""

    @property
    def needs(self) -> str:
        """The IAM action without which nothing of this kind is seen."""
        return permission(*self.calls[0])


TAGGING = ("resourcegroupstaggingapi", "get_resources")


def plain(tags: Iterable[Item] | None) -> dict[str, str]:
    """AWS's list of Key and Value as a dictionary."""
    return {tag["Key"]: tag.get("Value", "") for tag in tags or ()}
