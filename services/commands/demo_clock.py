"""`./pioneer demo clock +3h`: move the demo's clock forward, or say what it shows, and what comes of that."""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from math import ceil

from core import dates
from core.access.roles import Permission
from core.errors import Invalid
from core.schedules.model import State
from services.bootstrap import open_context
from services.commands.configuration import data_of, is_demo, settings_of
from services.context import Context
from services.db.stores import access, leases
from services.demo import seed
from services.usecases import transitions
from services.usecases.transitions import Transition

SPAN = re.compile(r"\+(?:(?P<days>[0-9]{1,7})d)?(?:(?P<hours>[0-9]{1,7})h)?(?:(?P<minutes>[0-9]{1,7})m)?")
MINUTES = {"days": 24 * 60, "hours": 60, "minutes": 1}
FURTHEST = timedelta(days=3650)
LATER = timedelta(days=14)
NAMED = 4
"""So many resources are named, the others counted."""


def run(args: argparse.Namespace) -> int:
    """Move the clock by the span given, if one is, and print what it shows. Raises `Invalid` for other words, and where no demo is."""
    if args.words[0] != "clock" or len(args.words) > 2:  # noqa: PLR2004  the word and the span
        raise Invalid(
            f"demo knows no {' '.join(args.words)!r}.",
            mend="Say: ./pioneer demo clock +3h, or: ./pioneer demo week",
        )
    by = span(args.words[1]) if len(args.words) > 1 else None
    data = data_of(args)
    if not is_demo(data):
        raise Invalid(
            f"{data} holds no demo; only a demo's clock can be moved.",
            mend="Run ./pioneer demo first, or name its --data DIR.",
        )
    args.data = data
    ctx = open_context(settings_of(args, PIONEER_MODE="demo"))
    try:
        print(answer(ctx, by, as_json=args.json))
    finally:
        ctx.engine.dispose()
    return 0


def answer(ctx: Context, by: timedelta | None, *, as_json: bool) -> str:
    """Move the clock, if it is to be, and say what it shows: in sentences, or as one JSON object."""
    ahead = coming(ctx, by) if by else ()
    if by is not None:
        seed.move_clock(ctx, by)
    if as_json:
        return json.dumps({"now": ctx.now().isoformat(timespec="seconds")})
    return "\n".join(told(ctx, ahead))


def coming(ctx: Context, within: timedelta) -> Sequence[Transition]:
    """The next start or stop of each resource, as far as it comes within a span: soonest first."""
    with ctx.begin() as db:
        organisation_id = access.first_organisation(db)
        people = access.active(db, organisation_id) if organisation_id else ()
    who = next(
        (user for user in people if user.accounts is None and user.may(Permission.VIEW_SCHEDULES)), None
    )
    if who is None:
        return ()
    latest = ctx.now() + within
    found = transitions.next_transitions(ctx, who, days=ceil(within / timedelta(days=1)))
    return tuple(each for each in found if each.at <= latest)


def told(ctx: Context, passed: Sequence[Transition]) -> Iterator[str]:
    """What the clock shows, what came due on the way, what the worker does about it, and what comes next."""
    now = ctx.now()
    shift = dates.about(now - ctx.real_now())
    yield f"It is now {now:%a} {dates.when(now)} in the demo, {f'{shift} ahead of' if shift else 'as on'} this machine."
    ahead = coming(ctx, LATER)
    again = {each.resource_id: each.to for each in ahead}
    due = [each for each in passed if again.get(each.resource_id) is not each.to]
    if due:
        yield f"Due on the way: {_said(due)}."
    if between := len(passed) - len(due):
        yield f"Turned and turned back on the way: {dates.count(between, 'resource')}, of which only what is wanted now is done."
    with ctx.begin() as db:
        works = leases.holder(db) is not None
    if works:
        yield (
            "The worker follows within a minute: it starts and stops what schedules want by now, "
            "and does what else is due. Watch it under Actions."
        )
    else:
        yield "No worker runs, so nothing follows yet: ./pioneer demo starts one."
    if ahead:
        first = [each for each in ahead if each.at == ahead[0].at]
        yield f"Next: {_said(first)}, {dates.ago(first[0].at, now)}."


def _said(found: Sequence[Transition]) -> str:
    """Such as `stop web and db on Fri 27 Nov 18:00 UTC; start web on Mon 30 Nov 08:00 UTC`."""

    def kind(each: Transition) -> tuple[datetime, bool]:
        return each.at, each.to is State.RUNNING

    return "; ".join(
        f"{'start' if starts else 'stop'} {listed([each.name for each in group])} on {dates.moment(at)} UTC"
        for (at, starts), group in groupby(sorted(found, key=kind), kind)
    )


def listed(names: Sequence[str]) -> str:
    """`web-1, web-2 and web-3`; beyond some, the others are counted."""
    if len(names) > NAMED + 1:
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def span(text: str) -> timedelta:
    """`+3h`, `+90m`, `+2d8h`. Raises `Invalid` for anything else: the clock only goes forward, and no further than `FURTHEST` at once."""
    found = SPAN.fullmatch(text)
    given = {unit: int(number) for unit, number in (found.groupdict() if found else {}).items() if number}
    if not given:
        raise Invalid(
            f"{text!r} is no span.",
            mend="The clock goes forward by days, hours and minutes: +2d, +3h, +90m, +2d8h.",
        )
    if sum(number * MINUTES[unit] for unit, number in given.items()) > FURTHEST / timedelta(minutes=1):
        raise Invalid(f"{text!r} is a span of more than {FURTHEST.days:,} days.", mend="Go there in steps.")
    return timedelta(**given)
