"""AWS as it is on a bad day: the real adapter, whose calls can be made to fail before or after they take effect."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from services.context import Context


@dataclass
class Fault:
    """What happens instead of a clean answer: `error` is raised, before the call or after it took effect."""

    error: Exception
    after: bool = False
    resource: str | None = None


class BadDay:
    """Stands before the cloud adapter, keeps a log of what passes, and plays the faults set for a call, one each time."""

    def __init__(self, cloud: object) -> None:
        """No fault is set yet."""
        self._cloud = cloud
        self.log: list[str] = []
        self.faults: defaultdict[str, list[Fault]] = defaultdict(list)
        self.before: dict[str, Callable[[], None]] = {}

    def set(self, call: str, *faults: Fault) -> None:
        """The next uses of `call` meet these, in order."""
        self.faults[call] += faults

    def sent(self, *calls: str) -> list[str]:
        """Which of these calls were made, in order."""
        return [call for call in self.log if call in calls]

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The adapter's own call, with what was set for it."""
        real = getattr(self._cloud, name)

        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  whatever the adapter takes and answers
            self.log.append(name)
            if name in self.before:
                self.before[name]()
            waiting = self.faults[name]
            fault = next(
                (one for one in waiting if one.resource is None or one.resource in map(_id, args)), None
            )
            if fault is None:
                return real(*args, **kwargs)
            if fault.resource is None:
                waiting.remove(fault)
            if fault.after:
                real(*args, **kwargs)
            raise fault.error

        return call


def _id(value: object) -> object:
    return getattr(value, "id", value)


def on_a_bad_day(ctx: Context) -> tuple[Context, BadDay]:
    """The same context with an AWS that can be made to fail."""
    day = BadDay(ctx.cloud)
    return replace(ctx, cloud=day), day
