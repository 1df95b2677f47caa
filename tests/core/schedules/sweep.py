"""Any schedule around a clock change, asked of the product and of the oracle."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from core.schedules.intervals import timeline
from core.schedules.model import Period, ScheduleDefinition, State
from tests.core.schedules.oracle import AROUND, DAY, DAYS, MINUTE, Change, Told, wanted

MIDNIGHT = 1440
_ANY_TIME = st.one_of(
    st.integers(0, MIDNIGHT), st.integers(1380, MIDNIGHT), st.sampled_from([0, 1, 30, 1439, MIDNIGHT])
)
_DAY = st.none() | st.integers(-2, 2)
Days = tuple[int | None, int | None]
Schedule = tuple[tuple[Told, ...], str, tuple[int, ...], Days]
"""Periods, the default, days off, and its first and last day; days are counted from the day of the change."""


def _fields() -> st.SearchStrategy[tuple[tuple[str, tuple[str, ...]], ...]]:
    """Mostly all days; else up to three fields with up to two expressions each."""
    some = st.fixed_dictionaries(
        {},
        optional={
            field: st.lists(st.sampled_from(sorted(known)), min_size=1, max_size=2).map(tuple)
            for field, known in DAYS.items()
        },
    ).map(lambda given: tuple(given.items()))
    return st.just(()) | some


def schedules(change: Change) -> st.SearchStrategy[Schedule]:
    """Any schedule; half of its times lie near what the wall shows at the change."""
    before = (change.at - MINUTE).astimezone(ZoneInfo(change.zone))
    shown = before.hour * 60 + before.minute + 1
    near = st.integers(shown - 90, shown + 150).map(lambda minute: minute % MIDNIGHT)
    clock = st.one_of(near, _ANY_TIME)
    begin = clock.map(lambda minute: minute % MIDNIGHT)
    told = st.builds(Told, st.one_of(begin, begin, st.none()), st.one_of(clock, clock, st.none()), _fields())
    told = st.tuples(told, st.sampled_from([None, None, 0, 1, 2]), st.sampled_from([False, False, True])).map(
        _fitting
    )
    return st.tuples(
        st.lists(told, min_size=1, max_size=4).map(tuple),
        st.sampled_from([state.value for state in State]),
        st.just(()) | st.lists(st.integers(-2, 2), max_size=2).map(tuple),
        st.just((None, None)) | st.tuples(_DAY, _DAY).map(_in_order),
    )


def _in_order(days: Days) -> Days:
    first, last = days
    return (last, first) if first is not None and last is not None and last < first else days


def _fitting(given: tuple[Told, int | None, bool]) -> Told:
    """With a later end only where there is one, not on the same day before the begin, and off only with both edges or none."""
    told, later, off = given
    both = told.begin is not None and told.end is not None
    neither = told.begin is None and told.end is None
    if told.begin is None or told.end is None or (later == 0 and told.end < told.begin):
        later = None
    return replace(told, later=later, off=off and (both or neither))


def definition(change: Change, schedule: Schedule) -> ScheduleDefinition:
    """The same in the product's words."""
    day = change.at.astimezone(ZoneInfo(change.zone)).date()
    first, last = schedule[3]
    return ScheduleDefinition(
        change.zone,
        tuple(
            Period(
                _clock(told.begin), _clock(told.end), off=told.off, days_later=told.later, **dict(told.days)
            )
            for told in schedule[0]
        ),
        State(schedule[1]),
        tuple((day + DAY * number).isoformat() for number in schedule[2]),
        valid_from=None if first is None else day + DAY * first,
        valid_to=None if last is None else day + DAY * last,
    )


def disagreement(change: Change, schedule: Schedule) -> str | None:
    """What the product says otherwise than the oracle; None where they agree on every minute."""
    line = timeline(definition(change, schedule), change.at - AROUND, change.at + AROUND)
    found = [(piece.start, piece.state.value) for piece in line]
    expected = wanted(change, *schedule)
    if found == expected:
        return None
    return f"{change.zone} {change.at:%Y-%m-%d %H:%M}: {schedule} is {found}, should be {expected}"


def _clock(minute: int | None) -> str | None:
    return None if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"
