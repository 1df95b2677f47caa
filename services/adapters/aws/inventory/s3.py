"""S3: buckets, each in the region that holds it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from core.errors import NotFound, PioneerError
from core.inventory import Bucket, Kind, Resource
from services.adapters.aws.inventory import lifecycle
from services.adapters.aws.inventory.listing import TAGGING, Item, Listed, Listing
from services.adapters.aws.permissions import permission

RULES = ("s3", "get_bucket_lifecycle_configuration")
UPLOADS = ("s3", "list_multipart_uploads")
PARTS = ("s3", "list_parts")
STALE = timedelta(days=7)
MOST_UPLOADS, MOST_SIZES = 1000, 20
"""Unfinished uploads looked at in a bucket, and of how many we ask how large their parts are: each is a paid request."""
_UNFINISHED = "Unfinished uploads of S3"


def buckets(listed: Listed) -> Iterator[Resource]:
    """Buckets of this region, each with whether a lifecycle rule stands, and what uploads left behind."""

    def ask(item: Item) -> bool:
        try:
            return bool(listed.place.read(*RULES, Bucket=item["Name"]).get("Rules"))
        except NotFound:  # AWS's way to say that there are no rules
            return False

    found = list(
        listed.place.pages("s3", "list_buckets", "Buckets", BucketRegion=listed.region, MaxBuckets=1000)
    )
    ruled = listed.one_by_one("S3 lifecycle rules", permission(*RULES), found, ask)
    unfinished = listed.one_by_one(
        _UNFINISHED, permission(*UPLOADS), found, lambda item: _stale(listed, item["Name"])
    )
    for (item, has_rules), (_, stale) in zip(ruled, unfinished, strict=True):
        count, size = stale if isinstance(stale, tuple) else (None, None)
        yield Bucket(
            id=item["Name"],
            account_id=listed.account_id,
            region=listed.region,
            name=item["Name"],
            state="available",
            tags=listed.tags_by_arn.get(f"arn:aws:s3:::{item['Name']}", {}),
            created_at=item.get("CreationDate"),
            has_lifecycle=has_rules if isinstance(has_rules, bool) else None,
            stale_uploads=count,
            stale_upload_bytes=size,
        )


def _stale(listed: Listed, bucket: str) -> tuple[int, int | None]:
    """How many uploads were begun over a week ago and never finished, and the bytes of the parts we looked at."""
    answer = listed.place.read(*UPLOADS, Bucket=bucket, MaxUploads=MOST_UPLOADS)
    before = datetime.now(UTC) - STALE
    old = [upload for upload in answer.get("Uploads") or () if upload["Initiated"] < before]
    try:
        return len(old), sum(_size(listed, bucket, upload) for upload in old[:MOST_SIZES])
    except PioneerError as error:
        listed.missing(_UNFINISHED, error, permission(*PARTS))
        return len(old), None


def _size(listed: Listed, bucket: str, upload: Item) -> int:
    """Bytes of an upload's parts; none where it was finished or aborted meanwhile."""
    try:
        parts = listed.place.pages(
            *PARTS, "Parts", Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"]
        )
        return sum(part["Size"] for part in islice(parts, 10_000))
    except NotFound:
        return 0


LISTINGS = (
    Listing(
        "S3 buckets",
        Kind.BUCKET,
        (("s3", "list_buckets"), RULES, UPLOADS, PARTS, TAGGING),
        buckets,
        lifecycle.look,
    ),
)
