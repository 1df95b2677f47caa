"""What a resource costs by list price: used to scale what the bill says, and alone only where the bill says nothing."""

from decimal import Decimal

from core.inventory import (
    Address,
    ClassicLoadBalancer,
    Endpoint,
    Firewall,
    Instance,
    KafkaCluster,
    KubernetesCluster,
    LoadBalancer,
    ModelEndpoint,
    NatGateway,
    Resource,
    Secret,
    Stream,
    Volume,
)
from core.money import ZERO
from core.money import monthly as monthly_of
from core.prices import Price, PriceBook
from core.recommendations.finding import UnknownFact

GP3_IOPS, GP3_THROUGHPUT = 3000, 125
"""What a gp3 volume has without paying for speed: operations a second, and MiB/s."""
IO2_TIER = 32_000
"""IOPS of an io2 volume from which on more of them cost less; from the double on less again."""

_BALANCERS = {"application": "alb:hour", "network": "nlb:hour", "gateway": "gwlb:hour"}


def price(book: PriceBook, region: str, item: str) -> Decimal:
    """US dollars for one unit of `item`. Raises `UnknownFact` where we know no price."""
    found = book.find(region, item)
    if found is None:
        message = f"No price is known for {item} in {region}."
        raise UnknownFact(message)
    return found.usd


def monthly(resource: Resource, book: PriceBook) -> Decimal:
    """US dollars a month, at 730 hours. Raises `UnknownFact` where no price is known."""
    if isinstance(resource, Volume):
        return volume(
            book, resource.region, resource.type, resource.size_gb, resource.iops, resource.throughput
        )
    if isinstance(resource, Instance):
        return _instance(book, resource)
    if isinstance(resource, Secret):
        return price(book, resource.region, "secrets:secret")
    if isinstance(resource, KafkaCluster) and not resource.serverless:
        return resource.brokers * _broker(book, resource)
    hour = _hour(book, resource)
    if hour is not None:
        return monthly_of(hour)
    message = f"It is not on the bill yet, and no list price is kept for {resource.kind.one}."
    raise UnknownFact(message)


def _hour(book: PriceBook, resource: Resource) -> Decimal | None:
    """An hour of what is billed by it at one rate; None for what is not."""
    if isinstance(resource, Address):
        return price(book, resource.region, "eip:idle")
    if isinstance(resource, NatGateway | LoadBalancer | ClassicLoadBalancer | Endpoint | Firewall):
        return _network_hour(book, resource)
    if isinstance(resource, ModelEndpoint):
        return resource.instance_count * price(book, resource.region, f"sagemaker:{resource.instance_type}")
    if isinstance(resource, KubernetesCluster):
        return price(book, resource.region, "eks:cluster")
    if isinstance(resource, Stream):
        item, count = ("kinesis:stream", 1) if resource.on_demand else ("kinesis:shard", resource.shards)
        return count * price(book, resource.region, item)
    return None


def _broker(book: PriceBook, cluster: KafkaCluster) -> Decimal:
    """A month of one of its brokers with its volume."""
    hour = price(book, cluster.region, f"msk:{cluster.broker_type}")
    return monthly_of(hour) + cluster.volume_gb * price(book, cluster.region, "msk:storage")


def _network_hour(
    book: PriceBook, resource: NatGateway | LoadBalancer | ClassicLoadBalancer | Endpoint | Firewall
) -> Decimal:
    """An hour of it, without what passes through."""
    if isinstance(resource, NatGateway):
        return price(book, resource.region, "nat:hour")
    if isinstance(resource, ClassicLoadBalancer):
        return price(book, resource.region, "clb:hour")
    if isinstance(resource, Firewall):
        return len(resource.zones) * price(book, resource.region, "firewall:endpoint")
    if isinstance(resource, LoadBalancer):
        return price(book, resource.region, _BALANCERS.get(resource.type, "alb:hour"))
    if not resource.by_the_hour:
        return ZERO
    item = "vpce:hour" if resource.type == "Interface" else "gwlbe:hour"
    return resource.zones * price(book, resource.region, item)


def volume(
    book: PriceBook,
    region: str,
    kind: str,
    size_gb: int,
    iops: int | None = None,
    throughput: int | None = None,
) -> Decimal:
    """US dollars a month of an EBS volume: its size, and the speed that is paid for."""
    total = size_gb * price(book, region, f"ebs:{kind}")
    if kind == "gp3":
        total += _above(book, region, "ebs:gp3-iops", iops, GP3_IOPS)
        total += _above(book, region, "ebs:gp3-throughput", throughput, GP3_THROUGHPUT)
    if kind == "io1":
        total += _above(book, region, "ebs:io1-iops", iops, 0)
    if kind == "io2":
        total += _io2(book, region, iops or 0)
    return total


def _io2(book: PriceBook, region: str, iops: int) -> Decimal:
    """IOPS in their three tiers."""
    total = _above(book, region, "ebs:io2-iops", min(iops, IO2_TIER), 0)
    total += _above(book, region, "ebs:io2-iops-tier2", min(iops, 2 * IO2_TIER), IO2_TIER)
    return total + _above(book, region, "ebs:io2-iops-tier3", iops, 2 * IO2_TIER)


def _above(book: PriceBook, region: str, item: str, amount: int | None, free: int) -> Decimal:
    """What is above the free part, priced."""
    extra = max(0, (amount or 0) - free)
    return extra * price(book, region, item) if extra else ZERO


def hourly(book: PriceBook, instance: Instance, as_type: str) -> Price:
    """The list price of an hour of an instance, were it of that type. Raises `UnknownFact` where none is known."""
    if not _on_demand_linux(instance):
        message = "List prices are known for on-demand Linux only."
        raise UnknownFact(message)
    found = book.find(instance.region, f"ec2:{as_type}")
    if found is None:
        message = f"No list price is known for {as_type} in {instance.region}."
        raise UnknownFact(message)
    return found


def _instance(book: PriceBook, instance: Instance) -> Decimal:
    if not _on_demand_linux(instance):
        message = "It is not on the bill yet, and list prices are known for on-demand Linux only."
        raise UnknownFact(message)
    return monthly_of(price(book, instance.region, f"ec2:{instance.type}"))


def _on_demand_linux(instance: Instance) -> bool:
    return instance.platform == "Linux/UNIX" and instance.lifecycle == "on-demand"
