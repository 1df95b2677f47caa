"""Dialogs about a daily metric: naming or changing one, and deleting it."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.costs.scope import CostType
from core.costs.spend import Choices
from core.costs.units import LONGEST_NAME, SCALES, STATISTICS, CloudWatchMetric, KeptUnit, UnitMetric
from core.errors import Invalid
from core.inventory import Account
from pages.ui import dialog, filter_field, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import connections, units

SENT, CLOUDWATCH = "Sent or uploaded", "Read from CloudWatch"
LARGEST = "The larger"


def edit(screen: Screen, choices: Choices, unit: KeptUnit | None) -> None:
    """Open the dialog for a new metric (None) or a present one."""
    title = f"Edit {fmt.plain(unit.metric.name)}" if unit else "New metric"
    st.dialog(title, width="medium")(_edit)(screen, choices, unit)


def _edit(screen: Screen, choices: Choices, unit: KeptUnit | None) -> None:
    now, start = page.again(screen), unit.metric if unit else None
    name = st.text_input(
        "What is counted",
        start.name if start else "",
        key="unit-name",
        max_chars=LONGEST_NAME,
        placeholder="orders",
    )
    left, right = st.columns(2)
    per = left.selectbox(
        "Cost of how many",
        SCALES,
        SCALES.index(start.per) if start else 0,
        key="unit-per",
        format_func=lambda each: f"{each:,}",
    )
    types = list(CostType)
    cost = right.selectbox(
        "Cost type",
        types,
        types.index(start.cost) if start else types.index(CostType.EFFECTIVE),
        key="unit-cost",
        format_func=fmt.sentence,
    )
    wanted = filter_field.field("Which cost", choices, start.filters if start else (), "unit-filters")
    if wanted:
        states.note(
            "Count only what this cost serves. All orders of a company over one account's cost would tell less than an order costs."
        )
    currency = _currency(choices, start)
    kinds = (SENT, CLOUDWATCH)
    kind = st.radio(
        "Its days are", kinds, int(bool(start and start.source)), key="unit-kind", horizontal=True
    )
    try:
        source = _cloudwatch(now, start.source if start else None) if kind == CLOUDWATCH else None
    except Invalid as error:
        states.failed(error)
        return
    ready = wanted is not None and (kind == SENT or source is not None)
    if dialog.decided("Save", "unit-save", disabled=not ready):
        drafted = partial(UnitMetric, name.strip(), per, wanted or (), cost, currency, source)
        saved = page.attempt(_save, now, start.name if start else None, drafted)
        if saved is not None:
            st.query_params["metric"] = saved.metric.name
            states.say(f"Saved: {saved.metric.name}.")


def _currency(choices: Choices, start: UnitMetric | None) -> str | None:
    if len(choices.currencies) <= 1:
        return start.currency if start else None
    offered = [LARGEST, *choices.currencies]
    place = offered.index(start.currency) if start and start.currency in offered else 0
    chosen = st.selectbox("Currency", offered, place, key="unit-currency")
    return None if chosen == LARGEST else chosen


def _save(screen: Screen, was: str | None, drafted: Callable[[], UnitMetric]) -> KeptUnit:
    return units.save(screen.ctx, screen.user, drafted(), was=was)


def _cloudwatch(screen: Screen, start: CloudWatchMetric | None) -> CloudWatchMetric | None:
    """What the fields about CloudWatch say; None where no account is connected or something is left open. Raises `Invalid`."""
    owned = page.attempt(connections.accounts, screen.ctx, screen.user)
    if not owned:
        states.note("No AWS account is connected that you see, so there is no CloudWatch to read.")
        return None
    accounts: dict[str, Account] = {each.account.id: each.account for each in owned}
    left, right = st.columns(2)
    ids = list(accounts)
    account = left.selectbox(
        "Account",
        ids,
        ids.index(start.account_id) if start and start.account_id in ids else 0,
        key="unit-account",
        format_func=lambda each: fmt.clean(f"{accounts[each].name} ({each})"),
    )
    regions = list(accounts[account].regions)
    region = right.selectbox(
        "Region",
        regions,
        regions.index(start.region) if start and start.region in regions else 0,
        key=f"unit-region-{account}",
    )
    namespace = left.text_input(
        "Namespace", start.namespace if start else "", key="unit-namespace", placeholder="Shop"
    )
    name = right.text_input(
        "Metric", start.name if start else "", key="unit-metric", placeholder="OrdersPlaced"
    )
    said = ", ".join(f"{key}={value}" for key, value in start.dimensions) if start else ""
    typed = left.text_input("Dimensions", said, key="unit-dimensions", placeholder="Store=all, Stage=live")
    statistic = right.selectbox(
        "Statistic",
        STATISTICS,
        STATISTICS.index(start.statistic) if start else 0,
        key="unit-statistic",
        help="Of each day in UTC. To count things, Sum is nearly always meant.",
    )
    if not (namespace.strip() and name.strip() and region):
        return None
    pairs = [each.partition("=") for each in typed.split(",") if each.strip()]
    dimensions = tuple((key.strip(), value.strip()) for key, _, value in pairs)
    return CloudWatchMetric(namespace.strip(), name.strip(), dimensions, statistic, account, region)


def delete(screen: Screen, unit: KeptUnit) -> None:
    """Open the dialog before a metric goes."""
    st.dialog(f"Delete {fmt.plain(unit.metric.name)}?")(_delete)(screen, unit)


def _delete(screen: Screen, unit: KeptUnit) -> None:
    now = page.again(screen)
    st.markdown(
        f"**{fmt.plain(unit.metric.name)}** goes with {fmt.plain(fmt.count(unit.days, 'day'))} of counts. "
        "Days that were sent have to be sent again to bring them back; the bill stays as it is."
    )
    if dialog.decided("Delete", "unit-delete-go") and page.attempt(_deleted, now, unit):
        st.query_params.pop("metric", None)
        states.say(f"Deleted: {unit.metric.name}.")


def _deleted(screen: Screen, unit: KeptUnit) -> bool:
    units.delete(screen.ctx, screen.user, unit.metric.name)
    return True
