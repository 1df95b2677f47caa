"""What connects: addresses, load balancers, gateways, endpoints, firewalls."""

from dataclasses import dataclass, field

from core.inventory.resource import Kind, Resource


@dataclass(frozen=True, kw_only=True)
class Address(Resource):
    """An Elastic IP address. `state` is associated or unassociated."""

    kind: Kind = field(init=False, default=Kind.ADDRESS)
    public_ip: str
    associated_with: str | None = None


@dataclass(frozen=True, kw_only=True)
class LoadBalancer(Resource):
    """An application, network or gateway load balancer."""

    kind: Kind = field(init=False, default=Kind.LOAD_BALANCER)
    type: str
    target_count: int | None = None
    deletion_protected: bool | None = None
    """None: not known (asking costs one call each, so only a guard asks)."""


@dataclass(frozen=True, kw_only=True)
class NatGateway(Resource):
    """A NAT gateway. `routed`: some route table names it; None means we could not read them."""

    kind: Kind = field(init=False, default=Kind.NAT_GATEWAY)
    subnet_id: str
    vpc_id: str
    routed: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Endpoint(Resource):
    """An endpoint of a VPC. `type` is Interface, Gateway or GatewayLoadBalancer; an interface costs by the hour and zone."""

    kind: Kind = field(init=False, default=Kind.ENDPOINT)
    type: str
    service: str
    """Such as `com.amazonaws.us-east-1.s3`."""
    vpc_id: str
    zones: int = 1

    @property
    def by_the_hour(self) -> bool:
        """Whether it is paid for; a gateway endpoint is not."""
        return self.type != "Gateway"


@dataclass(frozen=True, kw_only=True)
class Firewall(Resource):
    """A firewall of AWS Network Firewall, which costs by the hour in each zone where it has an endpoint. States: READY, PROVISIONING, ...

    `routed`: some route table sends traffic to one of its endpoints; None means we could not read them.
    """

    kind: Kind = field(init=False, default=Kind.FIREWALL)
    vpc_id: str
    zones: tuple[str, ...] = ()
    routed: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ClassicLoadBalancer(Resource):
    """A load balancer of the first generation; `instances` are registered with it, healthy or not."""

    kind: Kind = field(init=False, default=Kind.CLASSIC_LOAD_BALANCER)
    instances: int
