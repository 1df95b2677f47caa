"""What a line of a cost and usage report costs, in FOCUS's four ways. The amortisation is AWS's.

Sources: AWS, "Understanding Savings Plans", "Understanding your reservations" and the CUR data dictionary (docs.aws.amazon.com/cur);
the query "amortized cost by charge type" of AWS's CUR Query Library. Where a net column holds a value, discounts are taken off.
"""

from services.warehouse.cur.columns import Columns
from services.warehouse.values import DECIMAL

KIND = "line_item_line_item_type"
DISCOUNTS = (
    "EdpDiscount",
    "PrivateRateDiscount",
    "BundledDiscount",
    "RiVolumeDiscount",
    "SppDiscount",
    "Discount",
)
"""Discounts written as lines of their own: they lower the price of what was used."""
COVERED = ("DiscountedUsage", "SavingsPlanCoveredUsage")
USED = ("Usage", *COVERED)
COMMITTING = ("RIFee", "SavingsPlanRecurringFee", "SavingsPlanUpfrontFee")
ZERO = f"0::{DECIMAL}"
RATIO_PLACES = 12


def one_of(file: Columns, kinds: tuple[str, ...]) -> str:
    """SQL: the line's type is one of these."""
    return f"{file.text(KIND)} in ({', '.join(repr(kind) for kind in kinds)})"


def arn(file: Columns) -> str:
    """SQL for the commitment a line belongs to."""
    return f"coalesce({file.text('savings_plan_savings_plan_a_r_n')}, {file.text('reservation_reservation_a_r_n')})"


def billed(file: Columns) -> str:
    """The unblended cost, net of discounts where the report says it: what adds up to the invoice."""
    return _net(file, "line_item_net_unblended_cost", "line_item_unblended_cost")


def effective(file: Columns) -> str:
    """The amortised cost. Null where the report lacks what it takes: unknown."""
    return f"""case {file.text(KIND)}
        when 'SavingsPlanCoveredUsage' then {_net(file, "savings_plan_net_savings_plan_effective_cost", "savings_plan_savings_plan_effective_cost")}
        when 'SavingsPlanRecurringFee' then {_unused_plan(file)}
        when 'SavingsPlanNegation' then {ZERO}
        when 'SavingsPlanUpfrontFee' then {ZERO}
        when 'DiscountedUsage' then {_net(file, "reservation_net_effective_cost", "reservation_effective_cost")}
        when 'RIFee' then {_unused_reservation(file)}
        when 'Fee' then case when {file.text("reservation_reservation_a_r_n")} is null then {billed(file)} else {ZERO} end
        else {billed(file)} end"""


def listed(file: Columns) -> str:
    """At public on-demand prices. What is bought to cover usage is listed where it is used, so it is zero here."""
    return f"""case when {one_of(file, USED)} then {_public(file)}
        when {_covers(file)} or {one_of(file, DISCOUNTS)} then {ZERO}
        else {file.number("line_item_unblended_cost")} end"""


def contracted(file: Columns) -> str:
    """At negotiated prices, before commitments. What a reservation covers has no such price in the report: the public one."""
    return f"""case when {one_of(file, ("DiscountedUsage",))} then {_public(file)}
        when {_covers(file)} then {ZERO}
        else {billed(file)} end"""


def shared(file: Columns) -> str:
    """Of split lines: what a task or pod used of an instance, and its part of what nobody used."""
    split = _net(file, "split_line_item_net_split_cost", "split_line_item_split_cost")
    unused = _net(file, "split_line_item_net_unused_cost", "split_line_item_unused_cost")
    return _sum(split, unused)


def shared_list(file: Columns) -> str:
    """The same at public on-demand prices."""
    return _sum(
        file.number("split_line_item_public_on_demand_split_cost"),
        file.number("split_line_item_public_on_demand_unused_cost"),
    )


def _net(file: Columns, net: str, gross: str) -> str:
    return f"coalesce({file.number(net)}, {file.number(gross)})" if file.has(net) else file.number(gross)


def _sum(one: str, other: str) -> str:
    """The exact sum, of one alone where the other is empty; null where both are."""
    return f"case when coalesce({one}, {other}) is not null then (coalesce({one}, {ZERO}) + coalesce({other}, {ZERO}))::{DECIMAL} end"


def _unused_plan(file: Columns) -> str:
    """The commitment so far less what was used of it, scaled by what discounts leave of the plan's own fee where they lower it."""
    unused = f"({file.number('savings_plan_total_commitment_to_date')} - {file.number('savings_plan_used_commitment')})"
    parts = ("amortized_upfront_commitment_for_billing_period", "recurring_commitment_for_billing_period")
    gross, net = (
        _sum(*(file.number(f"savings_plan_{kind}{part}") for part in parts)) for kind in ("", "net_")
    )
    if not any(file.has(f"savings_plan_net_{part}") for part in parts):
        return f"{unused}::{DECIMAL}"
    scaled = f"({unused}::double * (({net})::double / ({gross})::double))::decimal(38, {RATIO_PLACES})"
    return f"case when ({gross}) <> 0 and ({net}) <> ({gross}) then {scaled}::{DECIMAL} else {unused}::{DECIMAL} end"


def _unused_reservation(file: Columns) -> str:
    upfront, recurring = (
        _net(file, f"reservation_net_{part}", f"reservation_{part}")
        for part in ("unused_amortized_upfront_fee_for_billing_period", "unused_recurring_fee")
    )
    return _sum(upfront, recurring)


def _covers(file: Columns) -> str:
    """SQL: the line buys a commitment, or takes back what a plan covers."""
    fee = f"({one_of(file, ('Fee',))} and {file.text('reservation_reservation_a_r_n')} is not null)"
    return f"({one_of(file, (*COMMITTING, 'SavingsPlanNegation'))} or {fee})"


def _public(file: Columns) -> str:
    """What usage costs at public on-demand prices; where there is no public price (as in the Marketplace), what was asked for it.

    Unknown where the report has no such column, and for covered usage without a price, which asks nothing.
    """
    name = "pricing_public_on_demand_cost"
    if not file.has(name):
        return f"null::{DECIMAL}"
    price, asked = file.number(name), file.number("line_item_unblended_cost")
    without = (
        f"coalesce({price}, {ZERO}) = 0 and coalesce({file.number('line_item_usage_amount')}, {ZERO}) <> 0"
    )
    covered = one_of(file, ("DiscountedUsage",))
    return f"case when {covered} then case when {without} then null else {price} end else coalesce(nullif({price}, 0), {asked}) end"
