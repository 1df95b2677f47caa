"""Who made the last change is read from what was seen and what we did, in whatever order either came in."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.schedules.by_hand import Ours, Seen, last_by_hand
from core.schedules.manual import ByHand
from core.schedules.model import State

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_a_change_that_no_action_of_ours_made_was_made_by_hand() -> None:
    assert last_by_hand([Seen(at(0), "stopped"), Seen(at(60), "running")], []) == ByHand(
        State.RUNNING, at(60)
    )


def test_aws_says_more_exactly_when_it_was_started() -> None:
    seen = [Seen(at(0), "stopped"), Seen(at(60), "running")]
    assert last_by_hand(seen, [], at(47)) == ByHand(State.RUNNING, at(47))
    assert last_by_hand(seen, [], at(-30)) == ByHand(State.RUNNING, at(60))


def test_what_a_schedule_did_was_not_done_by_hand() -> None:
    seen = [Seen(at(0), "running"), Seen(at(61), "stopped")]
    assert last_by_hand(seen, [Ours("stop_instance", "", at(60), at(61))]) is None


def test_a_collection_that_began_before_our_call_saw_our_change() -> None:
    seen = [Seen(at(0), "running"), Seen(at(59), "stopped")]
    assert last_by_hand(seen, [Ours("stop_instance", "", at(60), at(62))]) is None


def test_what_a_person_asked_of_us_was_done_by_that_person() -> None:
    seen = [Seen(at(0), "running"), Seen(at(61), "stopped")]
    done = [Ours("stop_instance", "ana@example.com", at(60), at(61))]
    assert last_by_hand(seen, done) == ByHand(State.STOPPED, at(61), "ana@example.com")


def test_a_start_by_hand_right_after_our_stop_is_not_ours() -> None:
    seen = [Seen(at(0), "running"), Seen(at(61), "stopped"), Seen(at(61.5), "running")]
    assert last_by_hand(seen, [Ours("stop_instance", "", at(60), at(61))]) == ByHand(State.RUNNING, at(61.5))


def test_a_resize_stops_and_starts_nobody_by_hand() -> None:
    seen = [Seen(at(0), "running"), Seen(at(61), "stopped"), Seen(at(63), "running")]
    assert last_by_hand(seen, [Ours("resize_instance", "ana@example.com", at(60), at(64))]) is None


def test_what_was_first_seen_so_or_came_back_was_not_changed_by_hand() -> None:
    assert last_by_hand([Seen(at(0), "running")], []) is None
    assert last_by_hand([Seen(at(0), "stopped"), Seen(at(5), "gone"), Seen(at(9), "running")], []) is None
    assert last_by_hand([], []) is None


_WORDS = st.sampled_from(["running", "stopped", "pending", "stopping", "gone", "available", "paused"])
_SEEN = st.lists(
    st.builds(Seen, st.integers(0, 600).map(at), _WORDS), max_size=8, unique_by=lambda seen: seen.at
)
_KINDS = st.sampled_from(["start_instance", "stop_instance", "resize_instance"])
_OURS = st.lists(
    st.builds(
        lambda kind, by, begun, length: Ours(
            kind, by, at(begun), None if length is None else at(begun + length)
        ),
        _KINDS,
        st.sampled_from(["", "ana@example.com"]),
        st.integers(0, 600),
        st.none() | st.integers(0, 30),
    ),
    max_size=4,
)


@given(_SEEN, _OURS, st.randoms())
def test_the_order_in_which_it_came_in_does_not_matter(
    seen: list[Seen], ours: list[Ours], random: object
) -> None:
    expected = last_by_hand(seen, ours)
    random.shuffle(seen)  # type: ignore[attr-defined]
    random.shuffle(ours)  # type: ignore[attr-defined]
    assert last_by_hand(seen, ours) == expected


@given(_SEEN, _OURS)
def test_seeing_the_same_again_or_something_on_its_way_changes_nothing(
    seen: list[Seen], ours: list[Ours]
) -> None:
    expected = last_by_hand(seen, ours)
    later = max((each.at for each in seen), default=NOON) + timedelta(seconds=1)
    way = [Seen(later, "pending"), Seen(later, "stopping")]
    again = [Seen(later, max(seen, key=lambda each: each.at).state)] if seen else []
    assert last_by_hand([*seen, *way], ours) == expected
    assert last_by_hand([*seen, *again], ours) == expected
