"""Period, grouping, accounts, services, regions, tag and cost type: one bar, kept in the URL so that a view can be sent to a colleague."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from core.costs.scope import CHOOSABLE, CostType, Dimension, Scope, TagFilter
from core.costs.spend import Choices
from core.periods import Period, last_days, month_back, month_of
from pages.ui import format as fmt
from pages.ui import kept

PERIODS: Mapping[str, str] = {
    "30d": "30 days",
    "7d": "7 days",
    "90d": "90 days",
    "month": "This month",
    "last-month": "Last month",
    "13m": "13 months",
    "custom": "Custom",
}
UNTAGGED = "(none)"
COST_TYPES: Mapping[CostType, str] = {
    CostType.EFFECTIVE: "Effective: commitments spread over their use",
    CostType.BILLED: "Billed: as on the invoice",
    CostType.CONTRACTED: "Contracted: after negotiated discounts",
    CostType.LIST: "List: before any discount",
}
BY: Mapping[str, str] = {
    "service": "Service",
    "account": "Account",
    "region": "Region",
    "charge category": "Charge category",
}


@dataclass(frozen=True)
class View:
    """What the bar above a cost screen says: the scope, and what to group by."""

    scope: Scope
    by: Dimension
    filtered: tuple[str, ...]
    """The filters in force, in words: an empty result names them."""
    monthly: bool = False
    """Whether the period is drawn by month."""


def bar(choices: Choices, today: date, last_day: date | None) -> View:
    """Draw the bar and read it. `last_day` is the newest day in the bill: relative periods end with it."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = kept.select(
            "Period", list(PERIODS), "period", format_func=lambda key: PERIODS[key], width=140
        )
        by = kept.select(
            "Group by", [each.name for each in CHOOSABLE], "by", format_func=dimension, width=190
        )
        cost = kept.select(
            "Cost",
            [each.value for each in COST_TYPES],
            "cost",
            format_func=lambda key: COST_TYPES[CostType(key)].split(":")[0],
            width=150,
            help="\n\n".join(COST_TYPES.values()),
        )
        with st.popover("Filters"):
            accounts, services, regions, tags = _pick(choices)
    until = min(today, last_day) if last_day else today
    known = min(today, last_day + timedelta(days=1)) if last_day else today
    period = _custom(known) if chosen == "custom" else span(chosen, today, until, known)
    scope = Scope(
        period,
        accounts=tuple(accounts) or None,
        services=tuple(services),
        regions=tuple(regions),
        tags=tag_filters(tags),
        cost=CostType(cost),
    )
    return View(scope, Dimension(by), _words(accounts, services, regions, tags), chosen == "13m")


def span(chosen: str, today: date, until: date, known: date) -> Period:
    """The days a named period means: so many full days before `until`, or a month as far as it is known (before `known`)."""
    if chosen == "month":
        return Period(month_of(today).start, max(known, month_of(today).start))
    if chosen == "last-month":
        return month_of(month_back(today, 1))
    if chosen == "13m":
        return Period(month_back(today, 12), max(known, month_back(today, 12)))
    return last_days(until, {"7d": 7, "90d": 90}.get(chosen, 30))


def dimension(name: str) -> str:
    """What a dimension is called: `tag:cost-center` is `Tag: cost-center`."""
    return BY.get(name, name.replace("tag:", "Tag: "))


def labels(by: Dimension, choices: Choices) -> dict[str | None, str]:
    """What values of a dimension are called: account ids by their names, nothing as untagged."""
    none = f"No {by.tag} tag" if by.tag else f"No {by.name}"
    known: dict[str | None, str] = {None: none}
    if by.name == "account":
        known |= {key: f"{name} ({key})" if name else key for key, name in choices.accounts}
    return known


def tag_filters(picked: Sequence[str]) -> tuple[TagFilter, ...]:
    """`team=web` and `team=(none)` become one filter on `team`."""
    wanted: dict[str, list[str | None]] = {}
    for each in picked:
        key, _, value = each.partition("=")
        wanted.setdefault(key, []).append(None if value == UNTAGGED else value)
    return tuple(TagFilter(key, tuple(values)) for key, values in wanted.items())


def _pick(choices: Choices) -> tuple[list[str], list[str], list[str], list[str]]:
    names = {key: f"{name} ({key})" if name else key for key, name in choices.accounts}
    accounts = kept.many(
        "Accounts", list(names), "account", format_func=lambda key: fmt.clean(names.get(key, key))
    )
    services = kept.many("Services", list(choices.services), "service", format_func=fmt.clean)
    regions = kept.many("Regions", list(choices.regions), "region")
    offered = [f"{key}={value}" for key, values in choices.tags.items() for value in (*values, UNTAGGED)]
    tags = kept.many("Tags", offered, "tag", format_func=fmt.clean)
    return accounts, services, regions, tags


def _custom(end: date) -> Period:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = kept.day("From", "from", end - timedelta(days=30), width=150)
        last = kept.day("To, included", "to", end - timedelta(days=1), width=150)
    if last < first:
        st.warning("The period ends before it starts, so the days are taken the other way round.")
    return Period(min(first, last), max(first, last) + timedelta(days=1))


def _words(
    accounts: Sequence[str], services: Sequence[str], regions: Sequence[str], tags: Sequence[str]
) -> tuple[str, ...]:
    named = {"account": accounts, "service": services, "region": regions, "tag": tags}
    return tuple(
        f"{name} {' or '.join(fmt.clean(each) for each in values)}"
        for name, values in named.items()
        if values
    )
