"""Lambda: functions."""

from collections.abc import Iterator

from core.inventory import Function, Kind, Resource
from services.adapters.aws.inventory.listing import TAGGING, Listed, Listing


def functions(listed: Listed) -> Iterator[Resource]:
    """All functions; those made of a container image name no runtime."""
    for item in listed.place.pages("lambda", "list_functions", "Functions", MaxItems=50):
        arn = item["FunctionArn"]
        yield Function(
            id=arn,
            account_id=listed.account_id,
            region=listed.region,
            name=item["FunctionName"],
            state=item.get("State") or "Active",
            tags=listed.tags_by_arn.get(arn, {}),
            runtime=item.get("Runtime") or "container image",
            memory_mib=item["MemorySize"],
            architecture=(item.get("Architectures") or ["x86_64"])[0],
            code_bytes=item.get("CodeSize") or 0,
        )


LISTINGS = (Listing("Lambda functions", Kind.FUNCTION, (("lambda", "list_functions"), TAGGING), functions),)
