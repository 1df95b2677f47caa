"""iCalendar files: what of them is read, and what is refused with its line."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.schedules import icalendar
from core.schedules.calendars import Calendar

THROUGH = date(2036, 11, 27)
EVENT = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def calendar(name: str, text: str) -> Calendar:
    return icalendar.read(name, text, THROUGH).calendar


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("DTSTART;VALUE=DATE:20261225", ("2026-12-25",)),
        ("DTSTART:20261225\r\nSUMMARY:Christmas\\, at\r\n  home", ("2026-12-25",)),
        ("DTSTART;VALUE=DA\r\n TE:20261225\r\nDTEND;VALUE=DATE:20261227", ("2026-12-25", "2026-12-26")),
        ("DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY", ("2026-12-25/yearly",)),
        ("DTSTART:20261225\r\nRRULE:FREQ=YEARLY;COUNT=2;BYMONTH=12", ("2026-12-25", "2027-12-25")),
        ("DTSTART:20261225\r\nRRULE:FREQ=YEARLY;UNTIL=20271224T000000Z", ("2026-12-25",)),
        ("DTSTART:20240229\r\nRRULE:FREQ=YEARLY;COUNT=2", ("2024-02-29", "2028-02-29")),
        (
            "DTSTART:20240228\r\nDTEND:20240301\r\nRRULE:FREQ=YEARLY;COUNT=2",
            ("2024-02-28", "2024-02-29", "2025-02-28", "2025-03-01"),
        ),
        ("DTSTART:20261225\r\nBEGIN:VALARM\r\nDURATION:PT1H\r\nEND:VALARM", ("2026-12-25",)),
        ("DTSTART:20261225\r\nSTATUS:CANCELLED", ()),
        ("DTSTART:20261225\r\nDURATION:P2D", ("2026-12-25", "2026-12-26")),
        (
            "DTSTART:20261126\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;UNTIL=20281231",
            ("2026-11-26", "2027-11-25", "2028-11-23"),
        ),
        (
            "DTSTART:20261225\r\nRRULE:FREQ=YEARLY;COUNT=3\r\nEXDATE:20271225\r\nRDATE:20270101,20280101",
            ("2026-12-25", "2027-01-01", "2028-01-01", "2028-12-25"),
        ),
    ],
)
def test_events_of_whole_days_are_read(said: str, found: tuple[str, ...]) -> None:
    for text in (EVENT.format(said), EVENT.format(said).replace("\r\n", "\n")):
        assert calendar("Holidays", text).days == found


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("SUMMARY:Nothing", "Line 2: this event has no DTSTART"),
        ("DTSTART:20261225T090000Z", "Line 3: “20261225T090000Z” is no whole day"),
        ("DTSTART;VALUE=DATE:20260229", "is no whole day"),
        ("DTSTART:20261225\nDTEND:20261225", "Line 4: an event ends 1 to 366 days after"),
        (
            "DTSTART:20261225\nRRULE:FREQ=HOURLY",
            "Line 4: FREQ=HOURLY is not read: expected one of DAILY, WEEKLY",
        ),
        ("DTSTART:20261125\nRRULE:FREQ=YEARLY;BYDAY=4TH;BYMONTH=11", "Line 4: the first day"),
        ("DTSTART:20261225\nRRULE:FREQ=YEARLY;COUNT=0", "COUNT=0 is not read: expected 1 to 1000"),
        (
            "DTSTART:20261225\nRRULE:FREQ=YEARLY;BYSETPOS=1",
            "“BYSETPOS=1” is not read in a rule: expected FREQ",
        ),
        ("DTSTART:20261225\nRRULE:FREQ=YEARLY;COUNT=2;UNTIL=20301225", "COUNT or UNTIL, not both"),
        ("DTSTART:20261225\nRRULE:COUNT=2", "FREQ= is not read: expected one of"),
        ("DTSTART:20261225\nRRULE:FREQ=DAILY", "Line 2: a calendar may have 1,000 days"),
        ("DTSTART:20261225\nDTSTART:20261226", "Line 4: an event has DTSTART once"),
        (
            "DTSTART:20261225\nDURATION:PT4H",
            "Line 4: “PT4H” is no whole number of days: expected such as P1D",
        ),
        ("DTSTART:20261225\nEXDATE:2027", "Line 4: “2027” is no whole day: expected such as 20261225"),
        ("DTSTART:19690101\nRRULE:FREQ=WEEKLY;INTERVAL=500", "Line 4: a rule is followed from 1970 on"),
        ("DTSTART:20261225\nRECURRENCE-ID:20261225", "Line 4: events with RECURRENCE-ID are not read"),
        ("DTSTART:20240228\nDTEND:20240302\nRRULE:FREQ=YEARLY", "over the end of February"),
        ("DTSTART:20261225\nBEGIN:VEVENT", "Line 2: this event has no END:VEVENT"),
    ],
)
def test_what_would_be_read_wrongly_is_refused_with_its_line(said: str, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        calendar("Holidays", EVENT.format(said))


def test_what_is_no_calendar_is_refused() -> None:
    for text in ("", "{}", "x" * 4_000_001):
        with pytest.raises(Invalid):
            calendar("Holidays", text)
    with pytest.raises(Invalid, match="needs a name"):
        Calendar(" ", ())


@given(st.text(max_size=200) | st.text(alphabet="BEGINDVT:;=0123456789RULCOAYQ\r\n -", max_size=200))
@settings(max_examples=80, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    for given_text in (text, EVENT.format(text), EVENT.format(f"DTSTART:20261225\nRRULE:{text}")):
        try:
            assert calendar("Any", given_text).name == "Any"
        except Invalid:
            continue


def test_days_carry_their_names_and_the_file_its_own() -> None:
    said = "DTSTART:20261225\r\nSUMMARY:Christmas\\, at\r\n  home\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:20261225"
    text = EVENT.format(said).replace("VCALENDAR\r\n", "VCALENDAR\r\nX-WR-CALNAME:UK\r\n", 1)
    found = icalendar.read("", text, THROUGH).calendar
    assert (found.name, found.titles) == ("UK", {"2026-12-25": "Christmas, at home"})
    assert icalendar.read("Ours", text, THROUGH).calendar.name == "Ours"
    assert Calendar.from_json(found.to_json()) == found


def test_a_rule_without_end_is_kept_for_years_and_says_so() -> None:
    said = "DTSTART:20261126\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\r\nSUMMARY:Thanksgiving"
    read = icalendar.read("US", EVENT.format(said), THROUGH)
    assert (read.calendar.days[0], read.calendar.days[-1], len(read.calendar.days)) == (
        "2026-11-26",
        "2036-11-27",
        11,
    )
    assert read.notes == ("“Thanksgiving” comes again for long: kept until 2036-11-27.",)
