"""What happens right now?"""

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from core.actions.model import OPEN
from core.inventory import Kind, Resource
from core.money import total
from core.resources import ResourceFilter
from pages.ui import action_rows, alert_rows, bill, cards, charts, kept, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import actions, costs, metrics, resources

EVERY = "5s"
MOST = 20
FIRST = 6
WATCHED = {
    "cpu": "CPU, %",
    "network_in": "Network in, MB",
    "network_out": "Network out, MB",
    "connections": "Connections",
}
SPANS = {"60": "The last hour", "180": "3 hours", "720": "12 hours"}  # by minutes
MEGA = 1e6


def pick(running: Sequence[Resource]) -> tuple[list[str], str, int]:
    """Which resources and metric to watch, kept in the URL."""
    names = {each.id: f"{each.name or each.short_id} ({each.short_id})" for each in running}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = kept.many(
            "Watch",
            list(names),
            "watch",
            list(names)[:FIRST],
            format_func=lambda key: fmt.clean(names.get(key, key)),
            max_selections=MOST,
            width=460,
        )
        metric = kept.select(
            "Metric", list(WATCHED), "metric", format_func=lambda key: WATCHED[key], width=160
        )
        span = kept.select("Time", list(SPANS), "span", format_func=lambda key: SPANS[key], width=140)
    return chosen, metric, int(span)


@st.fragment(run_every=EVERY)
def now_running(screen: Screen, rates: Mapping[str, object]) -> None:
    """The large figures: spend rate, what runs, what is in flight. Draws itself again for who may still see it."""
    at = page.again(screen)
    counts = page.attempt(resources.counts, at.ctx, at.user)
    open_ones = page.attempt(actions.listing, at.ctx, at.user, actions.ActionFilter(states=tuple(OPEN)), 5)
    instances = (counts or {}).get(Kind.INSTANCE, {})
    cards.figures(
        [
            cards.Figure(
                "Instances spend an hour",
                fmt.money(rates["hourly"], places=2),
                because=_basis(rates),
            ),
            cards.Figure(
                "Running",
                f"{instances.get('running', 0):,}",
                because=f"{instances.get('stopped', 0):,} stopped",
            ),
            cards.Figure(
                "In flight", f"{open_ones.total if open_ones else 0:,}", because="actions queued or running"
            ),
            cards.Figure(
                "As of",
                f"{at.now:%H:%M:%S}",
                because=f"{fmt.day(at.now.date())}, UTC; refreshes every 5 seconds",
            ),
        ]
    )
    for row in open_ones.rows if open_ones else ():
        st.markdown(action_rows.line(row, at.now))


def _basis(rates: Mapping[str, object]) -> str:
    if rates["known"] == rates["running"]:
        return "by the bill of all running ones"
    return f"by the bill of {rates['known']} of {rates['running']} running ones; the others are unknown and not in it"


@st.fragment(run_every=EVERY)
def watched(screen: Screen, chosen: Sequence[str], metric: str, span: int, names: Mapping[str, str]) -> None:
    """The metric of the chosen ones, straight from CloudWatch."""
    at = page.again(screen)
    if not chosen:
        states.empty("Nothing is watched", "Choose up to 20 running resources above.")
        return
    got = page.attempt(metrics.live, at.ctx, at.user, list(chosen), (metric,), span)
    if got is None:
        return
    scale = MEGA if metric.startswith("network") else 1.0
    lines = {
        names.get(each.resource_id, each.resource_id): (
            each.times,
            [float(value) / scale for value in each.values],
        )
        for (_, name), each in got.series.items()
        if name == metric and len(each.times)
    }
    states.partial(
        "CloudWatch would not say all of it",
        [f"{gap.account_id} {gap.region}: {gap.reason}" for gap in got.gaps],
    )
    if not lines:
        states.empty(
            "No sample in this time",
            f"CloudWatch has no {WATCHED[metric]} of these. Choose a longer time or another metric.",
        )
        return
    unit = {"cpu": "%", "connections": ""}.get(metric, "MB")
    charts.lines(
        lines, unit=unit, key="live-chart", alt=f"{WATCHED[metric]} of the watched resources", height=330
    )
    silent = [names.get(key, key) for key in chosen if names.get(key, key) not in lines]
    if silent:
        states.note(f"No sample of {', '.join(fmt.short(each, 30) for each in silent)}: unknown, not zero.")
    states.note(
        f"CloudWatch as of {at.now:%H:%M:%S} UTC, at most 15 seconds old. Each metric asked costs 0.00001 USD."
    )


def _names(among: Sequence[Resource]) -> dict[str, str]:
    """What each is called on the chart: by its name, with its id where several share one."""
    called = Counter(each.name or each.short_id for each in among)
    return {
        each.id: fmt.clean(each.name or each.short_id)
        + (f" ({each.short_id})" if called[each.name or each.short_id] > 1 else "")
        for each in among
    }


def rate(screen: Screen, running: Sequence[Resource]) -> dict[str, object]:
    """What the running instances cost an hour, by their own bill lines."""
    known = bill.opened(screen).ask(costs.resource_cost, tuple(each.id for each in running)) or {}
    hourly = [each.per_hour for each in known.values() if each.per_hour is not None]
    return {"hourly": total(hourly) if hourly else None, "known": len(hourly), "running": len(running)}


def main() -> None:
    """The screen."""
    screen = page.begin()
    found = page.need(
        resources.search,
        screen.ctx,
        screen.user,
        ResourceFilter(kinds=(Kind.INSTANCE, Kind.DATABASE), states=("running", "available"), limit=1000),
    )
    if not found.rows:
        states.empty(
            "Nothing runs", "No running instance was seen. Connect an account, or start one under Resources."
        )
        return
    instances = [each for each in found.rows if each.kind is Kind.INSTANCE]
    now_running(screen, rate(screen, instances))
    chosen, metric, span = pick(found.rows)
    watched(screen, chosen, metric, span, _names(found.rows))
    alert_rows.show(screen, found.rows)


main()
