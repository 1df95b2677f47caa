"""SageMaker: endpoints of models that have instances of their own."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from core.inventory import Kind, ModelEndpoint, Resource
from services.adapters.aws.inventory.listing import AT_ONCE, Item, Listed, Listing, plain

ENDPOINT = ("sagemaker", "describe_endpoint")
CONFIG = ("sagemaker", "describe_endpoint_config")
TAGS = ("sagemaker", "list_tags")


def endpoints(listed: Listed) -> Iterator[Resource]:
    """All endpoints but the serverless, which cost nothing while nobody asks them. Raises where one of them would not be read."""
    names = list(listed.place.pages("sagemaker", "list_endpoints", "Endpoints", MaxResults=100))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for found in threads.map(lambda item: _endpoint(listed, item), names):
            if found is not None:
                yield found


def _endpoint(listed: Listed, item: Item) -> ModelEndpoint | None:
    seen = listed.place.read(*ENDPOINT, EndpointName=item["EndpointName"])
    config = listed.place.read(*CONFIG, EndpointConfigName=seen["EndpointConfigName"])
    variants = [one for one in config["ProductionVariants"] if one.get("InstanceType")]
    if not variants:
        return None
    first = variants[0]
    counts = {
        one["VariantName"]: one.get("CurrentInstanceCount") for one in seen.get("ProductionVariants", ())
    }
    return ModelEndpoint(
        id=item["EndpointArn"],
        account_id=listed.account_id,
        region=listed.region,
        name=item["EndpointName"],
        state=item["EndpointStatus"],
        tags=plain(listed.place.pages(*TAGS, "Tags", ResourceArn=item["EndpointArn"])),
        created_at=item.get("CreationTime"),
        instance_type=first["InstanceType"],
        instance_count=counts.get(first["VariantName"]) or first.get("InitialInstanceCount", 1),
        variant=first["VariantName"],
        variants=len(variants),
    )


LISTINGS = (
    Listing(
        "SageMaker endpoints",
        Kind.MODEL_ENDPOINT,
        (("sagemaker", "list_endpoints"), ENDPOINT, CONFIG, TAGS),
        endpoints,
    ),
)
