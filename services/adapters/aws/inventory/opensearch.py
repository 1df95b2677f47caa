"""OpenSearch Service: domains, Elasticsearch's among them."""

from collections.abc import Iterator

from core.inventory import Kind, Resource, SearchDomain
from services.adapters.aws.inventory.listing import TAGGING, Item, Listed, Listing

NAMES, SOME = ("opensearch", "list_domain_names"), ("opensearch", "describe_domains")
AT_ONCE = 5
"""Domains that AWS describes in one call."""


def domains(listed: Listed) -> Iterator[Resource]:
    """All domains; AWS does not say when they were made."""
    names = [item["DomainName"] for item in listed.place.pages(*NAMES, "DomainNames")]
    for start in range(0, len(names), AT_ONCE):
        yield from _described(listed, names[start : start + AT_ONCE])


def _described(listed: Listed, names: list[str]) -> Iterator[Resource]:
    for item in listed.place.read(*SOME, DomainNames=names)["DomainStatusList"]:
        arn, nodes = item["ARN"], item.get("ClusterConfig") or {}
        disk = item.get("EBSOptions") or {}
        instances = nodes.get("InstanceCount", 1)
        yield SearchDomain(
            id=arn,
            account_id=listed.account_id,
            region=listed.region,
            name=item["DomainName"],
            state=_state(item),
            tags=listed.tags_by_arn.get(arn, {}),
            instance_type=nodes.get("InstanceType", ""),
            instances=instances,
            engine_version=item.get("EngineVersion", ""),
            volume_type=disk.get("VolumeType"),
            volume_gb=disk.get("VolumeSize", 0) * instances,
        )


def _state(item: Item) -> str:
    """AWS's word for it, or, where it says none, what its flags mean."""
    said: str | None = item.get("DomainProcessingStatus")
    if said:
        return said
    if item.get("Deleted"):
        return "Deleting"
    return "Modifying" if item.get("Processing") else "Active"


LISTINGS = (
    Listing(
        "OpenSearch domains",
        Kind.SEARCH_DOMAIN,
        (NAMES, SOME, TAGGING),
        domains,
        lambda listed, resource: _described(listed, [resource.short_id]),
    ),
)
