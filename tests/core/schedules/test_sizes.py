"""The period that began last names the type, since when it has been named without a break."""

from datetime import UTC, datetime

import pytest

from core.schedules.model import Period, ScheduleDefinition
from core.schedules.sizes import Size, size_at
from tests.core.schedules.test_imported import a_period, a_schedule, scanned, the_one

DAY = Period("08:00", "20:00", instancetype="m5.large")
NOON = Period("11:00", "14:00", instancetype="m5.4xlarge")


def at(hour: int) -> datetime:
    """On Friday 27 November 2026."""
    return datetime(2026, 11, 27, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "size"),
    [
        (at(7), None),
        (at(9), Size("m5.large", at(8))),
        (at(12), Size("m5.4xlarge", at(11))),
        (at(15), Size("m5.large", at(14))),
        (at(20), None),
    ],
)
def test_of_periods_that_run_the_one_that_began_last_says_the_type(now: datetime, size: Size | None) -> None:
    assert size_at([ScheduleDefinition("UTC", (NOON, DAY))], now) == size


def test_a_period_without_a_type_that_began_later_leaves_it_open() -> None:
    plain = Period("11:00", "14:00")
    assert size_at([ScheduleDefinition("UTC", (DAY, plain))], at(12)) is None


def test_of_periods_that_began_together_the_one_that_names_a_type_counts() -> None:
    plain = Period("08:00", "20:00")
    schedules = [ScheduleDefinition("UTC", (DAY,)), ScheduleDefinition("UTC", (plain,))]
    assert size_at(schedules, at(9)) == size_at(schedules[::-1], at(9)) == Size("m5.large", at(8))


def test_a_type_that_is_named_day_and_night_does_not_begin_anew_at_midnight() -> None:
    always = ScheduleDefinition("UTC", (Period(instancetype="m5.large"),))
    found = size_at([always], at(12))
    assert found is not None
    assert found.since < datetime(2026, 11, 20, tzinfo=UTC)


def test_what_names_no_type_costs_nothing() -> None:
    assert size_at([ScheduleDefinition("UTC", (Period(),))], at(12)) is None


def test_hibernation_and_sizes_are_kept_where_they_go_together() -> None:
    assert the_one(scanned(a_schedule(hibernate=True), a_period())).definition.hibernate
    sized = the_one(scanned(a_schedule(periods=["hours@t3.large"]), a_period())).definition
    assert [each.instancetype for each in sized.periods] == ["t3.large"]
