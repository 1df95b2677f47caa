"""What do we spend, on what, and why did it change?"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import streamlit as st

from core.costs.scope import (
    ACCOUNT,
    CHARGE_CATEGORY,
    MONTH,
    REGION,
    RESOURCE,
    SERVICE,
    SKU,
    WEEK,
    Dimension,
    Scope,
)
from core.costs.spend import Choices, Freshness, Spend
from core.periods import Period, month_of
from pages.ui import (
    bill,
    cards,
    cost_bar,
    cost_headline,
    cost_lines,
    cost_resource,
    cost_tables,
    cost_why,
    drill,
    filter_chips,
    filters,
    kept,
    names,
    page,
    restated,
    spend_chart,
    states,
)
from pages.ui import format as fmt
from pages.ui.bill import Bill
from pages.ui.cost_bar import View
from pages.ui.page import Screen
from services.usecases import cost_changes, costs

SHOW = {"what": "What", "why": "Why it changed", "lines": "Bill lines"}


@dataclass(frozen=True)
class Place:
    """Where in the bill one looks."""

    screen: Screen
    bill: Bill
    fresh: Freshness
    choices: Choices
    view: View
    scope: Scope
    steps: tuple[drill.Step, ...]

    @property
    def key(self) -> str:
        """Tells the widgets of one level from those of another."""
        return "-".join([self.view.by.name, *(str(step.value) for step in self.steps)])


def opened(at: Place, by: Dimension, cut: Dimension) -> tuple[Place, Spend] | None:
    """How each level begins: its headline, and the side of it that is shown; for "what", all else is drawn by the level.

    From here on the place has its one currency, so that no two questions choose different ones.
    """
    spend = at.bill.need(costs.over_time, at.scope, at.view.step, by)
    if spend.currency is None or spend.empty:
        within = tuple(each for each in at.scope.filters if each not in at.view.scope.filters)
        filtered = at.view.filtered + filter_chips.words(within, at.choices)
        cost_headline.nothing(at.scope.period, at.fresh.last_day, filtered, _matching_nothing(at))
        return None
    at = replace(at, scope=at.scope.in_currency(spend.currency))
    against = at.bill.ask(costs.compare, at.scope, cut, against=at.view.against)
    label = filters.labels(by, at.choices) if cut == by else None
    cost_headline.show(spend, against, label)
    shown = kept.segment(
        "Show", list(SHOW), "show", format_func=SHOW.__getitem__, label_visibility="collapsed"
    )
    if shown == "why":
        why(at)
    elif shown == "lines":
        cost_lines.show(at.bill, at.scope)
    else:
        return at, spend
    return None


def _matching_nothing(at: Place) -> tuple[str, ...]:
    """Which of the filters match nothing even alone, in words."""
    wanted = at.scope.filters
    words = filter_chips.words(wanted, at.choices)
    alone = (at.bill.ask(costs.table, replace(at.view.scope, filters=(each,)), ()) for each in wanted)
    return tuple(
        said for said, found in zip(words, alone, strict=True) if found is not None and found.currency is None
    )


def level(at: Place, by: Dimension) -> None:
    """One level: bars and table in the same colours; a click goes one down."""
    began = opened(at, by, by)
    if began is None:
        return
    at, spend = began
    label = filters.labels(by, at.choices)
    second = None if at.steps else at.view.second
    left, right = st.columns([2, 3], gap="medium") if second else (st.container(), st.container())
    with left:
        bars(at, spend, by, label)
    with right:
        if second is None:
            against = at.bill.need(costs.compare, at.scope, by, against=at.view.against)
            picked = cost_tables.by_value(against, by, label, spend, f"table-{at.key}", at.view.top)
            descend(at, by, picked)
        else:
            by_two(at, spend, by, second)
    spend_chart.numbers(spend, label, key=f"numbers-{at.key}", step=at.view.step)


def by_two(at: Place, spend: Spend, by: Dimension, second: Dimension) -> None:
    """Cost by two dimensions; a click goes down by both."""
    found = at.bill.need(costs.table, at.scope, (by, second), top=at.view.top)
    labels = [filters.labels(each, at.choices) for each in (by, second)]
    picked = cost_tables.by_two(found, (by, second), labels, spend, f"two-{at.key}-{second.name}")
    if picked is None:
        return
    if picked.folded:
        st.info("There is no level below this one.")
        return
    drill.go(
        (*at.steps, *(drill.Step(each, key) for each, key in zip((by, second), picked.keys, strict=True)))
    )


def bars(at: Place, spend: Spend, by: Dimension, label: dict[str | None, str]) -> None:
    """The chart; a bar is a value and a day, week or month, and both are kept on the way down."""
    step = at.view.step
    clicked = spend_chart.stacked(
        spend,
        label,
        key=f"bars-{at.key}-{step.name}",
        open_from=open_from(at),
        step=step,
        alt=f"Cost over time by {filters.dimension(by.name)}",
        clickable=True,
    )
    if clicked is not None:
        keep_days(at, clicked.step, below(by, clicked.place, at.steps))


def open_from(at: Place) -> date | None:
    """From when on the bill may still grow: its newest day, or the week or month of it."""
    newest = at.fresh.last_day if any(each.open_month for each in at.fresh.sources) else None
    if newest is None or at.view.step not in {WEEK, MONTH}:
        return newest
    return newest.replace(day=1) if at.view.step == MONTH else newest - timedelta(days=newest.weekday())


def below(by: Dimension, place: str, steps: tuple[drill.Step, ...]) -> tuple[drill.Step, ...]:
    """The steps to what lies below this value; the same steps where nothing does."""
    value = None if place == "untagged" else place.removeprefix("=")
    return steps if place == "other" else (*steps, drill.Step(by, value))


def keep_days(at: Place, first: date, steps: tuple[drill.Step, ...]) -> None:
    """Go down to the days of a bar."""
    whole, step = at.scope.period, at.view.step
    days = month_of(first) if step == MONTH else Period(first, first + timedelta(7 if step == WEEK else 1))
    start = max(days.start, whole.start)
    days = Period(start, max(start, min(days.end, whole.end)))
    if days != whole and days.length:
        drill.into(days, steps, at.view.period)
    elif steps != at.steps:
        drill.go(steps)


def descend(at: Place, by: Dimension, place: str | None) -> None:
    """Go one level down where a row was clicked that has one."""
    if place is None:
        return
    down = below(by, place, at.steps)
    if down != at.steps:
        drill.go(down)
    st.info("There is no level below this one. More rows are shown under More.")


def by_resource(at: Place) -> None:
    """The level of resources: the largest over time, and all that the rest comes to."""
    began = opened(at, RESOURCE, SERVICE)
    if began is None:
        return
    at, spend = began
    found = at.bill.need(costs.by_resource, at.scope, top=at.view.top)
    label: dict[str | None, str] = {None: "No resource"}
    label |= {each.resource_id: each.name or fmt.short(each.resource_id, 40) for each in found.rows}
    bars(at, spend, RESOURCE, label)
    called = {key: fmt.clean(name) for key, name in at.choices.accounts if name}
    descend(at, RESOURCE, cost_tables.by_resource(found, called, spend, f"resources-{at.key}"))
    spend_chart.numbers(spend, label, key=f"numbers-{at.key}", step=at.view.step)


def one_resource(at: Place, resource_id: str | None, name: str) -> None:
    """The last level: one resource (None: what names none) and its lines."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if resource_id is not None:
            if name != resource_id:
                st.markdown(f":gray[{fmt.plain(resource_id)}]", width="content")
            st.page_link(
                "pages/resources.py", label="Open the resource", query_params={"resource": resource_id}
            )
    by = CHARGE_CATEGORY if resource_id is None else SKU
    began = opened(at, by, by)
    if began is None:
        return
    at, spend = began
    spend_chart.stacked(
        spend,
        filters.labels(by, at.choices),
        key=f"bars-{at.key}",
        open_from=open_from(at),
        step=at.view.step,
        alt=f"Cost over time by {filters.dimension(by.name)}",
    )
    spend_chart.numbers(spend, filters.labels(by, at.choices), key=f"numbers-{at.key}", step=at.view.step)
    if resource_id is not None:
        found = cost_resource.profile(at.bill, at.scope, resource_id)
        if found is not None:
            cost_resource.show(found, f"profile-{at.key}")
    cards.heading("Bill lines")
    cost_lines.show(at.bill, at.scope)


def why(at: Place) -> None:
    """Why it changed; a click on a driver goes to its resource, or to the charges that name none."""
    found = at.bill.need(cost_changes.why, at.scope, against=at.view.against)
    picked = cost_why.show(found, lambda ids: names.of(at.screen, ids), f"why-{at.key}")
    if picked is None:
        return
    st.query_params.pop("show", None)
    down = [drill.Step(RESOURCE, picked.resource)]
    if picked.resource is None:
        where = ((ACCOUNT, picked.account), (REGION, picked.region), (SERVICE, picked.service))
        down = [*(drill.Step(by, value) for by, value in where), *down]
    taken = {each.dimension for each in down}
    drill.go((*(each for each in at.steps if each.dimension not in taken), *down))


def main() -> None:
    """The screen."""
    screen = page.begin()
    ours = bill.opened(screen)
    fresh = ours.fresh()
    if fresh is None:
        return
    states.partial("A bill could not be loaded; what was there before stands", fresh.failed)
    if fresh.last_day is None:
        states.empty(
            "There is no bill yet",
            "Connect an account with a billing export, or take a file in with `./pioneer ingest FILE`.",
        )
        st.page_link("pages/connections.py", label="Open Connections")
        return
    if bill.overdue(fresh.last_day, screen.now.date()):
        st.warning(
            f"The newest day in the bill is {fmt.plain(fmt.day(fresh.last_day))}. Connections says why."
        )
    choices = ours.need(costs.choices)
    steps = drill.trail()
    view = cost_bar.bar(screen, ours, choices, fresh.last_day, drill.inside(steps))
    at = Place(screen, ours, fresh, choices, view, drill.narrowed(view.scope, steps), steps)
    last = drill.resource(steps)
    called = names.of(screen, [last.value]) if last and last.value else {}
    drill.crumbs(
        steps,
        {"account": filters.labels(ACCOUNT, choices), "resource": dict(called.items())},
        view.scope.period,
    )
    by = drill.below(view.by, steps)
    if last is not None:
        one_resource(at, last.value, called.get(last.value or "", last.value or ""))
    elif by == RESOURCE:
        by_resource(at)
    else:
        level(at, by)
    restated.note(screen, at.scope.period)
    states.note(
        f"The bill reaches to {fmt.day(fresh.last_day)} and was loaded {fmt.ago(fresh.loaded_at, screen.now)}."
    )
    cost_bar.complete(ours)


main()
