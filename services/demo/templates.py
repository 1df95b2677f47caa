"""One template for each thing that costs: all the words of its bill lines, and its prices as whole ten-billionths of a dollar."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from core.inventory import Instance, Resource
from core.prices import Price
from services.demo.life import Charge, Commitment, Flow, Lived
from services.demo.skus import sku
from services.pricebook import book

PRICE_SCALE = 10
REGION_NAMES = {"us-east-1": "US East (N. Virginia)", "eu-west-1": "EU (Ireland)"}


@dataclass(frozen=True)
class Template:
    """What every line of one charge has in common; `plan` covers it where given."""

    resource: Resource
    item: str
    charge: Charge | None
    flow: Flow | None
    plan: Commitment | None

    @property
    def price(self) -> Price:
        """The list price."""
        return list_price(self.resource.region, self.item)

    @property
    def list_units(self) -> int:
        """List price in ten-billionths of a dollar."""
        return scaled(self.price.usd)

    @property
    def effective_units(self) -> int:
        """What a unit truly costs: less than list under a commitment."""
        return self.list_units if self.plan is None else scaled(self.price.usd * Decimal(self.plan.rate))

    def words(self) -> dict[str, str | None]:
        """The text columns of its lines, FOCUS names."""
        resource, named, plan = self.resource, sku(self.item), self.plan
        region = "" if resource.region == "us-east-1" else "EU-"
        return {
            "AvailabilityZone": resource.zone if isinstance(resource, Instance) else None,
            "ChargeDescription": f"${self.price.usd} per {named.described.removeprefix('per ')}",
            "CommitmentDiscountCategory": None if plan is None else "Spend",
            "CommitmentDiscountId": None if plan is None else plan.arn,
            "CommitmentDiscountName": None if plan is None else plan.name,
            "CommitmentDiscountStatus": None if plan is None else "Used",
            "CommitmentDiscountType": None if plan is None else "Compute Savings Plan",
            "PricingCategory": "Standard" if plan is None else "Committed",
            "PricingUnit": self.price.unit,
            "RegionId": resource.region,
            "RegionName": REGION_NAMES[resource.region],
            "ResourceId": resource.id,
            "ResourceName": resource.name or None,
            "ResourceType": named.resource_type,
            "ServiceCategory": named.category,
            "ServiceName": named.service,
            "ServiceSubcategory": named.subcategory,
            "SkuId": named.code + "-" + self.item,
            "SkuMeter": region + named.meter,
            "SkuPriceId": f"{named.code}-{self.item}-{resource.region}",
            "SubAccountId": resource.account_id,
            "Tags": tags_json(tuple(sorted(resource.tags.items()))),
            "x_Operation": named.operation,
            "x_ServiceCode": named.code,
        }


@cache
def tags_json(tags: tuple[tuple[str, str], ...]) -> str:
    """Tags as FOCUS carries them: a JSON object."""
    return json.dumps(dict(tags))


def scaled(usd: Decimal) -> int:
    """A price as whole ten-billionths of a dollar, rounded there."""
    return int(usd.scaleb(PRICE_SCALE).to_integral_value())


@cache
def list_price(region: str, item: str) -> Price:
    """The price of an item the company uses; every one is in the table."""
    price = book().find(region, item)
    if price is None:
        message = f"The price table has no {item} in {region}."
        raise LookupError(message)
    return price


def covered(
    charge: Charge, resource: Resource, plans: Iterable[Commitment]
) -> Iterator[tuple[Charge, Commitment | None]]:
    """A charge cut where plans begin and end. A resized machine leaves its plan: its type is no longer the one committed for."""
    plan = next((plan for plan in plans if resource.id in plan.covered), None)
    kept = isinstance(resource, Instance) and charge.item == f"ec2:{resource.type}"
    if plan is None or not kept:
        yield charge, None
        return
    ends = plan.end if charge.end is None else min(charge.end, plan.end)
    starts = max(charge.start, plan.start)
    if starts >= ends:
        yield charge, None
        return
    if charge.start < starts:
        yield replace(charge, end=starts), None
    yield replace(charge, start=starts, end=ends), plan
    if charge.end is None or charge.end > ends:
        yield replace(charge, start=ends), None


def templates(lives: Iterable[Lived], plans: Sequence[Commitment]) -> list[Template]:
    """Templates of everything these lives cost."""
    found: list[Template] = []
    for life in lives:
        for whole in life.charges:
            found.extend(
                Template(life.resource, charge.item, charge, None, plan)
                for charge, plan in covered(whole, life.resource, plans)
            )
        found.extend(Template(life.resource, flow.item, None, flow, None) for flow in life.flows)
    return found
