"""Who goes first of what a schedule switches: lower orders start before higher ones and stop after them, each once the others are there."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.schedules.model import State

PATIENCE, LONGEST = timedelta(minutes=30), timedelta(hours=3)
"""How long one order waits for the one before it, and all of them together at most: what never comes up must not keep the rest down."""


@dataclass(frozen=True)
class Turn:
    """One resource among those that schedules switch: by which schedules, in which order, what is wanted since when, and whether AWS shows it so."""

    schedules: frozenset[UUID]
    order: int
    desired: State
    since: datetime
    there: bool


def held_back(turns: Mapping[str, Turn], now: datetime, without: Collection[str] = ()) -> Mapping[str, int]:
    """By resource, the order that it waits for now; those whose turn it is are left out.

    Nobody waits for what is `without`, which will not follow. Goes through them twice, whatever they are.
    """
    orders: defaultdict[tuple[UUID, State], set[int]] = defaultdict(set)
    for turn in turns.values():
        for schedule in turn.schedules:
            orders[schedule, turn.desired].add(turn.order)
    ranks = {
        key: {order: rank for rank, order in enumerate(sorted(held, reverse=key[1] is State.STOPPED))}
        for key, held in orders.items()
        if len(held) > 1
    }
    front: dict[tuple[UUID, State], int] = {}
    for name, turn in turns.items():
        if turn.there or name in without:
            continue
        for key in ((schedule, turn.desired) for schedule in turn.schedules):
            rank = ranks.get(key, {}).get(turn.order)
            if rank is not None and now < turn.since + min(PATIENCE * (rank + 1), LONGEST):
                front[key] = min(rank, front.get(key, rank))
    held: dict[str, int] = {}
    for name, turn in turns.items():
        for key in ((schedule, turn.desired) for schedule in turn.schedules):
            if key in front and ranks[key][turn.order] > front[key]:
                held[name] = next(order for order, rank in ranks[key].items() if rank == front[key])
    return held
