"""What was worked out before, as long as there is room for it."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Values by key, those not asked for the longest going first. Safe to share between threads."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._lock = Lock()
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._held = 0

    def get(self, key: Hashable) -> Value | None:
        """The value, if it is still kept."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def put(self, key: Hashable, value: Value, size: int = 1) -> None:
        """Keep a value that takes so much of the room, in place of the key's former one."""
        with self._lock:
            _, before = self._values.pop(key, (value, 0))
            self._values[key] = (value, size)
            self._held += size - before
            while self._held > self._room:
                _, (_, gone) = self._values.popitem(last=False)
                self._held -= gone

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._values.clear()
            self._held = 0
