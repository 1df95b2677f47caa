"""A header meets our columns."""

from itertools import pairwise

import pytest

from core.costs.focus import COLUMNS, is_focus, match_header
from core.errors import Invalid

REQUIRED = [column.name for column in COLUMNS if column.required]


def test_the_required_columns_are_enough() -> None:
    header = match_header(REQUIRED)
    assert set(header.found) == set(REQUIRED)
    assert header.unknown == ()


@pytest.mark.parametrize("missing", REQUIRED)
def test_each_required_column_is_named_when_it_is_missing(missing: str) -> None:
    with pytest.raises(Invalid, match=missing):
        match_header([name for name in REQUIRED if name != missing])


def test_a_provider_under_its_newer_name_is_found() -> None:
    columns = [name for name in REQUIRED if name != "ProviderName"] + ["ServiceProviderName", "x_UsageType"]
    header = match_header(columns)
    assert header.found["ProviderName"] == "ServiceProviderName"
    assert header.found["SkuMeter"] == "x_UsageType"


def test_the_newer_name_of_the_usage_type_wins_over_the_older_one() -> None:
    assert match_header([*REQUIRED, "x_UsageType", "SkuMeter"]).found["SkuMeter"] == "SkuMeter"


def test_columns_we_do_not_keep_are_named() -> None:
    assert match_header([*REQUIRED, "Id", "x_Mystery"]).unknown == ("Id", "x_Mystery")


def test_a_doubled_column_is_refused() -> None:
    with pytest.raises(Invalid, match="BilledCost is there twice"):
        match_header([*REQUIRED, "BilledCost"])


def test_a_shopping_list_is_no_bill() -> None:
    assert not is_focus(["item", "price"])
    assert is_focus(REQUIRED)


def test_our_columns_are_each_named_once() -> None:
    names = sorted(name for column in COLUMNS for name in (column.name, *column.aliases))
    assert all(one != other for one, other in pairwise(names))


def test_a_column_under_its_older_and_its_newer_name_is_found_under_both() -> None:
    header = match_header([*REQUIRED, "ServiceProviderName"])
    assert (header.found["ProviderName"], header.also["ProviderName"]) == (
        "ProviderName",
        ("ServiceProviderName",),
    )
    assert header.unknown == ()


def test_columns_of_newer_versions_are_kept_aside_and_no_surprise() -> None:
    header = match_header([*REQUIRED, "InvoiceDetailId", "x_Discounts", "Id"])
    assert (header.aside, header.unknown) == (("InvoiceDetailId", "x_Discounts"), ("Id",))
