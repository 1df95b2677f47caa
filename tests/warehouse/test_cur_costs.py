"""What a line of a cost and usage report costs, worked out by hand, in each shape of report."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.warehouse.readers import for_columns
from services.warehouse.staging import reading_connection
from tests.reports import SHAPES, Row, a_row, cur2_csv, cur2_parquet, read

COSTS = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")
Amounts = dict[str, tuple[Decimal | None, ...]]
PLAN = "arn:aws:savingsplans::111111111111:savingsplan/1"
LEASE = "arn:aws:ec2:eu-west-1:111111111111:reserved-instances/1"
NOTHING = Decimal(0)


def a_plan(kind: str, cost: str, **columns: object) -> dict[str, object]:
    given = {
        name if name.startswith(("line", "pric")) else f"savings_plan_{name}": value
        for name, value in columns.items()
    }
    return a_row(kind, cost, savings_plan_savings_plan_a_r_n=PLAN, **given)


def a_lease(kind: str, cost: str, **columns: object) -> dict[str, object]:
    given = {
        name if name.startswith(("line", "pric")) else f"reservation_{name}": value
        for name, value in columns.items()
    }
    return a_row(kind, cost, reservation_reservation_a_r_n=LEASE, **given)


def costs(path: Path, scratch: Path) -> Amounts:
    """The amounts of each line, by its description."""
    _, lines = read(path, scratch)
    return {row["ChargeDescription"]: tuple(row[cost] for cost in COSTS) for row in lines}


def dollars(*amounts: str | None) -> tuple[Decimal | None, ...]:
    return tuple(None if amount is None else Decimal(amount) for amount in amounts)


# An hour of each kind of commitment, with all that stands around it. Columns: billed, effective, list, contracted.
HAND_WORKED: list[tuple[Row, tuple[Decimal | None, ...]]] = [
    (
        a_row("Usage", "0.0816", pricing_public_on_demand_cost="0.096"),
        dollars("0.0816", "0.0816", "0.096", "0.0816"),
    ),
    (
        a_plan(
            "SavingsPlanCoveredUsage",
            "1.2",
            savings_plan_effective_cost="0.75",
            pricing_public_on_demand_cost="1.2",
        ),
        dollars("1.2", "0.75", "1.2", "1.2"),
    ),
    (a_plan("SavingsPlanNegation", "-1.2"), dollars("-1.2", "0", "0", "0")),
    (
        a_plan("SavingsPlanRecurringFee", "1", total_commitment_to_date="1", used_commitment="0.75"),
        dollars("1", "0.25", "0", "0"),
    ),
    (a_plan("SavingsPlanUpfrontFee", "5256"), dollars("5256", "0", "0", "0")),
    (
        a_lease(
            "DiscountedUsage",
            "0",
            effective_cost="0.0605",
            pricing_public_on_demand_cost="0.096",
            line_item_usage_amount="1",
        ),
        dollars("0", "0.0605", "0.096", "0.096"),
    ),
    (
        a_lease(
            "RIFee", "20", unused_amortized_upfront_fee_for_billing_period="1.5", unused_recurring_fee="2.25"
        ),
        dollars("20", "3.75", "0", "0"),
    ),
    (a_lease("Fee", "500"), dollars("500", "0", "0", "0")),
    (a_row("Tax", "19.000000000001"), dollars(*["19.000000000001"] * 4)),
    (a_row("Credit", "-5"), dollars("-5", "-5", "-5", "-5")),
    (a_row("Refund", "-2.5"), dollars("-2.5", "-2.5", "-2.5", "-2.5")),
    (a_row("EdpDiscount", "-3"), dollars("-3", "-3", "0", "-3")),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_type_of_line_costs_what_aws_says(tmp_path: Path, shape: str) -> None:
    path = SHAPES[shape](tmp_path / "report", [row for row, _ in HAND_WORKED])
    found = costs(path, tmp_path / "scratch")
    assert found == {row["line_item_line_item_description"]: amounts for row, amounts in HAND_WORKED}


def test_support_is_a_fee_like_any_other_and_counts_when_it_is_asked(tmp_path: Path) -> None:
    path = cur2_csv(tmp_path / "report", [a_row("Fee", "100", line_item_product_code="AWSSupportBusiness")])
    assert costs(path, tmp_path / "scratch")["Fee"] == dollars("100", "100", "100", "100")


@pytest.mark.parametrize(
    ("paid", "fee", "upfront"), [("no", "1", "0"), ("partly", "0.4", "0.6"), ("all", "0", "1")]
)
def test_a_plan_costs_its_commitment_however_much_of_it_is_paid_upfront(
    tmp_path: Path, paid: str, fee: str, upfront: str
) -> None:
    hour = a_plan(
        "SavingsPlanRecurringFee",
        fee,
        total_commitment_to_date="1",
        used_commitment="0.75",
        amortized_upfront_commitment_for_billing_period=upfront,
        recurring_commitment_for_billing_period=fee,
    )
    covered = a_plan("SavingsPlanCoveredUsage", "1.2", savings_plan_effective_cost="0.75")
    rows = [covered, a_plan("SavingsPlanNegation", "-1.2"), hour, a_plan("SavingsPlanUpfrontFee", "8760")]
    found = costs(cur2_parquet(tmp_path / paid, rows), tmp_path / "scratch")
    assert found["SavingsPlanRecurringFee"][:2] == dollars(fee, "0.25")
    assert sum(amounts[1] or NOTHING for amounts in found.values()) == Decimal(1)


@pytest.mark.parametrize(
    ("upfront", "recurring", "unused"),
    [("0", "3.6", "3.6"), ("1.5", "2.25", "3.75"), ("4.125", "0", "4.125"), ("4.125", None, "4.125")],
)
def test_a_reservation_costs_what_was_not_used_of_it(
    tmp_path: Path, upfront: str, recurring: str | None, unused: str
) -> None:
    fee = a_lease(
        "RIFee", "7", unused_amortized_upfront_fee_for_billing_period=upfront, unused_recurring_fee=recurring
    )
    found = costs(cur2_csv(tmp_path / "report", [fee]), tmp_path / "scratch")
    assert found["RIFee"][:2] == dollars("7", unused)


def test_where_the_report_has_costs_net_of_discounts_those_count(tmp_path: Path) -> None:
    rows: list[Row] = [
        a_row("Usage", "10", line_item_net_unblended_cost="9", pricing_public_on_demand_cost="10"),
        a_row("Tax", "2"),
        a_row("EdpDiscount", "-1", line_item_net_unblended_cost="0"),
        a_plan(
            "SavingsPlanCoveredUsage",
            "1.2",
            savings_plan_effective_cost="0.75",
            net_savings_plan_effective_cost="0.675",
        ),
        a_plan(
            "SavingsPlanRecurringFee",
            "1",
            line_item_net_unblended_cost="0.9",
            total_commitment_to_date="1",
            used_commitment="0.75",
            amortized_upfront_commitment_for_billing_period="0.5",
            recurring_commitment_for_billing_period="0.5",
            net_amortized_upfront_commitment_for_billing_period="0.45",
            net_recurring_commitment_for_billing_period="0.45",
        ),
        a_lease("DiscountedUsage", "0", effective_cost="0.06", net_effective_cost="0.054"),
        a_lease(
            "RIFee",
            "20",
            line_item_net_unblended_cost="18",
            unused_amortized_upfront_fee_for_billing_period="1.5",
            net_unused_amortized_upfront_fee_for_billing_period="1.35",
            unused_recurring_fee="2",
            net_unused_recurring_fee="1.8",
        ),
    ]
    found = costs(cur2_parquet(tmp_path / "report", rows), tmp_path / "scratch")
    assert {name: amounts[:2] for name, amounts in found.items()} == {
        "Usage": dollars("9", "9"),
        "Tax": dollars("2", "2"),
        "EdpDiscount": dollars("0", "0"),
        "SavingsPlanCoveredUsage": dollars("1.2", "0.675"),
        "SavingsPlanRecurringFee": dollars("0.9", "0.225"),
        "DiscountedUsage": dollars("0", "0.054"),
        "RIFee": dollars("18", "3.15"),
    }


def test_what_the_report_does_not_tell_is_unknown_and_never_zero(tmp_path: Path) -> None:
    rows = [
        a_row("Usage", "1"),
        a_row("DiscountedUsage"),
        a_row("SavingsPlanCoveredUsage", "1"),
        a_row("RIFee", "1"),
    ]
    found = costs(cur2_csv(tmp_path / "report", rows), tmp_path / "scratch")
    assert found == {
        "Usage": dollars("1", "1", None, "1"),
        "DiscountedUsage": dollars("0", None, None, None),
        "SavingsPlanCoveredUsage": dollars("1", None, None, "1"),
        "RIFee": dollars("1", None, "0", "0"),
    }


def test_usage_without_a_public_price_is_listed_at_what_was_asked(tmp_path: Path) -> None:
    rows = [
        a_row("Usage", "7", pricing_public_on_demand_cost="0"),
        a_lease(
            "DiscountedUsage",
            "0",
            effective_cost="1",
            pricing_public_on_demand_cost="0",
            line_item_usage_amount="1",
        ),
    ]
    found = costs(cur2_csv(tmp_path / "report", rows), tmp_path / "scratch")
    assert [found[kind][2] for kind in ("Usage", "DiscountedUsage")] == [Decimal(7), None]


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with reading_connection(tmp_path_factory.mktemp("scratch")) as opened:
        yield opened


def effective(connection: duckdb.DuckDBPyConnection, rows: Iterable[Row]) -> Decimal:
    """The sum of what lines with text columns cost, amortised."""
    given = [{name: value for name, value in row.items() if not isinstance(value, dict)} for row in rows]
    names = list(dict.fromkeys(name for row in given for name in row))
    value = for_columns(dict.fromkeys(names, "VARCHAR")).values["EffectiveCost"]
    columns = {name: pa.array([row.get(name) for row in given], pa.string()) for name in names}
    lines = connection.from_arrow(pa.table(columns))
    return Decimal(lines.aggregate(f"sum({value})").fetchall()[0][0])


AMOUNTS = st.decimals(min_value=0, max_value=10**6, places=12)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.lists(AMOUNTS, max_size=4), AMOUNTS), min_size=1, max_size=6))
def test_covered_usage_and_the_rest_of_the_fee_are_the_plans_whole_commitment(
    connection: duckdb.DuckDBPyConnection, hours: list[tuple[list[Decimal], Decimal]]
) -> None:
    rows: list[Row] = [a_plan("SavingsPlanUpfrontFee", "8760", savings_plan_effective_cost="")]
    commitment = Decimal(0)
    for covered, unused in hours:
        used = sum(covered, NOTHING)
        commitment += used + unused
        for cost in covered:
            rows.append(
                a_plan("SavingsPlanCoveredUsage", str(2 * cost), savings_plan_effective_cost=str(cost))
            )
            rows.append(a_plan("SavingsPlanNegation", str(-2 * cost)))
        fee = {"total_commitment_to_date": str(used + unused), "used_commitment": str(used)}
        rows.append(a_plan("SavingsPlanRecurringFee", str(used + unused), **fee))
    assert effective(connection, rows) == commitment


@settings(max_examples=25, deadline=None)
@given(st.lists(AMOUNTS, max_size=6), AMOUNTS, AMOUNTS)
def test_covered_usage_and_the_unused_rest_are_the_reservations_whole_cost(
    connection: duckdb.DuckDBPyConnection, used: list[Decimal], upfront: Decimal, recurring: Decimal
) -> None:
    rows: list[Row] = [a_lease("DiscountedUsage", "0", effective_cost=str(cost)) for cost in used]
    rows.append(a_lease("Fee", "1000"))
    unused = {
        "unused_amortized_upfront_fee_for_billing_period": str(upfront),
        "unused_recurring_fee": str(recurring),
    }
    rows.append(a_lease("RIFee", "9", **unused))
    assert effective(connection, rows) == sum(used, upfront + recurring)
