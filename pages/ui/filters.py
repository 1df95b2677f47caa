"""Words and choices that cost screens share: periods, what to compare with, what dimensions and their values are called."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

import streamlit as st

from core.costs.scope import COST_CATEGORY, TAG, VIRTUAL, Dimension
from core.costs.spend import Choices
from core.periods import Period, last_days, month_back, month_of, months_before
from pages.ui import format as fmt
from pages.ui import kept

CUSTOM = "custom"
PERIODS: Mapping[str, str] = {
    "30d": "30 days",
    "7d": "7 days",
    "90d": "90 days",
    "month": "This month",
    "last-month": "Last month",
    "13m": "13 months",
    CUSTOM: "Custom",
}
AGAINST: Mapping[str, str] = {
    "previous": "The days just before",
    "month": "The same days a month earlier",
    "year": "The same days a year earlier",
    CUSTOM: "Custom",
}
YEAR = 12
WORDS = {"sku": "SKU"}


def span(chosen: str, today: date, until: date, known: date) -> Period:
    """The days a named period means: so many full days before `until`, or a month as far as it is known (before `known`)."""
    if chosen == "month":
        return Period(month_of(today).start, max(known, month_of(today).start))
    if chosen == "last-month":
        return month_of(month_back(today, 1))
    if chosen == "13m":
        return Period(month_back(today, YEAR), max(known, month_back(today, YEAR)))
    return last_days(until, {"7d": 7, "90d": 90}.get(chosen, 30))


def period(usual: str = "30d") -> str:
    """The field of the period; answers what the chosen one is called in the URL, for `named`."""
    offered = [usual, *(key for key in PERIODS if key != usual)]
    return kept.select("Period", offered, "period", format_func=lambda key: PERIODS[key], width=140)


def named(chosen: str, today: date, last_day: date | None) -> Period:
    """The days of a period; for days of one's own with the fields to choose them. `last_day` is the newest day in the bill.

    So many days end before that day, which may still be filling; a month, and days of one's own, may hold it.
    """
    until = min(today, last_day) if last_day else today
    known = min(today, last_day + timedelta(days=1)) if last_day else today
    if chosen == CUSTOM:
        return custom("from", "to", Period(known - timedelta(days=30), known))
    return span(chosen, today, until, known)


def currency(
    choices: Choices, *, usual: str = "The largest", width: int | Literal["stretch"] = "stretch"
) -> str | None:
    """The chosen currency; None for the usual one. Nothing to choose where the bill has one only."""
    if len(choices.currencies) < 2:  # noqa: PLR2004  one of them is no choice
        return None
    offered = ["", *choices.currencies]
    chosen = kept.select("Currency", offered, "currency", format_func=lambda key: key or usual, width=width)
    return chosen or None


def currency_in_force(choices: Choices) -> str | None:
    """The same as the URL has it, for what draws no field of its own."""
    said = st.query_params.get("currency")
    return said if said in choices.currencies else None


def against(chosen: str, period: Period) -> Period:
    """The days to compare a period with."""
    if chosen == "month":
        return months_before(period, 1)
    if chosen == "year":
        return months_before(period, YEAR)
    if chosen == CUSTOM:
        return custom("against-from", "against-to", period.previous())
    return period.previous()


def called(period: Period) -> str:
    """What a period is called: a month by its name, others by their days."""
    whole = month_of(period.start) == period
    return fmt.month(period.start) if whole else fmt.span_of(period.start, period.end)


def comparisons(chosen: str, period: Period) -> list[str]:
    """What a period can be compared with, the usual first: a month with the month before it, other days with those just before."""
    usual = "month" if chosen in {"month", "last-month"} or month_of(period.start) == period else "previous"
    return [usual, *(each for each in AGAINST if each != usual)]


def custom(first_key: str, last_key: str, usual: Period) -> Period:
    """Two days, both included, chosen or from the URL."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = kept.day("From", first_key, usual.start, width=150)
        last = kept.day("To, included", last_key, usual.end - timedelta(days=1), width=150)
    if last < first:
        st.warning("The period ends before it starts, so the days are taken the other way round.")
    return Period(min(first, last), max(first, last) + timedelta(days=1))


def in_force(words: Sequence[str], keys: Sequence[str]) -> None:
    """The filters in force, in words, and a way to take them all away. `keys` are their names in the URL."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":small[:gray[Only] {fmt.plain('; '.join(words))}]", width="content")
        if st.button("Clear filters", key="clear-filters", type="tertiary"):
            for key in keys:
                st.query_params.pop(key, None)
            st.rerun()


def dimension(name: str) -> str:
    """What a dimension is called: `tag:cost-center` is `Tag: cost-center`, `sku` is `SKU`."""
    if name.startswith(VIRTUAL):
        return fmt.clean(f"Virtual tag: {name.removeprefix(VIRTUAL)}")
    for prefix in (TAG, COST_CATEGORY):
        if name.startswith(prefix):
            return fmt.clean(f"{fmt.sentence(prefix)} {name.removeprefix(prefix)}")
    return WORDS.get(name, fmt.sentence(name))


def labels(by: Dimension, choices: Choices) -> dict[str | None, str]:
    """What values of a dimension are called: account ids by their names, nothing as untagged."""
    name = by.virtual or WORDS.get(by.name, by.name.removeprefix(COST_CATEGORY))
    none = f"No {by.tag} tag" if by.tag else f"No {name}"
    known: dict[str | None, str] = {None: none}
    if by.name == "account":
        known |= {key: f"{name} ({key})" if name else key for key, name in choices.accounts}
    return known
