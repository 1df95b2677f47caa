"""One journey in headless Chromium, against `./pioneer demo` as a person starts it."""

import os
import re
import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from services.demo.company import DEMO_USERS
from tests.browser.conftest import CHROMIUM, Demo

IMAGES = Path(os.environ.get("PICTURES") or Path(tempfile.gettempdir()) / "pioneer-pictures")
"""Where screenshots go; `PICTURES=docs/images ./pioneer test tests/browser/test_journey.py` makes those of the documentation again."""
LONG = 30_000
LEGIBLE = """() => {
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, place) => sum + v * [0.2126, 0.7152, 0.0722][place], 0);
    const of = (found, what) => light(getComputedStyle(found)[what].match(/[0-9.]+/g).slice(0, 3).map(Number));
    const ground = of(document.querySelector('[data-testid=stApp]'), 'backgroundColor');
    const words = [...document.querySelectorAll('h1')].map(found => of(found, 'color'))
        .concat([...document.querySelectorAll('.js-plotly-plot .xtick text')].map(found => of(found, 'fill')));
    return words.length > 2 && words.every(word => (Math.max(word, ground) + 0.05) / (Math.min(word, ground) + 0.05) >= 4.5);
}"""
"""Whether the title and the words below the charts stand out 4.5 to 1, as WCAG 2.2 (1.4.3) asks of text."""
OPERATOR = next(user for user in DEMO_USERS if user.role == "operator")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no chromium binary was found, so the browser journey was left out"
    ),
]


def settled(page: Page) -> None:
    """The last run of the screen has ended."""
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') === 'notRunning'",
        timeout=LONG,
    )


def go(page: Page, screen: str) -> None:
    page.get_by_test_id("stSidebar").get_by_role("link", name=screen, exact=True).click()
    expect(page.get_by_role("heading", name=screen, exact=True, level=1)).to_be_visible(timeout=LONG)
    settled(page)


def ground(page: Page) -> str:
    """The colour that everything stands on."""
    colour: str = page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    )
    return colour


def legible_in_light_and_dark(page: Page) -> None:
    """A chart's words are coloured with the screen that is drawn next, so each theme is looked at after a load."""
    grounds = {}
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.reload()
        page.wait_for_function(LEGIBLE, timeout=LONG)
        grounds[scheme] = ground(page)
        if scheme == "dark":
            picture(page, "costs-dark")
    assert grounds["dark"] != grounds["light"]


def picture(page: Page, name: str) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    settled(page)
    page.wait_for_timeout(700)  # charts draw themselves after the run has ended; nothing is judged by this
    page.screenshot(path=IMAGES / f"{name}.jpg", type="jpeg", quality=62)


def sign_in(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label(re.compile("mail", re.IGNORECASE)).first.fill(OPERATOR.email)
    page.get_by_label("Password", exact=True).first.fill(OPERATOR.password)
    page.get_by_role("button", name=re.compile("^(log|sign) in$", re.IGNORECASE)).click()
    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible(timeout=LONG)


def test_sign_in_see_costs_open_a_recommendation_stop_an_instance_sign_out(
    demo: Demo, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    sign_in(page, demo.url)
    expect(page.get_by_text("Could be saved a month")).to_be_visible(timeout=LONG)
    picture(page, "overview")

    go(page, "Costs")
    expect(page.get_by_test_id("stMetric").filter(has_text="Total")).to_contain_text("$")
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=LONG)
    picture(page, "costs")
    legible_in_light_and_dark(page)

    go(page, "Recommendations")
    picture(page, "recommendations")
    open_first_row(page)
    expect(page.get_by_text("What would be done")).to_be_visible(timeout=LONG)
    picture(page, "recommendation")
    if "PICTURES" in os.environ:  # of the documentation; other tests look at these screens
        for screen in ("Savings", "Schedules"):
            go(page, screen)
            picture(page, screen.lower())

    page.goto(f"{demo.url}/resources?q=old-etl-01&kind=instance")
    expect(page.get_by_role("heading", name="Resources", level=1)).to_be_visible(timeout=LONG)
    settled(page)
    open_first_row(page)
    page.get_by_role("button", name="Details", exact=True).click()
    expect(page.get_by_text("On the bill", exact=True)).to_be_visible(timeout=LONG)
    picture(page, "resource")
    page.get_by_role("button", name="Stop", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("StopInstances")).to_be_visible(timeout=LONG)
    dialog.get_by_label("Reason").fill("Nobody uses it")
    dialog.get_by_label("Reason").press("Enter")
    settled(page)
    picture(page, "stop")
    dialog.get_by_role("button", name="Stop", exact=True).click()
    expect(dialog).to_be_hidden(timeout=LONG)

    go(page, "Actions")
    expect(page.get_by_text("Nothing is queued or running.")).to_be_visible(timeout=4 * LONG)
    picture(page, "actions")
    page.goto(f"{demo.url}/resources?q=old-etl-01&kind=instance&state=stopped")
    expect(page.get_by_text("1 resource.", exact=False)).to_be_visible(timeout=LONG)

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password", exact=True).first).to_be_visible(timeout=LONG)
    page.goto(f"{demo.url}/costs")
    expect(page.get_by_label("Password", exact=True).first).to_be_visible(timeout=LONG)
    assert problems == []
    page.close()


def test_on_a_phone_the_navigation_folds_and_a_cell_opens_its_row(demo: Demo, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    sign_in(page, demo.url)
    for screen in ("Costs", "Budgets"):
        settled(page)
        page.get_by_test_id("stExpandSidebarButton").click()
        page.get_by_test_id("stSidebar").get_by_role("link", name=screen, exact=True).click()
        expect(page.get_by_role("heading", name=screen, exact=True, level=1)).to_be_visible(timeout=LONG)
        expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()
    settled(page)
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    table.click(position={"x": 150, "y": 52})
    expect(page.get_by_role("heading", name="The chosen budget")).to_be_visible(timeout=LONG)
    page.close()


def open_first_row(page: Page) -> None:
    """Choose the first row of the screen's first table: its cells are drawn on a canvas, so the click goes to a place."""
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    table.click(position={"x": 18, "y": 52})
    settled(page)
