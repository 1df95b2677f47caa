"""States made once, by whoever asks first, while all others go on; those not asked for the longest are let go."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
State = TypeVar("State")


class States(Generic[Key, State]):
    """What was made for each key. Nothing is made while the lock is held: who asks for what is there never waits for what is not.

    Only this hold is given up on what is let go: it lives on as long as somebody else uses it.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._lock = Lock()
        self._held: OrderedDict[Key, Future[State]] = OrderedDict()

    def get(self, key: Key, make: Callable[[], State], meanwhile: State | None = None) -> State:
        """The state of this key; made here unless it is there, or another thread is making it: then that one's is waited for.

        Where there is something to be had `meanwhile`, that is answered instead of waiting for another thread.
        What `make` raises is raised to all who waited for it, and not remembered.
        """
        with self._lock:
            found = self._held.get(key)
            if found is None:
                mine = self._held[key] = Future()
            else:
                self._held.move_to_end(key)
        if found is None:
            return self._made(key, mine, make)
        return found.result() if meanwhile is None or found.done() else meanwhile

    def _made(self, key: Key, mine: "Future[State]", make: Callable[[], State]) -> State:
        try:
            state = make()
        except BaseException as error:
            with self._lock:
                if self._held.get(key) is mine:
                    del self._held[key]
            mine.set_exception(error)
            raise
        mine.set_result(state)
        self._let_go()
        return state

    def _let_go(self) -> None:
        with self._lock:
            ready = [key for key, state in self._held.items() if state.done()]
            for key in ready[: max(0, len(ready) - self._kept)]:
                del self._held[key]

    def clear(self) -> None:
        """Let go of all."""
        with self._lock:
            self._held.clear()
