"""ElastiCache: clusters, which are nodes of a replication group or stand alone."""

from collections.abc import Iterator

from core.inventory import Cache, Kind, Resource
from services.adapters.aws.inventory.listing import TAGGING, Listed, Listing


def caches(listed: Listed, **only: object) -> Iterator[Resource]:
    """All cache clusters; serverless caches have no nodes and are not among them."""
    for item in listed.place.pages(
        "elasticache", "describe_cache_clusters", "CacheClusters", **(only or {"MaxRecords": 100})
    ):
        arn = item.get("ARN") or listed.arn("elasticache", f"cluster:{item['CacheClusterId']}")
        yield Cache(
            id=arn,
            account_id=listed.account_id,
            region=listed.region,
            name=item["CacheClusterId"],
            state=item["CacheClusterStatus"],
            tags=listed.tags_by_arn.get(arn, {}),
            created_at=item.get("CacheClusterCreateTime"),
            node_type=item["CacheNodeType"],
            engine=item.get("Engine", ""),
            engine_version=item.get("EngineVersion") or "",
            nodes=item.get("NumCacheNodes", 1),
            group=item.get("ReplicationGroupId"),
        )


LISTINGS = (
    Listing(
        "ElastiCache clusters",
        Kind.CACHE,
        (("elasticache", "describe_cache_clusters"), TAGGING),
        caches,
        lambda listed, resource: caches(listed, CacheClusterId=resource.short_id),
    ),
)
