"""Redshift: provisioned clusters."""

from collections.abc import Iterator

from core.inventory import DataWarehouse, Kind, Resource
from services.adapters.aws.inventory.listing import Listed, Listing, plain


def warehouses(listed: Listed, **only: object) -> Iterator[Resource]:
    """All provisioned clusters, the paused among them."""
    for item in listed.place.pages(
        "redshift", "describe_clusters", "Clusters", **(only or {"MaxRecords": 100})
    ):
        tags = plain(item.get("Tags"))
        yield DataWarehouse(
            id=listed.arn("redshift", f"cluster:{item['ClusterIdentifier']}"),
            account_id=listed.account_id,
            region=listed.region,
            name=tags.get("Name") or item["ClusterIdentifier"],
            state=item["ClusterStatus"],
            tags=tags,
            created_at=item.get("ClusterCreateTime"),
            node_type=item["NodeType"],
            nodes=item.get("NumberOfNodes", 1),
        )


LISTINGS = (
    Listing(
        "Redshift clusters",
        Kind.DATA_WAREHOUSE,
        (("redshift", "describe_clusters"),),
        warehouses,
        lambda listed, resource: warehouses(listed, ClusterIdentifier=resource.short_id),
    ),
)
