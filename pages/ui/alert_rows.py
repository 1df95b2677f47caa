"""Thresholds on metrics: which fire, how each stands, setting one and taking it away."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.access.roles import Permission
from core.alerts import COMPARISONS, Alert
from core.inventory import Resource
from core.metrics import METRICS
from pages.ui import cards, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import alerts

MINUTES = 15
THRESHOLD = 80.0


def show(screen: Screen, among: Sequence[Resource]) -> None:
    """All thresholds, and a way to set another."""
    cards.heading("Alerts", "A threshold on a metric; the worker looks every minute")
    may = screen.may(Permission.EDIT_ALERTS)
    if may:
        if st.button("New alert", key="new-alert"):
            _dialog(screen, among)
    else:
        states.note(f"To set alerts, ask one of: {page.able(Permission.EDIT_ALERTS)}.")
    found = page.attempt(alerts.listing, screen.ctx, screen.user)
    if found is None:
        return
    if not found:
        states.note("No alert is set.")
    names = {each.id: each.name or each.short_id for each in among}
    for each in found:
        _row(screen, each, names, may=may)


def _row(screen: Screen, alert: Alert, names: Mapping[str, str], *, may: bool) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        thing = names.get(alert.resource_id, fmt.short(alert.resource_id, 40))
        rule = f"{alert.metric} {alert.comparison} {alert.threshold:g} for {fmt.count(alert.for_minutes, 'minute')}"
        since = f"since {fmt.ago(alert.state_since, screen.now)}. {alert.detail}"
        st.markdown(
            f"{states.state(alert.state)} **{fmt.plain(thing)}** {fmt.plain(rule)}  \n:gray[{fmt.plain(since)}]",
            width="stretch",
        )
        if may and st.button("Delete", key=f"delete-alert-{alert.id}"):
            page.attempt(alerts.delete, screen.ctx, screen.user, alert.id)
            states.say("Deleted.")


@st.dialog("New alert", width="medium")
def _dialog(screen: Screen, among: Sequence[Resource]) -> None:
    now = page.again(screen)
    kinds = {each.id: each for each in among}
    names = {each.id: f"{each.name or each.short_id} ({each.short_id})" for each in among}
    thing = st.selectbox(
        "Resource", list(names), format_func=lambda key: fmt.clean(names[key]), key="alert-resource"
    )
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
    comparison = middle.selectbox("Is", list(COMPARISONS), key="alert-comparison")
    threshold = right.number_input("Threshold", value=THRESHOLD, key="alert-threshold")
    minutes = st.number_input("For at least, minutes", 0, 1440, MINUTES, key="alert-minutes")
    if st.button("Set", type="primary", key="alert-go"):
        made = page.attempt(
            alerts.create, now.ctx, now.user, thing, metric, comparison, threshold, int(minutes)
        )
        if made is not None:
            states.say("Set. It says unknown until the first look.")
