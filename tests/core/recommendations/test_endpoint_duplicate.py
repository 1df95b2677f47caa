"""Two ways from one VPC to one service."""

from dataclasses import replace
from decimal import Decimal

from core.recommendations.facts import Facts
from core.recommendations.finding import Finding
from tests.known import NOW, judged
from tests.network import an_endpoint, passed

RULE = "endpoint_duplicate"
BUSY, QUIET = an_endpoint("vpce-busy"), an_endpoint("vpce-quiet")


def both(*fleet: object, traffic: list[float]) -> Facts:
    return passed(list(fleet), bytes=traffic)


def test_the_busier_one_is_kept_and_the_other_found() -> None:
    known = both(BUSY, QUIET, traffic=[100, 10])
    answer = judged(RULE, QUIET, known)
    assert isinstance(answer, Finding)
    assert (answer.saving, answer.evidence["kept"]) == (Decimal("14.60"), BUSY.id)
    assert judged(RULE, BUSY, known) is None


def test_the_one_in_more_zones_is_kept_however_quiet() -> None:
    wide = an_endpoint("vpce-wide", zones=3)
    known = both(BUSY, wide, traffic=[100, 0])
    assert judged(RULE, wide, known) is None
    assert isinstance(judged(RULE, BUSY, known), Finding)


def test_of_two_alike_the_older_is_kept() -> None:
    newer = an_endpoint("vpce-a-newer", created_at=NOW)
    known = both(newer, QUIET, traffic=[0, 0])
    assert judged(RULE, QUIET, known) is None
    assert isinstance(judged(RULE, newer, known), Finding)


def test_what_passes_through_goes_on_costing_at_the_other() -> None:
    known = replace(
        both(BUSY, QUIET, traffic=[100, 10]),
        bill={QUIET.id: Decimal(20)},
        parts={QUIET.id: {"VpcEndpoint-Hours": Decimal(15), "VpcEndpoint-Bytes": Decimal(5)}},
    )
    answer = judged(RULE, QUIET, known)
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal(15)


def test_another_service_vpc_or_sort_of_endpoint_is_no_duplicate() -> None:
    others = [
        an_endpoint("vpce-2", "sns"),
        an_endpoint("vpce-3", vpc_id="vpc-2"),
        an_endpoint("vpce-4", type="Gateway"),
        an_endpoint("vpce-5", state="deleting"),
        an_endpoint("vpce-6", account_id="444455556666"),
    ]
    known = both(QUIET, *others, traffic=[0] * 6)
    assert [judged(RULE, one, known) for one in (QUIET, *others)] == [None] * 6


def test_of_three_two_are_found() -> None:
    fleet = [an_endpoint(f"vpce-{number}") for number in range(3)]
    known = both(*fleet, traffic=[1, 2, 3])
    found = [one.name for one in fleet if isinstance(judged(RULE, one, known), Finding)]
    assert found == ["vpce-0", "vpce-1"]
