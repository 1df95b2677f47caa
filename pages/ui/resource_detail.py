"""One resource: what it costs, how it is used, what was found, what happens to it and what happened."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

import streamlit as st

from core.access.roles import Permission
from core.costs.members import GROUPED
from core.costs.scope import RESOURCE, CostType, Filter, Match, Scope
from core.costs.spend import ResourceCost
from core.inventory import AutoScalingGroup, Resource
from core.measured import METRICS
from core.measured_groups import SAMPLES
from core.periods import Period, last_days
from core.recommendations.selection import FindingFilter
from core.savings import monthly_rate
from core.schedules.switch import SWITCHED
from pages.ui import (
    act,
    action_rows,
    attaching,
    cards,
    charts,
    cost_resource,
    describe,
    filter_field,
    names,
    override,
    page,
    schedule_history,
    states,
)
from pages.ui import format as fmt
from pages.ui.bill import Bill
from pages.ui.page import Screen
from services.usecases import actions, cost_resources, costs, metrics, recommendations, resources, schedules
from services.usecases.transitions import Transition

DAYS = 14
HISTORY = 20
BILLED = 31


def show(screen: Screen, ours: Bill, resource_id: str) -> None:
    """The page of one resource."""
    if st.button("← All resources", key="back", type="tertiary"):
        del st.query_params["resource"]
        st.rerun()
    found = page.need(resources.one, screen.ctx, screen.user, resource_id)
    billed, members = _billed(ours, found)
    known = billed or {}
    monthly = describe.monthly(known)
    st.subheader(fmt.plain(found.name or found.short_id), anchor=False)
    st.markdown(
        f"{states.state(found.state)} {states.badge(fmt.words(found.kind))} {fmt.plain(describe.size(found))}"
    )
    act.buttons(screen, (found,), monthly)
    act.follow(screen)
    coming = _coming(screen, found)
    if found.kind in SWITCHED:
        override.show(screen, found, scheduled=bool(coming))
    _figures(screen, found, known.get(resource_id), members, coming, readable=billed is not None)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        schedule_history.show(screen, found.id)
        _use(screen, found)
        _lines(ours, screen, found, known.get(resource_id), members)
    with right:
        cards.heading("What it is")
        cards.facts(list(describe.facts(found, screen.now, names.accounts(screen), _beside(screen, found))))
        _tags(found)
        _happened(screen, found)


def _billed(ours: Bill, found: Resource) -> tuple[Mapping[str, ResourceCost] | None, tuple[str, ...]]:
    """What it costs, None where the bill cannot be read; of what has members, what they do, with their ids."""
    if found.kind not in GROUPED:
        return ours.ask(costs.resource_cost, (found.id,)), ()
    answer = ours.ask(cost_resources.cost_with_members, found.id)
    if answer is None:
        return None, ()
    cost, members = answer
    return {} if cost is None else {found.id: cost}, members


def _beside(screen: Screen, found: Resource) -> Mapping[str, str]:
    """What the thing it is attached to is called."""
    other = getattr(found, "attached_to", None) or getattr(found, "associated_with", None)
    return names.of(screen, [other]) if other else {}


def _coming(screen: Screen, found: Resource) -> Sequence[Transition]:
    """The next time that it is switched, if it is."""
    if found.kind not in SWITCHED:
        return ()
    return page.attempt(schedules.next_transitions, screen.ctx, screen.user, [found.id], 1) or ()


def _figures(
    screen: Screen,
    found: Resource,
    known: ResourceCost | None,
    members: Sequence[str],
    coming: Sequence[Transition],
    *,
    readable: bool,
) -> None:
    monthly = None if known is None else monthly_rate(known.cost, known.days)
    plan = page.attempt(
        recommendations.plan, screen.ctx, screen.user, FindingFilter(resource_ids=(found.id,))
    )
    row = [
        cards.Figure(
            "Costs a month",
            fmt.money(monthly, places=2),
            because=f"Effective, {'of all its members, by their' if members else 'by its'} last 30 full days on the bill"
            if monthly is not None
            else "It is not on the bill yet"
            if readable
            else "The bill cannot be read now",
            link=None if known is None else partial(_to_its_costs, found, known, members),
        ),
    ]
    if found.kind in SWITCHED:
        row.append(
            cards.Figure(
                "Next",
                fmt.sentence(describe.transition(coming[0], screen.now)) if coming else "Nothing",
                because=f"by {', '.join(coming[0].schedules)}" if coming else _unswitched(found),
                link=None if coming else partial(_offer_schedule, screen, found),
            )
        )
    if plan is not None:
        first = plan.chosen[0] if plan.chosen else None
        row.append(
            cards.Figure(
                "Could save a month",
                fmt.money(plan.total_saving, places=2) if first else "Nothing found",
                because=fmt.ahead(first.finding.because, 110)
                if first
                else "No rule found anything to save here",
                link=partial(_to_recommendation, first.finding.id) if first else None,
            )
        )
    cards.figures(row)


def _to_its_costs(found: Resource, known: ResourceCost, members: Sequence[str]) -> None:
    days = last_days(known.until, known.days)
    if members:
        filter_field.to_costs_of("What its members cost", members, days, currency=known.currency)
        return
    _to_costs(f"The {known.days} days behind its cost", found.id, days, known.currency)


def _to_recommendation(finding_id: UUID) -> None:
    st.page_link(
        "pages/recommendations.py",
        label="Open the recommendation",
        query_params={"finding": str(finding_id)},
    )


def _unswitched(found: Resource) -> str:
    return "Its tag protects it" if found.protected else "No schedule switches it"


def _offer_schedule(screen: Screen, found: Resource) -> None:
    """The way to have it switched, for who may."""
    if not (screen.may(Permission.EDIT_SCHEDULES) and screen.may(Permission.ACT)):
        st.page_link("pages/schedules.py", label="See the schedules")
    elif st.button("Attach a schedule", key="attach-schedule"):
        attaching.attach_to(screen, found)


def _use(screen: Screen, found: Resource) -> None:
    cards.heading("Use", f"The last {DAYS} days, hour by hour")
    # Samples only weigh hours against each other: how many members that is, they do not say.
    asked = [each for each in METRICS.get(found.kind, ()) if each.of(found) and each.metric != SAMPLES]
    if not asked:
        made = found.node_group if isinstance(found, AutoScalingGroup) else None
        states.note(
            f"What it does is measured under its node group {made}."
            if made
            else f"No metric is collected of {found.kind.one} yet."
        )
        return
    span = (screen.now - timedelta(days=DAYS), screen.now)
    for each in asked:
        got = page.attempt(
            metrics.series,
            screen.ctx,
            screen.user,
            [found.id],
            each.metric,
            *span,
        )
        series = (got or {}).get(found.id)
        if series is None or not len(series.times):
            states.note(f"{each.title}: no samples, so its use is unknown.")
            continue
        scale, unit = (1e6, "MB an hour") if each.unit == "bytes" else (1.0, each.unit)
        st.markdown(f"**{fmt.plain(each.title)}** :gray[{fmt.plain(unit)}]")
        charts.lines(
            {each.title: (series.times, [float(value) / scale for value in series.values])},
            unit=each.unit if scale == 1 else "MB",
            key=f"use-{each.metric}",
            alt=f"{each.title} of the last {DAYS} days",
            top=100 if each.unit == "%" else None,
            height=190,
            step=each.every,
            span=span,
        )


def _lines(
    ours: Bill, screen: Screen, found: Resource, known: ResourceCost | None, members: Sequence[str]
) -> None:
    cards.heading("On the bill", f"The last {BILLED} days, by SKU")
    got = cost_resource.profile(ours, Scope(last_days(screen.now.date(), BILLED)), found.id)
    if got is None:
        return
    if got.by_sku.empty and known is not None and members:
        states.note("It has no line of its own: its members are billed, each under its own name.")
        _to_its_costs(found, known, members)
        return
    if got.by_sku.empty:
        states.note(f"No line in the last {BILLED} days.")
        return
    cost_resource.by_sku(got, "its")
    cost_resource.show(got, "its")
    _to_costs("Its bill lines", found.id, got.by_sku.period, got.by_sku.currency)


def _to_costs(label: str, resource_id: str, days: Period, currency: str | None) -> None:
    """The way to just the lines that a figure of the resource counts."""
    only = (Filter(RESOURCE, Match.IS, resource_id),)
    filter_field.to_costs(label, only, CostType.EFFECTIVE, days, currency=currency, lines=True)


def _tags(found: Resource) -> None:
    cards.heading("Tags")
    if not found.tags:
        states.note("It carries no tag.")
        return
    cards.facts(sorted(found.tags.items()))


def _happened(screen: Screen, found: Resource) -> None:
    cards.heading("What happened")
    done = page.attempt(
        actions.listing, screen.ctx, screen.user, actions.ActionFilter(resource_id=found.id), HISTORY
    )
    for each in done.rows if done else ():
        st.markdown(action_rows.line(each, done.names, screen.now))
    seen = page.attempt(resources.history, screen.ctx, screen.user, found.id) or ()
    for each in seen[:HISTORY]:
        st.markdown(f"{states.state(each.state)} :gray[{fmt.plain(f'seen {fmt.ago(each.at, screen.now)}')}]")
    if not seen and not (done and done.rows):
        states.note("No change was seen yet.")
