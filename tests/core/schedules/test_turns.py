"""Lower orders go first when things start, and last when they stop; nobody waits for ever."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from core.schedules.model import State
from core.schedules.turns import LONGEST, PATIENCE, Turn, held_back

OFFICE, NIGHT = UUID(int=1), UUID(int=2)
SINCE = datetime(2026, 11, 27, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def turn(order: int, desired: State = State.RUNNING, *, there: bool = False, of: UUID = OFFICE) -> Turn:
    return Turn(frozenset({of}), order, desired, SINCE, there)


def test_an_application_waits_until_its_database_is_up() -> None:
    turns = {"orders": turn(0), "web": turn(1)}
    assert held_back(turns, SINCE) == {"web": 0}
    assert held_back({**turns, "orders": turn(0, there=True)}, SINCE) == {}


def test_a_database_waits_until_its_application_is_off() -> None:
    turns = {"orders": turn(0, State.STOPPED), "web": turn(1, State.STOPPED)}
    assert held_back(turns, SINCE) == {"orders": 1}


def test_what_does_not_come_up_is_waited_for_half_an_hour_and_not_at_all_once_refused() -> None:
    turns = {"orders": turn(0), "web": turn(1)}
    assert held_back(turns, SINCE + PATIENCE - MINUTE) == {"web": 0}
    assert held_back(turns, SINCE + PATIENCE) == {}
    assert held_back(turns, SINCE, without={"orders"}) == {}


def test_another_schedule_does_not_wait() -> None:
    assert held_back({"orders": turn(0), "web": turn(1, of=NIGHT)}, SINCE) == {}


def test_those_of_one_order_do_not_wait_for_each_other() -> None:
    assert held_back({"orders": turn(3), "web": turn(3)}, SINCE) == {}


fleets = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3),
    st.tuples(
        st.integers(-3, 4),
        st.sets(st.sampled_from((OFFICE, NIGHT)), min_size=1),
        st.integers(0, 300),  # minutes until it is as wished
        st.booleans(),  # whether it ever is
    ),
    min_size=1,
    max_size=12,
)


@given(fleets, st.sampled_from((State.RUNNING, State.STOPPED)))
def test_whatever_the_fleet_everything_has_its_turn_and_in_order(
    fleet: dict[str, tuple[int, set[UUID], int, bool]], desired: State
) -> None:
    """Ticks of five minutes: what may go is begun once, and is there after as long as it takes."""
    begun: dict[str, datetime] = {}

    def there(name: str, now: datetime) -> bool:
        _, _, minutes, ever = fleet[name]
        return ever and name in begun and now >= begun[name] + minutes * MINUTE

    def before(one: int, other: int) -> bool:
        return one < other if desired is State.RUNNING else one > other

    for tick in range(12 * 4):
        now = SINCE + tick * 5 * MINUTE
        turns = {
            name: Turn(frozenset(of), order, desired, SINCE, there(name, now))
            for name, (order, of, _, _) in fleet.items()
        }
        held = held_back(turns, now)
        for name in turns.keys() - held.keys() - begun.keys():
            begun[name] = now
            earlier = [
                other
                for other, (order, of, _, _) in fleet.items()
                if before(order, fleet[name][0]) and of & fleet[name][1] and not turns[other].there
            ]
            assert not earlier or now >= SINCE + PATIENCE, "begun before what goes first was there"
    assert begun.keys() == fleet.keys()
    assert max(begun.values()) <= SINCE + LONGEST
