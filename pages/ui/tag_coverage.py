"""How much of the money carries each tag: as bars, by month, and as a table."""

import streamlit as st

from core.costs.tag_coverage import Coverage
from core.periods import midnight
from pages.ui import allocation_charts, cards, charts, states, tables
from pages.ui import format as fmt

FEW_MONTHS = 2
"""So few make no line."""
MOST_LINES = 5


def show(found: Coverage) -> None:
    """How much of the money carries each tag, now and by month."""
    cards.heading(
        "Tag coverage by money", "What carries a tag at all, of all that was spent; not of how many lines"
    )
    if not found.rows:
        states.note("No line of this period carries a tag.")
        return
    labels = [label(each.name) for each in found.rows]
    left, right = st.columns(2, gap="medium")
    with left:
        allocation_charts.coverage(found, labels, key="coverage-now")
    with right:
        if len(found.months) > FEW_MONTHS:
            charts.lines(
                {
                    label(each.name): (
                        [midnight(month) for month in found.months],
                        [fmt.pixel(None if share is None else share * 100) for share in each.over_time],
                    )
                    for each in found.rows[:MOST_LINES]
                },
                unit="%",
                key="coverage-over-time",
                alt="Coverage by month",
                top=105,
            )
        cost = f"Carries it, {found.currency}"
        tables.show(
            {
                "Tag": [fmt.clean(each) for each in labels],
                cost: [fmt.pixel(each.cost) for each in found.rows],
                "Share, %": [
                    fmt.pixel(None if each.share is None else each.share * 100) for each in found.rows
                ],
            },
            {
                "Tag": tables.thing_column("Tag"),
                cost: tables.money_column(cost),
                "Share, %": tables.percent_column("Share, %"),
            },
            alt="Tag coverage by money",
            key="coverage-table",
        )


def label(name: str) -> str:
    """`tag:team` as `team`, `virtual:Team` as `Team, by rules`."""
    kind, _, rest = name.partition(":")
    return f"{rest}, by rules" if kind == "virtual" else rest
