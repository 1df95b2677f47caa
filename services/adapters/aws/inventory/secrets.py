"""Secrets Manager: what secrets there are, and when each was last read. What is in them is never asked for."""

from collections.abc import Iterator

from core.inventory import Kind, Resource, Secret
from services.adapters.aws.inventory.listing import Listed, Listing, plain

SECRETS = ("secretsmanager", "list_secrets")


def secrets(listed: Listed) -> Iterator[Resource]:
    """All secrets but those that are to be deleted, in one paged call."""
    for item in listed.place.pages(*SECRETS, "SecretList", MaxResults=100):
        home = item.get("PrimaryRegion")
        yield Secret(
            id=item["ARN"],
            account_id=listed.account_id,
            region=listed.region,
            name=item["Name"],
            state="available",
            tags=plain(item.get("Tags")),
            created_at=item.get("CreatedDate"),
            last_read=item.get("LastAccessedDate"),
            owner=item.get("OwningService"),
            copy_of=home if home and home != listed.region else None,
        )


LISTINGS = (Listing("Secrets", Kind.SECRET, (SECRETS,), secrets),)
