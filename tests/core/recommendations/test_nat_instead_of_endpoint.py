"""Traffic that a gateway endpoint would carry for nothing: only a share of it, and only where endpoints were seen whole."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.inventory import Kind, Table
from core.recommendations.facts import Facts
from core.recommendations.finding import Finding, Undetermined
from core.savings import MoneyFrom
from tests.builders import ACCOUNT, REGION
from tests.known import judged
from tests.network import a_gateway, an_endpoint, passed

RULE = "nat_instead_of_endpoint"
GB = 1 << 30


def seen(*others: object, gb_a_day: float = 40, **given: object) -> Facts:
    """The gateway and what else there is, with so much in and the same out."""
    fleet = [a_gateway(), *others]
    quiet = [0.0] * len(others)
    known = passed(fleet, bytes_out=[gb_a_day / 2 * GB, *quiet], bytes_in=[gb_a_day / 2 * GB, *quiet])
    return replace(known, **{"whole": frozenset({(ACCOUNT, REGION, Kind.ENDPOINT)}), **given})


def billed(traffic: str) -> dict[str, object]:
    gateway = a_gateway().id
    return {
        "bill": {gateway: Decimal("32.85") + Decimal(traffic)},
        "parts": {
            gateway: {"EU-NatGateway-Hours": Decimal("32.85"), "EU-NatGateway-Bytes": Decimal(traffic)}
        },
    }


def test_a_share_of_what_the_bill_says_of_traffic_is_saved_and_no_hours() -> None:
    answer = judged(RULE, a_gateway(), seen(**billed("50")))
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal(15)
    assert answer.cost.monthly == Decimal("82.85")
    assert "assumption" in answer.because
    half = judged(RULE, a_gateway(), seen(**billed("50")), share=50)
    assert isinstance(half, Finding)
    assert half.saving == Decimal(25)


def test_one_bad_day_on_the_bill_is_not_counted_every_month() -> None:
    answer = judged(RULE, a_gateway(), seen(**billed("780")))
    assert isinstance(answer, Finding)
    assert float(answer.saving) == pytest.approx(40 * 730 / 24 * 0.045 * 0.3, rel=1e-4)
    assert answer.cost.source is MoneyFrom.BILL


def test_before_the_bill_knows_it_measured_traffic_is_priced() -> None:
    answer = judged(RULE, a_gateway(), seen())
    assert isinstance(answer, Finding)
    assert float(answer.saving) == pytest.approx(40 * 730 / 24 * 0.045 * 0.3, rel=1e-4)
    assert answer.cost.source is MoneyFrom.LIST
    assert answer.saving < answer.cost.monthly


def test_a_vpc_with_an_endpoint_to_s3_is_fine() -> None:
    there = an_endpoint("vpce-s3", "s3", type="Gateway")
    assert judged(RULE, a_gateway(), seen(there)) is None


def test_an_endpoint_of_another_vpc_does_not_count() -> None:
    elsewhere = an_endpoint("vpce-s3", "s3", type="Gateway", vpc_id="vpc-2")
    assert isinstance(judged(RULE, a_gateway(), seen(elsewhere)), Finding)


def test_dynamodb_counts_where_there_are_tables() -> None:
    there = an_endpoint("vpce-s3", "s3", type="Gateway")
    table = Table(
        id="arn:aws:dynamodb:us-east-1:111122223333:table/carts",
        account_id=ACCOUNT,
        region=REGION,
        name="carts",
        state="ACTIVE",
        on_demand=True,
    )
    answer = judged(RULE, a_gateway(), seen(there, table, **billed("50")))
    assert isinstance(answer, Finding)
    assert answer.evidence["missing"] == ["dynamodb"]
    assert answer.saving == Decimal(5)
    both = judged(RULE, a_gateway(), seen(table, **billed("50")))
    assert isinstance(both, Finding)
    assert both.saving == Decimal(20)


def test_little_traffic_is_not_worth_it() -> None:
    assert judged(RULE, a_gateway(), seen(gb_a_day=10)) is None


def test_endpoints_that_were_not_seen_whole_may_be_there() -> None:
    assert judged(RULE, a_gateway(), seen(whole=frozenset())) == Undetermined(
        "Not every endpoint of its account and region could be seen."
    )


def test_a_bill_that_does_not_tell_traffic_apart_is_undetermined() -> None:
    assert isinstance(judged(RULE, a_gateway(), seen(bill={a_gateway().id: Decimal(90)})), Undetermined)
