from datetime import date
from decimal import Decimal

from core.prices import Price, PriceBook

AS_OF = date(2026, 7, 20)


def price(item: str, usd: str, region: str = "us-east-1") -> Price:
    return Price(item, region, "Hrs", Decimal(usd), "test", AS_OF)


def test_a_price_is_found_by_region_and_item() -> None:
    book = PriceBook([price("ec2:m5.large", "0.096"), price("ec2:m5.large", "0.107", "eu-west-1")])

    found = book.find("eu-west-1", "ec2:m5.large")

    assert found is not None
    assert found.usd == Decimal("0.107")


def test_an_unknown_price_is_none_and_not_zero() -> None:
    assert PriceBook([]).find("us-east-1", "ec2:m5.large") is None


def test_the_last_price_given_counts() -> None:
    book = PriceBook([price("eip:idle", "0.004"), price("eip:idle", "0.005")])

    assert [one.usd for one in book] == [Decimal("0.005")]
    assert len(book) == 1
