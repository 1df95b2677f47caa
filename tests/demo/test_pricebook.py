from decimal import Decimal

import pytest

from services.demo.templates import PRICE_SCALE
from services.pricebook import EU, US, book, instance_types, price, prices


@pytest.mark.parametrize(
    ("item", "unit", "usd"),
    [
        ("ec2:m5.large", "Hrs", "0.096"),
        ("ebs:gp2", "GB-Mo", "0.10"),
        ("ebs:gp3", "GB-Mo", "0.08"),
        ("ebs:gp3-iops", "IOPS-Mo", "0.005"),
        ("ebs:gp3-throughput", "MiBps-Mo", "0.04"),
        ("ebs:snapshot", "GB-Mo", "0.05"),
        ("eip:idle", "Hrs", "0.005"),
        ("nat:hour", "Hrs", "0.045"),
    ],
)
def test_known_prices_are_known(item: str, unit: str, usd: str) -> None:
    found = price(US, item, unit)

    assert found is not None
    assert found.usd == Decimal(usd)
    assert not found.demo


def test_a_price_is_not_given_in_another_unit() -> None:
    assert price(US, "ebs:gp2", "Hrs") is None


def test_scaled_prices_say_that_they_are_made_up() -> None:
    assert all(one.demo == (one.region == EU) for one in prices())
    assert all("times 1.10" in one.source for one in prices() if one.demo)


def test_every_price_is_positive_dated_and_short_enough_to_multiply_exactly() -> None:
    for one in prices():
        assert one.usd > 0
        assert -int(one.usd.as_tuple().exponent) <= PRICE_SCALE
        assert one.source
        assert one.as_of.year == 2026


def test_every_type_with_a_price_has_its_specification() -> None:
    named = {one.item.removeprefix("ec2:") for one in prices() if one.item.startswith("ec2:")}

    assert named == set(instance_types())
    assert {one.architecture for one in instance_types().values()} == {"x86_64", "arm64"}
    assert all(one.vcpu > 0 and one.memory_mib > 0 for one in instance_types().values())
    assert book().find(US, "ec2:t3.micro") is not None
    assert instance_types()["t3.micro"].burstable
