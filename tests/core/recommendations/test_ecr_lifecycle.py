"""Repositories that keep every image ever pushed."""

from decimal import Decimal

import pytest

from core.recommendations.finding import Finding, Undetermined
from tests.known import judged
from tests.stored import a_repository, stored

BILLED = stored(bill={a_repository().id: Decimal(10)})


def test_the_share_without_a_tag_is_saved() -> None:
    answer = judged("ecr_lifecycle", a_repository(), BILLED)
    assert isinstance(answer, Finding)
    assert answer.saving == 6


def test_a_repository_with_a_policy_is_fine() -> None:
    assert judged("ecr_lifecycle", a_repository(has_lifecycle=True), BILLED) is None


def test_a_repository_whose_images_all_have_tags_is_fine() -> None:
    assert judged("ecr_lifecycle", a_repository(untagged_bytes=0), BILLED) is None


def test_cents_are_not_worth_a_policy() -> None:
    assert judged("ecr_lifecycle", a_repository(untagged_bytes=1 << 30), BILLED) is None


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"has_lifecycle": None}, "Its lifecycle policy could not be read."),
        ({"untagged_bytes": None}, "Which of its images have no tag could not be told."),
        ({"stored_bytes": None}, "Which of its images have no tag could not be told."),
    ],
)
def test_what_could_not_be_read_is_said(given: dict[str, None], why: str) -> None:
    assert judged("ecr_lifecycle", a_repository(**given), BILLED) == Undetermined(why)


def test_a_repository_not_on_the_bill_is_undetermined() -> None:
    assert isinstance(judged("ecr_lifecycle", a_repository(), stored()), Undetermined)
