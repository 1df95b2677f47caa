"""Lines of states without a hole, and spans laid over them: each goes once through both."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from core.schedules.period import State

Span = tuple[datetime, datetime]
Held = State | None
"""A state, or None: nobody is there to want anything."""


class Line(NamedTuple):
    """Where states begin, sorted, and which: no two neighbours are alike; all of it ends at `end`."""

    starts: list[datetime]
    states: list[Held]
    end: datetime

    def pieces(self) -> Iterable[tuple[Span, Held]]:
        """Each state with when it holds."""
        return zip(pairwise([*self.starts, self.end]), self.states, strict=True)


def laid(line: Line, spans: Sequence[Span], become: Mapping[Held, Held]) -> Line:
    """A line whose states become others within `spans`, which are sorted and disjoint."""
    if not spans:
        return line
    made, coming, count = Line([], [], line.end), 0, len(spans)
    for (at, finish), state in line.pieces():
        covered, here = become.get(state, state), at
        while coming < count and spans[coming][0] < finish:
            begin, until = spans[coming]
            if until > here:
                if begin > here:
                    _begin(made, here, state)
                    here = begin
                _begin(made, here, covered)
                here = min(until, finish)
            if until > finish:
                break  # the next piece begins within this span
            coming += 1
        if here < finish:
            _begin(made, here, state)
    return made


def _begin(line: Line, at: datetime, state: Held) -> None:
    if not line.states or line.states[-1] is not state:
        line.starts.append(at)
        line.states.append(state)


def in_state(line: Line, state: Held) -> list[Span]:
    """When a line is in a state."""
    return [span for span, held in line.pieces() if held is state]


def merge(spans: Iterable[Span], slack: timedelta) -> list[Span]:
    """Sorted and disjoint; spans no more than `slack` apart become one."""
    merged: list[Span] = []
    for begin, finish in sorted(spans):
        if merged and begin - merged[-1][1] <= slack:
            merged[-1] = (merged[-1][0], max(merged[-1][1], finish))
        else:
            merged.append((begin, finish))
    return merged


def clipped(spans: Iterable[Span], to: Span) -> list[Span]:
    """What of the spans lies within another one."""
    first, last = to
    return [
        (max(begin, first), min(finish, last)) for begin, finish in spans if begin < last and finish > first
    ]
