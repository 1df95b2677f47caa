"""What happens right now?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial

import streamlit as st

from core.actions.model import OPEN
from core.inventory import Kind, Resource
from core.metrics import LiveMetrics
from core.money import total
from core.periods import Period, last_days
from core.resources import ResourceFilter, ResourceSort
from pages.ui import alert_rows, bill, cards, charts, coming, filter_field, fleet, kept, page, states
from pages.ui import format as fmt
from pages.ui.bill import Bill
from pages.ui.page import Screen
from services.usecases import actions, costs, metrics, resources

EVERY = "5s"
PATIENCE = timedelta(
    seconds=2
)  # of a look for AWS: the screen is drawn again soon, and shows the last answer until then
SILENT = timedelta(minutes=1)  # after which AWS is said not to answer
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
RUNNING = ResourceFilter(
    kinds=(Kind.INSTANCE, Kind.DATABASE),
    states=("running", "available"),
    sort=ResourceSort.COST,
    descending=True,
    limit=1000,
)


@dataclass(frozen=True)
class Rates:
    """US dollars an hour, None where the bill knows none of them, and of how many instances that is."""

    hourly: Decimal | None
    known: int
    ids: tuple[str, ...] = ()
    days: Period | None = None


def pick(called: Mapping[str, str]) -> tuple[list[str], str, int]:
    """Which resources (the costliest first) and metric to watch, kept in the URL."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = kept.many(
            "Watch",
            list(called),
            "watch",
            list(called)[:FIRST],
            format_func=lambda key: called.get(key, fmt.clean(key)),
            max_selections=MOST,
            width=520,
            wrap=True,
        )
        metric = kept.select(
            "Metric", list(WATCHED), "metric", format_func=lambda key: WATCHED[key], width=168
        )
        span = kept.select("Time", list(SPANS), "span", format_func=lambda key: SPANS[key], width=168)
    return chosen, metric, int(span)


@st.fragment(run_every=EVERY)
def now_running(screen: Screen, ran: int, rates: Rates) -> None:
    """The large figures, drawn again for who may still see them, and the whole screen with them once another number of instances runs."""
    at = page.again(screen)
    counts = page.attempt(resources.counts, at.ctx, at.user)
    if counts is None:
        return
    wanted = actions.ActionFilter(states=tuple(OPEN))
    open_ones = page.attempt(actions.listing, at.ctx, at.user, wanted, 1)
    running, stopped = _instances(counts)
    if running != ran:
        st.rerun(scope="app")
    cards.figures(
        [
            cards.Figure(
                "Instances spend an hour",
                fmt.money(rates.hourly, places=2),
                because=_basis(rates, running),
                link=partial(_to_costs, rates) if rates.days else None,
            ),
            cards.Figure("Instances running", f"{running:,}", because=f"{stopped:,} stopped"),
            cards.Figure(
                "Actions in flight",
                fmt.UNKNOWN if open_ones is None else f"{open_ones.total:,}",
                because="queued or running",
            ),
            cards.Figure("As of", f"{at.now:%H:%M:%S}", because="UTC; every 5 seconds"),
        ]
    )


def _instances(counts: Mapping[Kind, Mapping[str, int]]) -> tuple[int, int]:
    """How many run, and how many are stopped."""
    known = counts.get(Kind.INSTANCE, {})
    return known.get("running", 0), known.get("stopped", 0)


def _basis(rates: Rates, running: int) -> str:
    if rates.known >= running:
        return "by the bill of all running ones"
    return f"by the bill of {rates.known:,} of {running:,} running ones; the others are unknown"


@st.fragment(run_every=EVERY)
def watched(screen: Screen, chosen: Sequence[str], metric: str, span: int, names: Mapping[str, str]) -> None:
    """The metric of the chosen ones, straight from CloudWatch."""
    at = page.again(screen)
    if not chosen:
        states.empty("Nothing is watched", "Choose up to 20 running resources above.")
        return
    got = page.attempt(metrics.live, at.ctx, at.user, list(chosen), (metric,), span, PATIENCE)
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
    _asking(got, at, seen=bool(lines))
    if not lines and got.asking_since is not None:
        return
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
    states.note(f"As of {got.at:%H:%M:%S} UTC. AWS takes $0.00001 for each metric asked.")


def _asking(got: LiveMetrics, at: Screen, *, seen: bool) -> None:
    """That AWS is late, and of when the chart is until it answers."""
    if got.asking_since is None:
        return
    last = f"the last answer is of {got.at:%H:%M} UTC" if seen else "there is no answer yet"
    waited = at.now - got.asking_since
    if waited < SILENT:
        states.note(f"Asking AWS … {last}.")
    else:
        silent = f"It has not answered for {fmt.span(waited)}; {last}. It is asked on by itself."
        states.partial("AWS does not answer", [silent])


def _names(among: Sequence[Resource]) -> dict[str, str]:
    """What each is called on the chart: by its name, with its id where several share one."""
    called = Counter(each.name or each.short_id for each in among)
    return {
        each.id: fmt.clean(each.name or each.short_id)
        + (f" ({each.short_id})" if called[each.name or each.short_id] > 1 else "")
        for each in among
    }


def rate(ours: Bill | None, running: Sequence[Resource]) -> Rates:
    """What the running instances cost an hour, by their own bill lines."""
    ids = tuple(each.id for each in running)
    known = (ours.ask(costs.resource_cost, ids) if ours else None) or {}
    priced = {name: each for name, each in known.items() if each.per_hour is not None}
    if not priced:
        return Rates(None, 0)
    until, longest = max((each.until, each.days) for each in priced.values())
    hourly = [each.per_hour for each in priced.values() if each.per_hour is not None]
    return Rates(total(hourly), len(priced), tuple(priced), last_days(until, longest))


def _to_costs(rates: Rates) -> None:
    if rates.days:
        filter_field.to_costs_of("The bill behind it", rates.ids, rates.days, currency="USD")


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    ours = bill.tried(screen)
    found = fleet.found(screen, RUNNING, ours)
    if not found.rows:
        states.empty(
            "Nothing runs",
            "No running instance or database was seen. Connect an account, or start an instance.",
        )
        st.page_link("pages/connections.py", label="Open Connections")
        st.page_link("pages/resources.py", label="Open Resources")
        return
    counts = page.need(resources.counts, screen.ctx, screen.user)
    instances = [each for each in found.rows if each.kind is Kind.INSTANCE]
    now_running(screen, _instances(counts)[0], rate(ours, instances))
    called = _names(found.rows)
    chosen, metric, span = pick(called)
    chart = st.container()  # filled last: CloudWatch may take its time, and what is below need not wait
    coming.table(screen, chosen, called)
    alert_rows.show(screen, found.rows, called)
    with chart:
        watched(screen, chosen, metric, span, called)


main()
