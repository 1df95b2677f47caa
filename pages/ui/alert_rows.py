"""Thresholds on metrics: which fire, how each stands, setting one and taking it away."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import streamlit as st

from core.access.roles import Permission
from core.alerts import COMPARED, COMPARISONS, Alert, AlertState
from core.alerts import rule as core_rule
from core.inventory import Resource
from core.measured import METRICS
from pages.ui import cards, dialog, names, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import alerts

MINUTES = 15
THRESHOLD = 80.0
LONG_ENOUGH = timedelta(minutes=1)
METRICS_BY_NAME = {known.metric: known for of_kind in METRICS.values() for known in of_kind}


def show(screen: Screen, among: Sequence[Resource], called: Mapping[str, str]) -> None:
    """All thresholds, and a way to set another on one of those `among`; `called` says what each is called."""
    cards.heading("Alerts", "A threshold on a metric; the worker looks every minute")
    may = screen.may(Permission.EDIT_ALERTS)
    if may:
        if st.button("New alert", key="new-alert"):
            _dialog(screen, among, called)
    else:
        states.note(f"To set alerts, ask one of: {page.able(Permission.EDIT_ALERTS)}.")
    found = page.attempt(alerts.listing, screen.ctx, screen.user)
    if found is None:
        return
    if not found:
        states.note("No alert is set yet. One on CPU tells when a machine is overloaded, or idle.")
    others = names.of(screen, (each.resource_id for each in found if each.resource_id not in called))
    for each in found:
        _row(screen, each, {**others, **called}, may=may)


def _row(screen: Screen, alert: Alert, called: Mapping[str, str], *, may: bool) -> None:
    with st.container(border=True, horizontal=True, wrap=False, vertical_alignment="center"):
        thing = called.get(alert.resource_id, fmt.short(alert.resource_id.rpartition("/")[2], 40))
        since = so_far(alert, screen.now)
        st.markdown(
            f"{states.state(alert.state)} **{fmt.plain(thing)}** {fmt.plain(rule(alert))}  \n:gray[{fmt.plain(since)}]",
            width="stretch",
        )
        if may:
            with st.popover("Delete", type="tertiary"):
                states.note("It is watched no longer. What it told so far stays in the audit log.")
                gone = st.button("Delete it", type="primary", key=f"delete-alert-{alert.id}")
            if gone and page.attempt(_delete, screen, alert):
                states.say("Deleted.")


def rule(alert: Alert) -> str:
    """`CPU above 80% for 15 minutes`."""
    held = f" for {fmt.count(alert.for_minutes, 'minute')}" if alert.for_minutes else ""
    return f"{core_rule(alert, METRICS_BY_NAME.get(alert.metric))}{held}"


def so_far(alert: Alert, now: datetime) -> str:
    """How it stands, and for how long it has, once that is a minute at least."""
    long = abs(now - alert.state_since)
    word = "OK" if alert.state is AlertState.OK else fmt.sentence(alert.state)
    return f"{alert.detail} {word} for {fmt.span(long)}." if long >= LONG_ENOUGH else alert.detail


def _delete(screen: Screen, alert: Alert) -> bool:
    alerts.delete(screen.ctx, screen.user, alert.id)
    return True


@st.dialog("New alert", width="medium")
def _dialog(screen: Screen, among: Sequence[Resource], called: Mapping[str, str]) -> None:
    now = page.again(screen)
    kinds = {each.id: each for each in among}
    thing = st.selectbox("Resource", list(kinds), format_func=lambda key: called[key], key="alert-resource")
    if thing is None:
        return
    known = {each.metric: each for each in METRICS.get(kinds[thing].kind, ())}
    left, middle, right = st.columns(3)
    metric = left.selectbox(
        "Metric",
        list(known),
        format_func=lambda key: f"{known[key].title}, {known[key].unit}",
        key="alert-metric",
    )
    comparison = middle.selectbox(
        "Is", list(COMPARISONS), format_func=lambda each: COMPARED[each], key="alert-comparison"
    )
    threshold = right.number_input("Threshold", value=THRESHOLD, format="%g", key="alert-threshold")
    minutes = st.number_input("For at least, minutes", 0, 1440, MINUTES, key="alert-minutes")
    if dialog.decided("Set", "alert-go"):
        made = page.attempt(
            alerts.create, now.ctx, now.user, thing, metric, comparison, threshold, int(minutes)
        )
        if made is not None:
            states.say("Set. It says unknown until the first look.")
