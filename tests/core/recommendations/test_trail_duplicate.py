"""Of trails that record the same, the one whose copies the bill has is found."""

from decimal import Decimal

import pytest

from core.inventory import Kind, Trail
from core.recommendations.finding import Answer, Finding, Undetermined
from tests.databases import known
from tests.known import judged
from tests.platforms import a_trail

RULE = "trail_duplicate"
PAID = {"PaidEventsRecorded": "40", "DataEventsRecorded": "25"}


def answer(*others: Trail, meters: dict[str, str] | None = None, **given: object) -> Answer:
    trail = a_trail("copy", **given)
    facts = known(trail, *others, meters=PAID if meters is None else meters, whole=(Kind.TRAIL,))
    return judged(RULE, trail, facts)


def test_the_paid_copies_are_saved_and_data_events_are_not() -> None:
    found = answer(a_trail("first"))
    assert isinstance(found, Finding)
    assert (found.saving, found.cost.monthly) == (Decimal(40), Decimal(65))
    assert found.because.startswith("first records the same management events")


def test_a_trail_of_the_organisation_is_another_one() -> None:
    found = answer(under_another=True)
    assert isinstance(found, Finding)
    assert "a trail of the organisation" in found.because


@pytest.mark.parametrize(
    "other",
    [
        {"state": "stopped"},
        {"reads": False, "writes": False},
        {"account_id": "999999999999"},
    ],
)
def test_what_another_does_not_record_here_is_no_copy(other: dict[str, object]) -> None:
    assert answer(a_trail("first", **other)) is None


def test_trails_of_other_regions_or_other_events_do_not_meet() -> None:
    elsewhere = a_trail("first", region="eu-west-1", every_region=False)
    assert answer(elsewhere, every_region=False) is None
    assert isinstance(answer(elsewhere), Finding)
    assert answer(a_trail("first", writes=False), reads=False) is None


def test_the_free_copy_and_one_that_records_nothing_stay() -> None:
    first = a_trail("first")
    assert answer(first, meters={"DataEventsRecorded": "25"}) is None
    assert answer(first, state="stopped") is None
    assert answer(first, reads=False, writes=False) is None


def test_unknown_selectors_or_trails_that_were_not_seen_are_undetermined() -> None:
    first, trail = a_trail("first"), a_trail("copy")
    assert isinstance(answer(first, reads=None), Undetermined)
    assert isinstance(judged(RULE, trail, known(trail, first, meters=PAID)), Undetermined)
