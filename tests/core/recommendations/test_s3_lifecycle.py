"""Buckets without lifecycle rules, and those for which none would pay."""

from decimal import Decimal

import pytest

from core.recommendations.facts import Facts
from core.recommendations.finding import Finding, Undetermined
from tests.known import hours, judged
from tests.stored import GIB, a_bucket, on_the_bill, stored, used


def known(standard: float = 100, objects: float = 1_000_000, **given: object) -> Facts:
    return stored(
        **{
            **on_the_bill(a_bucket(), {"TimedStorage-ByteHrs": standard, "Requests-Tier1": 3}),
            "usage": used("box", objects=hours(objects), standard_bytes=hours(5000 * GIB)),
            **given,
        }
    )


def test_the_cold_share_of_standard_storage_falls_to_the_cheaper_price() -> None:
    answer = judged("s3_lifecycle", a_bucket(), known())
    assert isinstance(answer, Finding)
    assert answer.saving == Decimal("32.5") - Decimal("2.5")  # 65% of 100 at half the price, less watching
    assert answer.evidence["prices"]["moving_once"] == "10.00000"


def test_a_bucket_with_rules_is_taken_care_of() -> None:
    assert judged("s3_lifecycle", a_bucket(has_lifecycle=True), known()) is None


def test_small_objects_stay_where_they_are() -> None:
    assert judged("s3_lifecycle", a_bucket(), known(objects=100_000_000)) is None


def test_a_small_bucket_is_not_worth_a_rule() -> None:
    assert judged("s3_lifecycle", a_bucket(), known(standard=10)) is None


@pytest.mark.parametrize(
    ("bucket", "given", "why"),
    [
        (a_bucket(has_lifecycle=None), {}, "Its lifecycle rules could not be read."),
        (a_bucket(), {"bill": {}}, "It is not on the bill yet, and no list price is kept for a bucket."),
        (a_bucket(), {"usage": used("box")}, "No samples of its objects were collected."),
    ],
)
def test_what_is_not_known_is_said(bucket: object, given: dict[str, object], why: str) -> None:
    assert judged("s3_lifecycle", bucket, known(**given)) == Undetermined(why)  # type: ignore[arg-type]
