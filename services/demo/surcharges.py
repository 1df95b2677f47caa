"""What a bill has besides usage: commitment fees, what of a commitment went unused, credits, a refund, tax."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.inventory import Instance
from core.money import ZERO
from core.periods import midnight
from services.demo.company import US
from services.demo.life import Commitment, OneOff, World
from services.demo.skus import EC2
from services.demo.templates import PRICE_SCALE, Template, list_price
from services.demo.usage import DAY, HOUR, Used, epoch

TAX_RATE = Decimal("0.08")
CENT = Decimal("0.01")
_MICRO_DOLLAR = Decimal("0.000001")
_PLANS = "Savings Plans for AWS Compute usage"


@dataclass(frozen=True)
class Surcharge:
    """One line that no resource has. Costs in US dollars; quantity in hours for commitments."""

    account_id: str
    day: date
    service: str
    category: str
    description: str
    billed: Decimal
    effective: Decimal
    frequency: str = "Recurring"
    refund: bool = False
    plan: Commitment | None = None
    status: str | None = None
    hours: Decimal | None = None
    price: Decimal | None = None

    def row(self) -> dict[str, object]:
        """The line's own FOCUS columns."""
        plan = self.plan
        listed = ZERO if plan is not None else self.billed
        return {
            "ChargeCategory": self.category,
            "ChargeClass": "Correction" if self.refund else None,
            "ChargeDescription": self.description,
            "ChargeFrequency": self.frequency,
            "CommitmentDiscountCategory": None if plan is None else "Spend",
            "CommitmentDiscountId": None if plan is None else plan.arn,
            "CommitmentDiscountName": None if plan is None else plan.name,
            "CommitmentDiscountStatus": self.status,
            "CommitmentDiscountType": None if plan is None else "Compute Savings Plan",
            "PricingCategory": "Committed" if plan is not None else None,
            "PricingUnit": None if self.hours is None else "Hrs",
            "RegionId": US if plan is not None else None,
            "ResourceId": None if plan is None else plan.arn,
            "ServiceCategory": "Compute" if plan is not None else "Other",
            "ServiceName": self.service,
            "SubAccountId": self.account_id,
            "ChargePeriodStart": midnight(self.day),
            "ChargePeriodEnd": midnight(self.day) + timedelta(days=1),
            "PricingQuantity": self.hours,
            "ListUnitPrice": self.price,
            "ContractedUnitPrice": self.price,
            "ListCost": listed,
            "ContractedCost": listed,
            "EffectiveCost": self.effective,
            "BilledCost": self.billed,
        }


def committed(world: World, plan: Commitment) -> Decimal:
    """US dollars an hour of a plan: what its machines use at its rate and a little more, in whole cents."""
    machines = [life.resource for life in world.lives if life.resource.id in plan.covered]
    used = sum(
        (list_price(one.region, f"ec2:{one.type}").usd for one in machines if isinstance(one, Instance)), ZERO
    )
    return (used * Decimal(plan.rate) * Decimal(plan.spare)).quantize(CENT, ROUND_UP)


def surcharges(
    world: World, first: date, end: date, every: Sequence[Template], used: Used, usage: pa.Table
) -> list[Surcharge]:
    """All of them, for the days from `first` to before `end`."""
    days = [first + timedelta(days=offset) for offset in range((end - first).days)]
    found = [line for plan in world.commitments for line in _fees(world, plan, days, every, used)]
    found += [line for one in world.one_offs for line in _one_off(one, days)]
    return [*found, *_taxes(usage, found)]


def _fees(
    world: World, plan: Commitment, days: Sequence[date], every: Sequence[Template], used: Used
) -> Iterator[Surcharge]:
    """Each day's commitment as billed, and the part of it that nothing used."""
    price = committed(world, plan)
    chosen = np.array(
        [template.plan is not None and template.plan.arn == plan.arn for template in every], bool
    )
    units = np.array([template.effective_units for template in every], np.int64)
    mine = chosen[used.template]
    number = used.start[mine] // DAY
    cost = used.micro[mine] * units[used.template[mine]]
    for day in days:
        seconds = min(epoch(plan.end), epoch(midnight(day)) + DAY) - max(
            epoch(plan.start), epoch(midnight(day))
        )
        if seconds <= 0:
            continue
        hours = Decimal(seconds) / HOUR
        fee = hours * price
        spent = Decimal(int(cost[number == epoch(midnight(day)) // DAY].sum())).scaleb(-PRICE_SCALE - 6)
        yield Surcharge(
            plan.account_id,
            day,
            _PLANS,
            "Purchase",
            f"{plan.name}: 1 year No Upfront Compute Savings Plan, ${price} an hour",
            fee,
            ZERO,
            plan=plan,
            hours=hours,
            price=price,
        )
        yield Surcharge(
            plan.account_id,
            day,
            EC2,
            "Usage",
            f"{plan.name}: commitment not used",
            ZERO,
            fee - spent,
            plan=plan,
            status="Unused",
            frequency="Usage-Based",
        )


def _one_off(one: OneOff, days: Sequence[date]) -> Iterator[Surcharge]:
    for day in days:
        if one.start <= day < one.end:
            usd, category = Decimal(one.usd), "Usage" if one.refund else "Credit"
            yield Surcharge(
                one.account_id, day, one.service, category, one.title, usd, usd, "One-Time", refund=one.refund
            )


def _taxes(usage: pa.Table, charges: Sequence[Surcharge]) -> Iterator[Surcharge]:
    """Tax on what each account was billed each day, credits aside, rounded to a millionth of a dollar."""
    billed: dict[tuple[str, date], Decimal] = {}
    day = pc.floor_temporal(usage["ChargePeriodStart"], unit="day")
    sums = pa.table({"account": usage["SubAccountId"], "day": day, "cost": usage["BilledCost"]})
    for row in sums.group_by(["account", "day"]).aggregate([("cost", "sum")]).to_pylist():
        billed[row["account"], row["day"].date()] = row["cost_sum"]
    for charge in charges:
        if charge.category == "Purchase":
            owed = (charge.account_id, charge.day)
            billed[owed] = billed.get(owed, ZERO) + charge.billed
    for (account, when), amount in sorted(billed.items()):
        tax = (amount * TAX_RATE).quantize(_MICRO_DOLLAR)
        yield Surcharge(
            account, when, "Tax", "Tax", "Tax for product code AmazonEC2 and others, 8%", tax, tax
        )
