"""What an instance type's name tells, and which types are offered."""

import pytest

from core.recommendations.replacing import offers, plain
from services.pricebook import instance_types
from tests.builders import an_instance
from tests.computing import knowing


@pytest.mark.parametrize("name", ["m5.large", "c6a.xlarge", "t3.nano", "m6g.medium", "c5n.large"])
def test_types_that_are_no_more_than_cpu_and_memory(name: str) -> None:
    assert plain(name)


@pytest.mark.parametrize(
    "name",
    [
        *("g4dn.xlarge", "p4d.24xlarge", "inf2.xlarge", "trn1.2xlarge", "f2.6xlarge", "u-6tb1.metal"),
        *("m5d.large", "c5ad.large", "i3.large", "d3.xlarge", "im4gn.large", "is4gen.large", "c3.large"),
        *("m7i-flex.large", "hpc7g.4xlarge", "x1.16xlarge", "x2idn.16xlarge", "r7i.metal-24xl", "nonsense"),
    ],
)
def test_types_with_more_than_that_are_never_offered(name: str) -> None:
    assert not plain(name)


def test_offers_are_current_cheaper_and_in_order_of_price() -> None:
    found = offers(knowing(), an_instance(type="m5.xlarge"), lambda each: each.vcpu >= 2)
    prices = [each.usd for each in found]
    assert prices == sorted(prices)
    assert max(prices) < knowing().price("us-east-1", "ec2:m5.xlarge")
    assert all(each.type.current_generation and not each.type.burstable for each in found)
    assert {each.type.architecture for each in found} == {"x86_64"}


def test_dearer_offers_are_given_where_they_are_asked_for() -> None:
    cheap = offers(knowing(), an_instance(type="t3.nano"), lambda each: not each.burstable)
    dear = offers(knowing(), an_instance(type="t3.nano"), lambda each: not each.burstable, dearer=True)
    assert not cheap
    assert dear[0].usd > 0


def test_every_type_with_a_plain_name_really_has_nothing_more() -> None:
    families = {name.partition(".")[0] for name in instance_types() if plain(name)}
    assert not {family for family in families if family.startswith(("g", "p", "inf", "trn", "d", "i", "h"))}
