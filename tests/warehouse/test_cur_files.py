"""Cost and usage reports as files: recognised, checked value by value, and nothing in them lost."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from core.costs.scope import CostType, Dimension, Scope
from core.errors import Invalid
from core.periods import Period
from services.warehouse import answers
from services.warehouse.readers import FORMATS, for_columns
from services.warehouse.staging import Staged
from services.warehouse.warehouse import Warehouse
from tests.bills import FOCUS_SAMPLE, a_line
from tests.reports import LEGACY_SAMPLE, Row, a_row, athena_parquet, cur2_csv, cur2_parquet, line, read


def test_what_was_bought_and_until_when_is_kept_aside(tmp_path: Path) -> None:
    row = a_row(
        "SavingsPlanRecurringFee",
        bill_bill_type="Anniversary",
        savings_plan_end_time="2027-01-01T00:00:00.000Z",
        savings_plan_payment_option="No Upfront",
    )
    assert line(tmp_path, row)["x_Other"] == {
        "line_item_line_item_type": "SavingsPlanRecurringFee",
        "savings_plan_end_time": "2027-01-01T00:00:00.000Z",
        "savings_plan_payment_option": "No Upfront",
    }


def test_columns_nobody_expected_are_kept_aside_and_named(tmp_path: Path) -> None:
    rows = [a_row(mood="sunny", discount={"EdpDiscount": -1.5}), a_row(mood="")]
    found, (first, second) = read(cur2_parquet(tmp_path / "report", rows), tmp_path / "scratch")
    assert found.unknown_columns == ("mood",)
    assert first["x_Other"] == {"mood": "sunny", "x_Discounts": '{"EdpDiscount":-1.5}'}
    assert second["x_Other"] is None


def test_doubles_come_in_as_their_shortest_form_and_what_had_to_be_rounded_is_counted(tmp_path: Path) -> None:
    rows = [a_row(cost=cost, line_item_net_unblended_cost=None) for cost in ("0.1", "1.2345678901234e-10")]
    found, lines = read(cur2_parquet(tmp_path / "report", rows), tmp_path / "scratch")
    assert [row["BilledCost"] for row in lines] == [Decimal("0.1"), Decimal("0.00000000012345678901")]
    assert found.rounded == 1


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"line_item_unblended_cost": "abc"}, r"row 3: line_item_unblended_cost 'abc' is no number"),
        ({"line_item_unblended_cost": ""}, r"row 3: line_item_unblended_cost is empty"),
        ({"line_item_line_item_type": ""}, r"row 3: line_item_line_item_type is empty"),
        ({"reservation_effective_cost": "1e308"}, r"row 3: reservation_effective_cost '1e308' is no number"),
        ({"split_line_item_split_cost": "NaN"}, r"row 3: split_line_item_split_cost 'NaN' is no number"),
        ({"line_item_usage_end_date": "soon"}, r"row 3: line_item_usage_end_date 'soon' is no point in time"),
        ({"resource_tags": "team=web"}, r"row 3: resource_tags 'team=web' is no JSON object"),
        ({"product": "{"}, r"row 3: product '{' is no JSON object"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_its_row(
    tmp_path: Path, columns: dict[str, object], sentence: str
) -> None:
    good = a_row(reservation_effective_cost="", split_line_item_split_cost="", resource_tags={})
    with pytest.raises(Invalid, match=sentence):
        read(cur2_csv(tmp_path / "report", [good, good | columns]), tmp_path / "scratch")


def test_any_subset_of_columns_will_do_that_has_what_a_line_needs(tmp_path: Path) -> None:
    needed = {
        "line_item_unblended_cost",
        "line_item_line_item_type",
        "line_item_usage_start_date",
        "bill_billing_period_start_date",
        "bill_payer_account_id",
        "line_item_currency_code",
    }
    row = {name: value for name, value in a_row(cost="1").items() if name in needed}
    assert line(tmp_path, row)["EffectiveCost"] == 1


@pytest.mark.parametrize(
    ("write", "name"), [(cur2_csv, "CUR 2.0"), (athena_parquet, "cost and usage report's")]
)
def test_a_column_that_every_line_needs_is_named_when_it_is_missing(
    tmp_path: Path, write: Callable[[Path, Iterable[Row]], Path], name: str
) -> None:
    row = {key: value for key, value in a_row().items() if key != "line_item_currency_code"}
    with pytest.raises(Invalid, match=f"row 1: the {name} columns line_item_currency_code are missing"):
        read(write(tmp_path / "report", [row]), tmp_path / "scratch")


def test_the_legacy_sample_adds_up_to_its_last_digit(tmp_path: Path) -> None:
    found, lines = read(LEGACY_SAMPLE, tmp_path / "scratch")
    (month,) = found.months
    assert (month.source, month.month, month.rows) == ("AWS:123412340534", "2023-11", 1281)
    assert month.totals["BilledCost"] == {"USD": Decimal("1.68230869740")}
    assert month.totals["EffectiveCost"] == month.totals["BilledCost"]
    assert found.unknown_columns == ()
    assert {row["ServiceName"] for row in lines} >= {"AWS Step Functions", "Amazon Simple Storage Service"}


def test_a_report_loads_and_answers_like_any_bill(
    warehouse: Warehouse, organisation: UUID, take: Callable[..., Staged], tmp_path: Path
) -> None:
    take(LEGACY_SAMPLE)
    pods = [
        a_row(cost="1"),
        a_row(split_line_item_split_cost="0.25", resource_tags={"aws_eks_namespace": "shop"}),
    ]
    take(cur2_parquet(tmp_path / "report", pods))
    scope = Scope(Period(date(2023, 1, 1), date(2027, 1, 1)), cost=CostType.EFFECTIVE)
    parts = answers.parts(warehouse.pin(organisation), scope, (Dimension("namespace"),))
    assert {part.keys: part.cost for part in parts} == {
        ("shop",): Decimal("0.25"),
        (None,): Decimal("0.75") + Decimal("1.68230869740"),
    }


def header(path: Path) -> dict[str, str]:
    return dict.fromkeys(path.read_text().splitlines()[0].split(","), "VARCHAR")


def test_formats_are_named_as_one_types_them() -> None:
    assert FORMATS == ("cur-legacy", "cur2", "daily", "focus")


def test_a_format_that_is_asked_for_is_the_one_that_is_read() -> None:
    columns = dict.fromkeys(a_row(), "VARCHAR") | {"product_product_name": "VARCHAR"}
    assert "product_product_name" not in for_columns(columns, "cur2").unknown
    assert (
        for_columns(header(LEGACY_SAMPLE), "cur-legacy").filled == for_columns(header(LEGACY_SAMPLE)).filled
    )


@pytest.mark.parametrize(
    ("columns", "wanted", "sentence"),
    [
        (header(FOCUS_SAMPLE), "cur2", "the CUR 2.0 columns line_item_unblended_cost, .* are missing"),
        (header(LEGACY_SAMPLE), "focus", "the FOCUS columns BilledCost, .* are missing"),
        (header(FOCUS_SAMPLE), "daily", "its columns are not date, dimension, name, value"),
        (dict.fromkeys(a_line(), "VARCHAR"), "excel", "'excel' is no format of a bill"),
    ],
)
def test_a_format_that_does_not_fit_is_refused_in_a_sentence(
    columns: dict[str, str], wanted: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        for_columns(columns, wanted)
