"""Around every clock change the product agrees with a walk through every minute. The full size: `./pioneer campaign schedule-oracle`."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.schedules.oracle import ZONES, Change, Told, changes, wanted
from tests.core.schedules.sweep import Schedule, disagreement, schedules


def test_there_are_twenty_zones_and_their_changes_of_ten_years() -> None:
    assert len(set(ZONES)) == 20
    assert {change.zone for change in changes()} == set(ZONES)
    assert len(changes()) > 300


def test_the_oracle_knows_what_is_written_of_new_york() -> None:
    spring, autumn = (
        next(c for c in changes() if c.zone == "America/New_York" and (c.at.year, c.at.month) == when)
        for when in ((2026, 3), (2026, 11))
    )
    for change, begin, end, minutes in (
        (spring, 150, 360, 180),
        (spring, 135, 165, None),
        (spring, 0, 360, 300),
        (autumn, 0, 360, 420),
        (autumn, 0, 90, 90),
        (autumn, 90, 300, 270),
    ):
        on_sunday = Told(begin, end, (("weekdays", ("sun",)),))
        line = wanted(change, (on_sunday,), "stopped")
        lengths = [
            (line[place + 1][0] - at).total_seconds() / 60
            for place, (at, state) in enumerate(line)
            if state == "running"
        ]
        assert lengths == ([] if minutes is None else [minutes])


@given(st.sampled_from(changes()).flatmap(lambda change: st.tuples(st.just(change), schedules(change))))
@settings(max_examples=60, deadline=None)
def test_every_minute_around_a_clock_change_is_as_the_oracle_says(asked: tuple[Change, Schedule]) -> None:
    assert disagreement(*asked) is None
