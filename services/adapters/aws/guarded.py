"""What a guard must know of a resource and its listing does not say: asked only of a resource that is about to be acted on."""

from dataclasses import replace

from core.inventory import Instance, LoadBalancer, NatGateway, Resource
from services.adapters.aws.session import Place

TERMINATION = ("ec2", "describe_instance_attribute")
ROUTES = ("ec2", "describe_route_tables")
DELETION = ("elbv2", "describe_load_balancer_attributes")


def guarded(place: Place, resource: Resource) -> Resource:
    """The resource with that filled in. Raises as `Place.read`: what may not be known is not taken to be harmless."""
    if isinstance(resource, Instance):
        answer = place.read(*TERMINATION, InstanceId=resource.short_id, Attribute="disableApiTermination")
        return replace(resource, termination_protected=answer["DisableApiTermination"].get("Value", False))
    if isinstance(resource, LoadBalancer):
        answer = place.read(*DELETION, LoadBalancerArn=resource.id)
        said = {item["Key"]: item.get("Value") for item in answer["Attributes"]}
        return replace(resource, deletion_protected=said.get("deletion_protection.enabled") == "true")
    if isinstance(resource, NatGateway) and resource.routed is None:
        only = [{"Name": "route.nat-gateway-id", "Values": [resource.short_id]}]
        return replace(resource, routed=any(place.pages(*ROUTES, "RouteTables", Filters=only)))
    return resource
