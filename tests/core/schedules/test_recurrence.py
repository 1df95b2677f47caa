"""Rules of iCalendar, held against dateutil's reading of them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # it has no types
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.schedules import recurrence

rules = st.builds(
    lambda every, step, month, day: ";".join(filter(None, (f"FREQ={every};INTERVAL={step}", month, day))),
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 4),
    st.sampled_from(["", "BYMONTH=2,11", "BYMONTH=1"]),
    st.sampled_from(["", "BYDAY=MO,FR", "BYDAY=4TH,-1MO", "BYMONTHDAY=29,-1", "WKST=SU", "BYDAY=TU;WKST=SU"]),
)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


@given(rules, st.dates(date(2020, 1, 1), date(2030, 1, 1)))
@settings(max_examples=150, deadline=None)
def test_rules_mean_what_dateutil_makes_of_them(said: str, start: date) -> None:
    """From the first day that is one of the rule's: what begins elsewhere is refused, as its meaning is not defined."""
    through = start + timedelta(days=1500)
    expected = [
        at.date()
        for at in rrulestr(said, dtstart=midnight(start)).between(
            midnight(start), midnight(through), inc=True
        )
    ]
    try:
        rule = recurrence.read(said)
    except Invalid:
        assert "4TH" in said or "BYMONTHDAY" in said
        return
    if start in expected:
        assert list(rule.days(start, through)) == expected
    else:
        with pytest.raises(Invalid, match="none of the days"):
            rule.days(start, through)


@given(st.text(alphabet="FREQ=YALWKDINTVBOMH;0123456789-,+U", max_size=60), st.dates(date(1970, 1, 1)))
@settings(max_examples=100, deadline=None)
def test_any_rule_is_read_or_refused(said: str, start: date) -> None:
    for text in (said, f"FREQ=DAILY;{said}", f"FREQ=YEARLY;BYDAY={said}"):
        try:
            found = list(recurrence.read(text).days(start, start))
        except Invalid:
            continue
        assert found == [start]
