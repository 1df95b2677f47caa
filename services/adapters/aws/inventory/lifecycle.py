"""The lifecycle rules of one bucket: looked at, and changed without touching those of others."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from core.errors import NotFound
from core.inventory import Bucket, Resource
from services.adapters.aws.inventory.listing import Item, Listed
from services.adapters.aws.session import Place

READ = ("s3", "get_bucket_lifecycle_configuration")
WRITE = ("s3", "put_bucket_lifecycle_configuration")
CLEAR = ("s3", "delete_bucket_lifecycle")


def look(listed: Listed, resource: Resource) -> Iterator[Resource]:
    """The bucket with the names of its rules, where it is still there."""
    found = listed.place.pages(
        "s3", "list_buckets", "Buckets", BucketRegion=listed.region, Prefix=resource.id
    )
    if isinstance(resource, Bucket) and any(item["Name"] == resource.id for item in found):
        rules = _rules(listed.place, resource.id).get("Rules", [])
        names = tuple(str(rule.get("ID", "")) for rule in rules)
        tags = listed.tags_of(f"arn:aws:s3:::{resource.id}")
        yield replace(resource, has_lifecycle=bool(names), lifecycle_rules=names, tags=tags)


def change(
    place: Place,
    bucket: str,
    *,
    adding: Mapping[str, Mapping[str, object]] = {},
    removing: Collection[str] = (),
) -> None:
    """Add and remove rules by name. S3 only takes all rules at once, so those that are there are sent along as they are.

    Raises as `Place.write`.
    """
    told = _rules(place, bucket)
    there: list[Item] = told.get("Rules", [])
    names = {rule.get("ID") for rule in there}
    # rules of the older form name their prefix outside of a filter, and S3 takes no mixture
    older = any("Prefix" in rule for rule in there)
    everything: dict[str, object] = {"Prefix": ""} if older else {"Filter": {"Prefix": ""}}
    fresh = [
        {"ID": name, "Status": "Enabled", **everything, **what}
        for name, what in adding.items()
        if name not in names
    ]
    rules = [rule for rule in there if rule.get("ID") not in removing] + fresh
    if not rules:
        place.write(*CLEAR, Bucket=bucket)
        return
    kept = {"TransitionDefaultMinimumObjectSize"} & told.keys()
    place.write(
        *WRITE,
        Bucket=bucket,
        LifecycleConfiguration={"Rules": rules},
        **{name: told[name] for name in kept},
    )


def _rules(place: Place, bucket: str) -> Item:
    try:
        return place.read(*READ, Bucket=bucket)
    except NotFound:  # AWS's way to say that there are no rules
        return {}
