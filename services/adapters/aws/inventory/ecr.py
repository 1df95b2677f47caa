"""ECR: repositories of container images, and what of them has no tag."""

from collections.abc import Iterator
from typing import NamedTuple

from core.errors import NotFound, PioneerError
from core.inventory import Kind, Repository, Resource
from services.adapters.aws.inventory.listing import Item, Listed, Listing, plain
from services.adapters.aws.permissions import permission

POLICY = ("ecr", "get_lifecycle_policy")
IMAGES = ("ecr", "describe_images")
TAGS = ("ecr", "list_tags_for_resource")
_DETAILS = "ECR repositories in detail"


class _Seen(NamedTuple):
    """What is asked of a repository by itself; None: AWS would not say."""

    tags: dict[str, str] | None
    has_policy: bool | None
    stored: int | None
    untagged: int | None


def repositories(listed: Listed) -> Iterator[Resource]:
    """All repositories of the account's registry."""
    found = listed.place.pages("ecr", "describe_repositories", "repositories", maxResults=1000)
    for item, seen in listed.one_by_one(_DETAILS, permission(*IMAGES), found, lambda one: _look(listed, one)):
        known = seen if isinstance(seen, _Seen) else _Seen(None, None, None, None)
        yield Repository(
            id=item["repositoryArn"],
            account_id=listed.account_id,
            region=listed.region,
            name=item["repositoryName"],
            state="available",
            tags=known.tags or {},
            created_at=item.get("createdAt"),
            has_lifecycle=known.has_policy,
            stored_bytes=known.stored,
            untagged_bytes=known.untagged,
        )


def _look(listed: Listed, item: Item) -> _Seen:
    stored, untagged = _bytes(listed, item["repositoryName"])
    return _Seen(_tags(listed, item), _has_policy(listed, item["repositoryName"]), stored, untagged)


def _tags(listed: Listed, item: Item) -> dict[str, str] | None:
    try:
        return plain(listed.place.read(*TAGS, resourceArn=item["repositoryArn"]).get("tags"))
    except PioneerError as error:
        listed.missing("Tags of ECR", error, permission(*TAGS))
        return None


def _has_policy(listed: Listed, name: str) -> bool | None:
    try:
        return bool(listed.place.read(*POLICY, repositoryName=name).get("lifecyclePolicyText"))
    except NotFound:  # AWS's way to say that there is none
        return False
    except PioneerError as error:
        listed.missing("ECR lifecycle policies", error, permission(*POLICY))
        return None


def _bytes(listed: Listed, name: str) -> tuple[int | None, int | None]:
    """Bytes stored, and those of images without a tag; the second is None where an index may hold on to untagged images."""
    stored = untagged = 0
    indexed = False
    try:
        for image in listed.place.pages(*IMAGES, "imageDetails", repositoryName=name, maxResults=1000):
            size = image.get("imageSizeInBytes") or 0
            stored += size
            untagged += 0 if image.get("imageTags") else size
            kind = image.get("imageManifestMediaType") or ""
            indexed |= "manifest.list" in kind or "image.index" in kind
    except PioneerError as error:
        listed.missing("ECR images", error, permission(*IMAGES))
        return None, None
    return stored, None if indexed and untagged else untagged


LISTINGS = (
    Listing(
        "ECR repositories",
        Kind.REPOSITORY,
        (("ecr", "describe_repositories"), POLICY, IMAGES, TAGS),
        repositories,
    ),
)
