"""Uploads that were never finished."""

import pytest

from core.recommendations.facts import Facts
from core.recommendations.finding import Finding, Undetermined
from tests.known import judged
from tests.stored import GIB, a_bucket, on_the_bill, stored

LEFT = a_bucket(stale_uploads=12, stale_upload_bytes=400 * GIB)


def known(standard: float = 100, **given: object) -> Facts:
    return stored(**{**on_the_bill(LEFT, {"TimedStorage-ByteHrs": standard}), **given})


def test_the_parts_left_behind_are_saved() -> None:
    answer = judged("s3_multipart", LEFT, known())
    assert isinstance(answer, Finding)
    assert answer.saving == 8
    assert "12 uploads" in answer.because


def test_never_more_than_the_bill_has_for_storage() -> None:
    answer = judged("s3_multipart", LEFT, known(standard=3))
    assert isinstance(answer, Finding)
    assert answer.saving == 3


def test_a_bucket_without_leftovers_is_fine() -> None:
    assert judged("s3_multipart", a_bucket(), known()) is None


def test_a_few_megabytes_are_not_worth_a_rule() -> None:
    assert judged("s3_multipart", a_bucket(stale_uploads=2, stale_upload_bytes=1 << 20), known()) is None


@pytest.mark.parametrize("unread", [{"stale_uploads": None}, {"stale_upload_bytes": None}])
def test_what_could_not_be_read_is_said(unread: dict[str, None]) -> None:
    bucket = a_bucket(**{"stale_uploads": 1, "stale_upload_bytes": 1, **unread})
    assert judged("s3_multipart", bucket, known()) == Undetermined(
        "Its unfinished uploads could not be read."
    )


def test_a_bucket_not_on_the_bill_is_undetermined() -> None:
    assert isinstance(judged("s3_multipart", LEFT, stored()), Undetermined)
