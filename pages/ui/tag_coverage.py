"""How much of the money carries each tag: as bars, by month, and as a table."""

import streamlit as st

from core.costs.scope import Dimension, Filter, Match
from core.costs.tag_coverage import Coverage
from core.periods import Period, midnight
from pages.ui import allocation_charts, cards, charts, filter_field, states, tables
from pages.ui import format as fmt

FEW_MONTHS = 2
"""So few make no line."""
MOST_LINES = 5


def show(found: Coverage, period: Period) -> None:
    """How much of the money of a period carries each tag, now and by month."""
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
            months = [midnight(month) for month in found.months]
            shares = {
                label(each.name): [None if share is None else share * 100 for share in each.over_time]
                for each in found.rows[:MOST_LINES]
            }
            charts.lines(
                {name: (months, [fmt.pixel(share) for share in each]) for name, each in shares.items()},
                unit="%",
                key="coverage-over-time",
                alt="Coverage by month",
                top=105,
                exact=shares,
            )
        cost = f"Carries it, {found.currency}"
        picked = tables.show(
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
            select="single-row",
            rows=[each.name for each in found.rows],
        )
        exact = {
            "Tag": [fmt.clean(each) for each in labels],
            cost: [each.cost for each in found.rows],
            "Share, %": [None if each.share is None else each.share * 100 for each in found.rows],
        }
        tables.export(exact, "tag-coverage.csv", key="coverage-csv")
        for place in picked:
            for words, only in behind(found.rows[place].name):
                filter_field.to_costs(words, (only,), found.cost, period, currency=found.currency)


def behind(tag: str) -> list[tuple[str, Filter]]:
    """What leads to the lines that carry a tag, and to those that do not."""
    name, by = fmt.plain(fmt.short(label(tag), 40)), Dimension(tag)
    return [
        (f"What carries {name}", Filter(by, Match.IS_NOT, None)),
        (f"What does not carry {name}", Filter(by, Match.IS, None)),
    ]


def label(name: str) -> str:
    """`tag:team` as `team`, `virtual:Team` as `Team, by rules`."""
    kind, _, rest = name.partition(":")
    return f"{rest}, by rules" if kind == "virtual" else rest
