"""The tables of the Allocation screen: each value with its own and its shared cost, and what no rule takes; their rows lead to bill lines."""

from collections.abc import Sequence

import streamlit as st

from core.costs.allocate import Allocation
from core.costs.scope import SERVICE, VIRTUAL, Dimension, Filter, Match
from core.costs.virtual_tags import SharedCost, apart, shared_by
from pages.ui import filter_field, filters, page, states, tables
from pages.ui import format as fmt
from pages.ui.allocation_charts import UNALLOCATED
from pages.ui.bill import Bill
from pages.ui.page import Screen
from services.usecases import allocation, costs

LEFT_BY = ("service", "account", "charge category", "resource")
MOST_LEFT = 50


def values(found: Allocation) -> int | None:
    """Each value as a row, with its export; answers the place of the one that was clicked, past the last value for what is unallocated."""
    whole, direct, shared = (f"{name}, {found.currency}" for name in ("Total", "Direct", "Shared"))
    rows = [(each.value, each.total, each.direct, each.shared) for each in found.values]
    columns = {
        found.tag: [*(fmt.clean(row[0]) for row in rows), UNALLOCATED],
        whole: [*(fmt.pixel(row[1]) for row in rows), fmt.pixel(found.unallocated)],
        "Share, %": [
            fmt.pixel(amount / found.total * 100) if found.total else None
            for amount in (*(row[1] for row in rows), found.unallocated)
        ],
        direct: [*(fmt.pixel(row[2]) for row in rows), None],
        shared: [*(fmt.pixel(row[3]) for row in rows), None],
    }
    picked = tables.show(
        columns,
        {
            found.tag: tables.thing_column(found.tag),
            whole: tables.money_column(whole),
            "Share, %": tables.percent_column("Share, %"),
            direct: tables.money_column(direct),
            shared: tables.money_column(shared),
        },
        alt=f"Cost by {found.tag}",
        key="allocation-values",
        placeholder="",
        select="single-row",
        rows=[found.tag, *(row[0] for row in rows)],
    )
    exactly = columns | {
        whole: [*(row[1] for row in rows), found.unallocated],
        direct: [*(row[2] for row in rows), None],
        shared: [*(row[3] for row in rows), None],
    }
    tables.export(exactly, "allocation.csv", key="allocation-csv")
    return picked[0] if picked else None


def lines(found: Allocation, pools: Sequence[SharedCost], place: int | None) -> None:
    """The ways to the lines behind the row that was clicked, if any."""
    if place is None:
        states.note("Choose a row for the lines behind it.")
        return
    for label, wanted in behind(found, pools, place):
        filter_field.to_costs(label, wanted, found.cost, found.period, currency=found.currency, by=SERVICE)


def behind(
    found: Allocation, pools: Sequence[SharedCost], place: int
) -> list[tuple[str, tuple[Filter, ...]]]:
    """What leads to the lines of a row, and to those that it has a share of, as (words, filters); past the last value is what no rule takes."""
    row = found.values[place] if place < len(found.values) else None
    own = Filter(Dimension(f"{VIRTUAL}{found.tag}"), Match.IS, row.value if row else None)
    only = (own, *(apart(pools, found.period) or ()))
    if row is None:
        return [(f"What no rule takes, in Costs{_with_shared(found, pools)}", only)]
    name = fmt.plain(fmt.short(row.value, 40))
    ways = [(f"{name}: its own lines{_with_shared(found, pools)}", only)]
    for each in shared_by(pools, found.period):
        part = row.by_pool.get(each.name)
        if part:
            words = f"Shared, {fmt.plain(fmt.short(each.name, 40))}: all of it"
            ways.append((f"{words}; {name} has {fmt.money(part, found.currency, 2)}", each.filters))
    return ways


def _with_shared(found: Allocation, pools: Sequence[SharedCost]) -> str:
    """What a link adds to its words where no filter tells the lines from those that are shared."""
    return "" if apart(pools, found.period) is not None else ", with shared lines: no filter tells them apart"


def behind_left(
    found: Allocation, pools: Sequence[SharedCost], by: Dimension, value: str | None, called: str
) -> tuple[str, tuple[Filter, ...]]:
    """What leads to the lines of one value that no rule takes, as words and filters."""
    whole = (
        Filter(Dimension(f"{VIRTUAL}{found.tag}"), Match.IS, None),
        Filter(by, Match.IS, value),
        *(apart(pools, found.period) or ()),
    )
    return f"{fmt.plain(fmt.short(called, 40))}: its lines{_with_shared(found, pools)}", whole


def left(ours: Bill, screen: Screen, found: Allocation, pools: Sequence[SharedCost]) -> None:
    """What is in the lines that no rule takes: the next rule is about the largest of them."""
    with st.expander("What no rule takes"):
        by = st.pills(
            "By", LEFT_BY, default=LEFT_BY[0], format_func=filters.dimension, key="left-by", required=True
        )
        rest = page.attempt(
            allocation.left,
            screen.ctx,
            screen.user,
            found.tag,
            found.period,
            Dimension(by),
            cost=found.cost,
            currency=found.currency,
            at=ours.at,
        )
        if rest is None:
            return
        names = filters.labels(Dimension(by), ours.need(costs.choices))
        cost = f"Unallocated, {found.currency}"
        rows = rest.rows[:MOST_LEFT]
        picked = tables.show(
            {
                filters.dimension(by): [fmt.clean(names.get(row.keys[0], row.keys[0])) for row in rows],
                cost: [fmt.pixel(row.cost) for row in rows],
            },
            {
                filters.dimension(by): tables.thing_column(filters.dimension(by)),
                cost: tables.money_column(cost),
            },
            alt="What no rule takes",
            key=f"left-{by}",
            select="single-row",
            rows=[row.keys for row in rows],
        )
        if len(rest.rows) > len(rows):
            states.note(f"The largest {len(rows)} of {len(rest.rows):,}.")
        called = [fmt.clean(names.get(row.keys[0], row.keys[0])) for row in rest.rows]
        exact = {filters.dimension(by): called, cost: [row.cost for row in rest.rows]}
        tables.export(exact, f"unallocated-by-{by.replace(' ', '-')}.csv", key=f"left-{by}-csv")
        for place in picked:
            value = rows[place].keys[0]
            label, whole = behind_left(found, pools, Dimension(by), value, called[place])
            filter_field.to_costs(label, whole, found.cost, found.period, currency=found.currency)
