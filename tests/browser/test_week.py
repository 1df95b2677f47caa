"""A schedule at work, in headless Chromium: somebody attaches it, the demo's clock goes on, and the fleet stops and starts."""

import re
import time
from datetime import timedelta

from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import text

from core.access.roles import Role, User
from core.inventory import Kind
from core.resources import ResourceFilter
from core.schedules.model import Period, ScheduleDefinition
from services.context import Context
from services.demo import seed
from services.usecases import resources, schedules
from tests.browser.conftest import Demo
from tests.browser.test_every_screen import ADMIN, member
from tests.browser.test_journey import LONG, pytestmark, settled, sign_in

__all__ = ["pytestmark"]
NAME, TAG = "Two hours off", ("application", "notebooks")
PATIENCE = 180
"""Seconds; a worker looks every five, a busy machine more rarely."""


def made(ctx: Context, user: User) -> None:
    """On in this hour and the next, off in the two after them, then on again."""
    hour = ctx.now().hour
    spans = ((hour, hour + 2), (hour + 4, hour + 8))
    periods = tuple(Period(f"{begin % 24:02d}:00", f"{end % 24:02d}:00") for begin, end in spans)
    schedules.save(ctx, user, None, NAME, ScheduleDefinition("UTC", periods))


def wait_for(ctx: Context, user: User, state: str) -> int:
    """Until all that carry the tag are in this state; answers how many. Says what stood in the way where that takes too long."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = resources.search(ctx, user, ResourceFilter(kinds=(Kind.INSTANCE,), tag=TAG, limit=50)).rows
        if found and {each.state for each in found} == {state}:
            return len(found)
        time.sleep(0.5)
    raise AssertionError(in_the_way(ctx, {each.name: each.state for each in found}))


def in_the_way(ctx: Context, states: dict[str, str]) -> str:
    """The states, how actions and jobs stand, and what the worker said last."""
    with ctx.read() as db:
        done = db.execute(text("select * from action order by requested_at desc limit 8")).mappings().all()
        jobs = db.execute(text("select * from job order by due_at")).mappings().all()
    log = ctx.settings.data / "logs" / "worker.log"
    said = log.read_text()[-3000:] if log.exists() else ""
    return "\n".join([f"{ctx.now()}: {states}", *(str(dict(each)) for each in (*done, *jobs)), said])


def seen(page: Page, demo: Demo, state: str, count: int) -> None:
    page.goto(f"{demo.url}/resources?q=notebook&kind=instance&state={state}")
    expect(page.get_by_text(re.compile(rf"{count} resources\b")).first).to_be_visible(timeout=LONG)


def choose(dialog: Locator, label: str, value: str) -> None:
    box = dialog.get_by_role("combobox", name=label)
    box.fill(value)
    box.press("Enter")


def test_a_schedule_attached_in_the_browser_stops_and_starts_the_fleet_as_the_clock_goes_on(
    demo: Demo, its_context: Context, browser: Browser
) -> None:
    user = member(its_context, ADMIN)
    assert Role.ADMIN in user.roles
    made(its_context, user)
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    sign_in(page, demo.url)
    page.goto(f"{demo.url}/schedules")
    card = page.get_by_test_id("stVerticalBlock").filter(has_text=NAME).last
    expect(page.get_by_text(NAME).first).to_be_visible(timeout=LONG)
    settled(page)
    card.get_by_role("button", name="Attach by tag").click()
    dialog = page.get_by_role("dialog")
    reached = dialog.get_by_text(re.compile(r"It is for \d+ resources? now"))
    expect(reached).to_contain_text("training-01", timeout=LONG)
    choose(dialog, "Tag", TAG[0])
    expect(reached).not_to_contain_text("training-01", timeout=LONG)  # before, its values are not offered yet
    choose(dialog, "Value", TAG[1])
    expect(reached).to_contain_text("notebook-01", timeout=LONG)
    dialog.get_by_role("button", name="Attach", exact=True).click()
    expect(dialog).to_be_hidden(timeout=LONG)
    count = wait_for(its_context, user, "running")
    for state in ("stopped", "running"):
        seed.move_clock(its_context, timedelta(hours=2))
        assert wait_for(its_context, user, state) == count
        seen(page, demo, state, count)
    page.close()
