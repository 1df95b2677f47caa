"""`./pioneer demo week`: seven days of the demo, from one switch of the schedules to the next."""

import argparse
import sys
import time
from collections.abc import Callable

from core import dates
from core.access.roles import Role
from core.errors import Invalid
from core.figures import usd
from services.bootstrap import open_context
from services.commands.configuration import data_of, is_demo, settings_of
from services.commands.demo_clock import listed
from services.context import Context
from services.db.stores import access
from services.demo import week
from services.demo.company import DEMO_USERS
from services.usecases import schedule_savings

PATIENCE_SECONDS, LOOK_SECONDS = 300, 0.5


def run(args: argparse.Namespace) -> int:
    """0 once the week is over; 1 where something was not switched as its schedule wants it."""
    data = data_of(args)
    if not is_demo(data):
        raise Invalid(
            f"{data} holds no demo; only a demo's clock can be moved.",
            mend="Run ./pioneer demo first, or name its --data DIR.",
        )
    args.data = data
    ctx = open_context(settings_of(args, PIONEER_MODE="demo"))
    try:
        return lived(ctx, _waiting, sys.stdout.write)
    finally:
        ctx.engine.dispose()


def lived(ctx: Context, settled: Callable[[Callable[[], bool]], bool], say: Callable[[str], object]) -> int:
    """The same with somebody else's way to wait."""
    wanted = next(one.email for one in DEMO_USERS if one.role is Role.ADMIN)
    with ctx.begin() as db:
        found = access.by_email(db, wanted)
    if found is None:
        raise Invalid("The demo was never started.", mend="Run ./pioneer demo first.")
    say(f"From {dates.moment(ctx.now())} UTC, for {week.DAYS} days, from switch to switch:\n")
    moments, wrong = 0, 0
    for moment in week.live(ctx, found.user, settled):
        moments += 1
        for to in sorted({each.to for each in moment.turned}):
            there = [each for each in moment.turned if each.to is to and each.there]
            if there:
                say(f"  {dates.moment(moment.at)}  {to.value}: {listed([each.name for each in there])}\n")
        for each in moment.turned:
            if not each.there:
                wrong += not each.waits
                why = "that waits for approval" if each.waits else each.outcome
                say(f"  {dates.moment(moment.at)}  {each.name} is not {each.to.value}: {why}\n")
    if not moments:
        say("  Nothing is switched: no schedule that is carried out is attached to anything.\n")
    saved = schedule_savings.observed(ctx, found.user)
    say(
        f"It is {dates.moment(ctx.now())} UTC now. In the last 30 days schedules kept "
        f"{dates.count(len(saved.resources), 'resource')} off for {saved.hours:,.0f} hours in all, "
        f"which would have cost {usd(saved.saved)}; the screen Schedules shows it by schedule.\n"
    )
    return 1 if wrong else 0


def _waiting(over: Callable[[], bool]) -> bool:
    """Until the worker, in its own process, has followed."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not over():
        if time.monotonic() > until:
            return False
        time.sleep(LOOK_SECONDS)
    return True
