"""`./pioneer campaign schedule-clocks`: the clock jumps around clock changes of 20 zones, a second to a day each time, forward and back.

Every run of a schedule that the clock shows for the first time must be acted on once, as a naive walk through the minutes has it.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import exp, log

from core.schedules.model import Period, ScheduleDefinition
from core.schedules.selector import Selector
from services.usecases import schedules, switching
from tests.campaigns.arena import Arena, arena, played
from tests.campaigns.forked import forked
from tests.core.schedules.oracle import AROUND, Change, Told, changes, wanted

FULL, EACH = 500, 10
"""Jumps, and as many around each clock change."""
FLEET = 2
LEAST, MOST = 1.0, 86_400.0
"""Seconds of a jump."""
BACK = 0.3
"""Of the jumps."""
LEAD = timedelta(hours=1)
"""Before the days around a change, in which its schedule is attached."""
KINDS = (
    (Told(120, 360), Told(1320, 90)),
    (Told(150, 360),),
    (Told(0, 90), Told(540, 1020)),
    (Told(0, 360), Told(1380, 1440)),
    (Told(105, 150), Told(180, 1380)),
)
"""Nights and days whose ends a clock change may leave out or show twice."""


def planted() -> None:
    """Decisions go by the clock on this machine's wall."""

    class Wall:
        @staticmethod
        def now(_db: object) -> datetime:
            return datetime.now(UTC)

    switching.database = Wall  # type: ignore[assignment]


def definition(change: Change, periods: tuple[Told, ...]) -> ScheduleDefinition:
    """The same in the product's words."""
    return ScheduleDefinition(change.zone, tuple(Period(_time(one.begin), _time(one.end)) for one in periods))


def _time(minutes: int | None) -> str:
    return f"{(minutes or 0) // 60:02d}:{(minutes or 0) % 60:02d}"


def moments(field: Arena, change: Change, count: int) -> Iterator[datetime]:
    """Where the clock jumps to, never out of the days around the change."""
    first, last = change.at - AROUND + timedelta(minutes=1), change.at + AROUND - timedelta(minutes=1)
    at = change.at - timedelta(hours=field.dice.uniform(1, 12))
    for _ in range(count):
        yield at
        far = exp(field.dice.uniform(log(LEAST), log(MOST)))
        at += timedelta(seconds=-far if field.dice.random() < BACK else far)
        at = min(max(at, first), last)


def around(field: Arena, change: Change, count: int) -> list[str]:
    """Jumps around one clock change, under a schedule of its own."""
    told = field.dice.choice(KINDS)
    begun = change.at - AROUND - LEAD
    field.to(begun)
    made = forked(lambda: _attached(field, f"{change.zone} {change.at}", definition(change, told)))
    spans = wanted(change, told, "stopped")
    done: set[int] = set()
    states = field.states()
    found = []
    for moment in moments(field, change, count):
        field.to(moment)
        forked(lambda: _tick(field))
        place = max(number for number, (start, _) in enumerate(spans) if start <= moment)
        if place not in done:
            done.add(place)
            states = dict.fromkeys(field.fleet, spans[place][1])
        if field.states() != states:
            found.append(f"{change.zone} at {moment}: {field.states()}, but {states} were due")
            break
    rows = field.ask(
        "select resource_id, count(*) as switches from schedule_segment where segment_start >= :begun "
        "and segment_start < :ended and desired <> 'any' group by 1",
        begun=begun,
        ended=change.at + AROUND,
    )
    counted = {row.resource_id: row.switches for row in rows}
    if not found and counted != dict.fromkeys(field.fleet, len(done)):
        found.append(f"{change.zone} around {change.at}: {counted} switches recorded, {len(done)} were due")
    forked(lambda: schedules.delete(field.own(), field.user, made))
    return found


def _attached(field: Arena, name: str, wish: ScheduleDefinition) -> object:
    ctx = field.own()
    made = schedules.save(ctx, field.user, None, name, wish)
    schedules.attach(ctx, field.user, made.id, Selector(resource_ids=tuple(field.fleet)))
    return made.id


def _tick(field: Arena) -> None:
    ctx = field.own()
    epoch = field.lead(ctx, f"worker campaign:{os.getpid()}")
    field.tick(ctx, epoch)


def apart(field: Arena, count: int) -> list[Change]:
    """So many clock changes, in the order of time, whose days do not overlap: the fleet is the same, and so would be its switches."""
    found: list[Change] = []
    for change in field.dice.sample(changes(), len(changes())):
        if len(found) < count and all(abs(change.at - each.at) > 2 * AROUND + LEAD for each in found):
            found.append(change)
    return sorted(found, key=lambda each: each.at)


def play(url: str | None, count: int, seed: int, defect: bool) -> tuple[str, list[str]]:  # noqa: FBT001  a campaign's signature
    """Some clock changes in the order of time, and jumps around each."""
    if defect:
        planted()
    wrong: list[str] = []
    with arena(url, FLEET, seed) as field:
        field.ask("update schedule set enabled = false")
        there = apart(field, max(1, count // EACH))
        for change in there:
            wrong += around(field, change, min(EACH, count))
            if defect and wrong:
                break
    return (
        f"{count} jumps around {len(there)} clock changes of {len({each.zone for each in there})} zones",
        wrong,
    )


def main() -> int:
    """0 when nothing was wrong."""
    return played("schedule-clocks", "A clock that jumps.", FULL, play)


if __name__ == "__main__":
    raise SystemExit(main())
