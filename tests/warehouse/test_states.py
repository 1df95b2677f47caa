"""A state is made once and in nobody's way, whichever thread comes when."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from services.warehouse.states import States

SOON = 20.0
"""Seconds after which a thread is taken to wait for ever."""


class Key:
    """Tells when somebody looks for it."""

    def __init__(self) -> None:
        self.looked_for = Event()

    def __hash__(self) -> int:
        """The same for all: there is one."""
        self.looked_for.set()
        return 1


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


def never() -> str:
    raise AssertionError("made a second time")


def held_up(begun: Event, go_on: Event, what: Callable[[], str]) -> Callable[[], str]:
    def make() -> str:
        begun.set()
        assert go_on.wait(SOON)
        return what()

    return make


def test_who_asks_for_what_is_there_does_not_wait_for_what_is_being_made(pool: ThreadPoolExecutor) -> None:
    states: States[str, str] = States(2)
    states.get("old", lambda: "the old one")
    begun, go_on = Event(), Event()
    making = pool.submit(states.get, "new", held_up(begun, go_on, lambda: "the new one"))
    assert begun.wait(SOON)
    others = [
        pool.submit(states.get, "old", never),
        pool.submit(states.get, "another", lambda: "made meanwhile"),
    ]
    assert [other.result(SOON) for other in others] == ["the old one", "made meanwhile"]
    assert not making.done()
    go_on.set()
    assert making.result(SOON) == "the new one"


def second(pool: ThreadPoolExecutor, states: States[Key, str], what: Callable[[], str]) -> list[Future[str]]:
    """Two threads that ask for one state: the other looks for it while the first is making it."""
    key, begun, go_on = Key(), Event(), Event()
    first = pool.submit(states.get, key, held_up(begun, go_on, what))
    assert begun.wait(SOON)
    key.looked_for.clear()
    other = pool.submit(states.get, key, never)
    assert key.looked_for.wait(SOON)
    go_on.set()
    return [first, other]


def test_two_who_ask_for_the_same_new_state_get_the_one_that_was_made(pool: ThreadPoolExecutor) -> None:
    one, other = second(pool, States(2), lambda: str(object()))
    assert one.result(SOON) is other.result(SOON)


def test_a_failure_is_told_to_all_who_waited_and_not_remembered(pool: ThreadPoolExecutor) -> None:
    def fails() -> str:
        raise OSError("the disk is gone")

    states: States[Key, str] = States(2)
    for found in second(pool, states, fails):
        with pytest.raises(OSError, match="the disk is gone"):
            found.result(SOON)
    key = Key()
    with pytest.raises(OSError, match="gone"):
        states.get(key, fails)
    assert states.get(key, lambda: "it is back") == "it is back"


def test_the_one_not_asked_for_the_longest_is_let_go_but_none_that_is_being_made(
    pool: ThreadPoolExecutor,
) -> None:
    states: States[str, str] = States(2)
    begun, go_on = Event(), Event()
    making = pool.submit(states.get, "slow", held_up(begun, go_on, lambda: "slow"))
    assert begun.wait(SOON)
    for name in ("a", "b"):
        states.get(name, lambda name=name: name)  # type: ignore[misc]  # a loop's own value
    states.get("a", never)
    states.get("c", lambda: "c")
    assert states.get("a", never) == "a"
    assert states.get("b", lambda: "made again") == "made again"
    go_on.set()
    assert making.result(SOON) == "slow"
    assert states.get("slow", lambda: "made again") in {"slow", "made again"}
