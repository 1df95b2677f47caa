"""What kind of charge a line of a cost and usage report is, in FOCUS's words."""

from services.warehouse.cur.columns import Columns
from services.warehouse.cur.costs import COMMITTING, COVERED, DISCOUNTS, KIND, USED, arn, one_of
from services.warehouse.values import DECIMAL

SPOT = "%SpotUsage%"
SUPPORT = ("AWSSupport%", "OCBPremiumSupport%")


def category(file: Columns) -> str:
    """Discounts written as lines of their own belong to the usage they make cheaper; a refund to what it gives back."""
    return f"""case when {one_of(file, (*USED, "SavingsPlanNegation", *DISCOUNTS))} then 'Usage'
        when {one_of(file, ("Fee", *COMMITTING))} then 'Purchase'
        when {one_of(file, ("Tax",))} then 'Tax'
        when {one_of(file, ("Credit",))} then 'Credit'
        when {one_of(file, ("Refund",))} and {arn(file)} is not null then 'Purchase'
        when {one_of(file, ("Refund",))} and {file.text("line_item_usage_type")} is not null then 'Usage'
        else 'Adjustment' end"""


def correction(file: Columns) -> str:
    """Refunds correct what was invoiced before."""
    return f"case when {one_of(file, ('Refund',))} then 'Correction' end"


def frequency(file: Columns) -> str:
    """Usage, what is asked for every hour or month (commitments, support), and the rest once."""
    code = file.text("line_item_product_code")
    support = " or ".join(f"{code} like {pattern!r}" for pattern in SUPPORT)
    return f"""case when {one_of(file, (*USED, "SavingsPlanNegation"))} then 'Usage-Based'
        when {one_of(file, ("RIFee", "SavingsPlanRecurringFee"))} then 'Recurring'
        when {one_of(file, ("Fee",))} and ({support}) then 'Recurring'
        else 'One-Time' end"""


def pricing(file: Columns) -> str:
    """Standard is FOCUS's word for on-demand, Dynamic for Spot."""
    return f"""case when {one_of(file, (*COVERED, "SavingsPlanNegation", "RIFee", "SavingsPlanRecurringFee"))} then 'Committed'
        when {one_of(file, ("Usage",))} and {file.text("line_item_usage_type")} like {SPOT!r} then 'Dynamic'
        when {one_of(file, ("Usage", "Fee", "SavingsPlanUpfrontFee"))} then 'Standard'
        when {one_of(file, ("Tax",))} then null
        else 'Other' end"""


def commitment(file: Columns) -> dict[str, str]:
    """What covers a line, or what it pays for. A fee's effective cost is what nobody used of it: Unused."""
    plan, reservation = (
        file.text("savings_plan_savings_plan_a_r_n"),
        file.text("reservation_reservation_a_r_n"),
    )
    used, unused = one_of(file, COVERED), one_of(file, ("RIFee", "SavingsPlanRecurringFee"))
    hours = f"""case when {plan} is not null or {reservation} is null then null
        when {used} then {file.number("line_item_usage_amount")}
        when {unused} then {file.number("reservation_unused_quantity")} end"""
    return {
        "CommitmentDiscountId": arn(file),
        "CommitmentDiscountType": f"case when {plan} is not null then 'Savings Plan' when {reservation} is not null then 'Reserved Instance' end",
        "CommitmentDiscountCategory": f"case when {plan} is not null then 'Spend' when {reservation} is not null then 'Usage' end",
        "CommitmentDiscountStatus": f"case when {arn(file)} is null then null when {used} then 'Used' when {unused} then 'Unused' end",
        "CommitmentDiscountQuantity": f"({hours})::{DECIMAL}",
        "CommitmentDiscountUnit": f"case when ({hours}) is not null then {file.text('pricing_unit')} end",
        "CapacityReservationId": file.text("capacity_reservation_capacity_reservation_arn"),
        "CapacityReservationStatus": f"""case lower({file.text("capacity_reservation_capacity_reservation_status")})
            when 'used' then 'Used' when 'unused' then 'Unused' end""",
    }


def prices(file: Columns) -> dict[str, str]:
    """Quantities and unit prices, of what is used."""
    used, bought = one_of(file, USED), one_of(file, (*USED, "Fee", *COMMITTING))
    amount, unit = file.number("line_item_usage_amount"), file.text("pricing_unit")
    public = file.number("pricing_public_on_demand_rate")
    asked = (
        f"coalesce({file.number('line_item_net_unblended_rate')}, {file.number('line_item_unblended_rate')})"
    )
    return {
        "ConsumedQuantity": f"case when {used} then {amount} end",
        "ConsumedUnit": f"case when {used} then {unit} end",
        "PricingQuantity": f"case when {bought} then {amount} end",
        "PricingUnit": f"case when {bought} then {unit} end",
        "ListUnitPrice": f"case when {used} then {public} end",
        "ContractedUnitPrice": f"case when {file.text(KIND)} = 'DiscountedUsage' then {public} when {used} then {asked} end",
    }
