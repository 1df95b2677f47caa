"""S3: buckets, each in the region that holds it."""

from collections.abc import Iterator

from core.errors import NotFound
from core.inventory import Bucket, Kind, Resource
from services.adapters.aws.inventory import lifecycle
from services.adapters.aws.inventory.listing import TAGGING, Item, Listed, Listing
from services.adapters.aws.permissions import permission

RULES = ("s3", "get_bucket_lifecycle_configuration")


def buckets(listed: Listed) -> Iterator[Resource]:
    """Buckets of this region, each with whether a lifecycle rule stands."""

    def ask(item: Item) -> bool:
        try:
            return bool(listed.place.read(*RULES, Bucket=item["Name"]).get("Rules"))
        except NotFound:  # AWS's way to say that there are no rules
            return False

    found = listed.place.pages("s3", "list_buckets", "Buckets", BucketRegion=listed.region, MaxBuckets=1000)
    for item, has_rules in listed.one_by_one("S3 lifecycle rules", permission(*RULES), found, ask):
        yield Bucket(
            id=item["Name"],
            account_id=listed.account_id,
            region=listed.region,
            name=item["Name"],
            state="available",
            tags=listed.tags_by_arn.get(f"arn:aws:s3:::{item['Name']}", {}),
            created_at=item.get("CreationDate"),
            has_lifecycle=has_rules if isinstance(has_rules, bool) else None,
        )


LISTINGS = (
    Listing("S3 buckets", Kind.BUCKET, (("s3", "list_buckets"), RULES, TAGGING), buckets, lifecycle.look),
)
