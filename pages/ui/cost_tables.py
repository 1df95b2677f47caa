"""The tables of the Costs screen: by value with the period before, by two values, and by resource; each with its export."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.costs.compare import Comparison
from core.costs.scope import Dimension
from core.costs.spend import Resources, Row, Spend, Table
from core.money import ZERO, difference, total
from pages.ui import filters, spend_chart, tables
from pages.ui import format as fmt

Labels = Mapping[str | None, str]
OTHER, UNTAGGED = "other", "untagged"
NOT_DRAWN = "\0"
"""No value has this name: the chart has it among all others."""
HUNDRED = Decimal(100)
_ID = re.compile(r" \(\d{12}\)$")
SECOND = 130
"""Pixels of the second of two values: beside a chart, its cost and share still stand in view."""


def by_value(
    against: Comparison, by: Dimension, label: Labels, spend: Spend, key: str, top: int
) -> str | None:
    """The table, in the chart's colours: each value now, before, difference, percent. Answers the place of a clicked row's value."""
    currency = against.currency or "USD"
    title = filters.dimension(by.name)
    now, before, change, percent = (
        f"Now, {currency}",
        f"Before, {currency}",
        f"Change, {currency}",
        "Change, %",
    )
    found = sorted(
        (each for each in against.changes if each.now or each.before),
        key=lambda each: (-abs(each.now), -abs(each.before)),
    )
    rows, rest = (found, []) if len(found) <= top + 1 else (found[:top], found[top:])
    names: list[str] = [fmt.clean(label.get(each.key, each.key)) for each in rows]
    exact: dict[str, list[Decimal | None]] = {
        now: [each.now for each in rows],
        before: [each.before for each in rows],
        change: [each.difference for each in rows],
        percent: [each.percent for each in rows],
    }
    keys: list[object] = [_place(each.key) for each in rows]
    marks = spend_chart.marks(spend, label, [each.key for each in rows])
    if rest:
        names.append(f"Other ({len(rest):,})")
        others, earlier = total(each.now for each in rest), total(each.before for each in rest)
        moved = difference(others, earlier)
        for name, amount in (
            (now, others),
            (before, earlier),
            (change, moved),
            (percent, moved / abs(earlier) * HUNDRED if earlier else None),
        ):
            exact[name].append(amount)
        keys.append(OTHER)
        marks = [*marks, marks[-1]]
    picked = tables.show(
        {title: names} | _drawn(exact),
        {
            title: tables.thing_column(title),
            now: tables.money_column(now),
            before: tables.money_column(before),
            change: tables.change_column(change),
            percent: tables.percent_column(percent, sign=True),
        },
        alt=f"Cost by {title}, now and before",
        key=key,
        select="single-row",
        rows=keys,
        placeholder="new",
        marks=marks,
    )
    tables.export({title: names, **exact}, f"costs-by-{_file(by)}.csv", key=f"{key}-csv")
    return str(keys[picked[0]]) if picked else None


def by_two(
    found: Table, by: Sequence[Dimension], labels: Sequence[Labels], spend: Spend, key: str
) -> Row | None:
    """Each pair of values, in the first one's colour, its cost and its share, and all others in one row; answers a clicked pair."""
    cost, share = f"Cost, {found.currency}", "Share, %"
    titles = [filters.dimension(each.name) for each in by]
    columns: dict[str, list[str]] = {
        title: [
            f"Other ({row.folded:,})"
            if row.folded
            else fmt.clean(label.get(row.keys[place], row.keys[place]))
            for row in found.rows
        ]
        for place, (title, label) in enumerate(zip(titles, labels, strict=True))
    }
    exact: dict[str, list[Decimal | None]] = {
        cost: [row.cost if row.known else None for row in found.rows],
        share: [None if row.share is None else row.share * HUNDRED for row in found.rows],
    }
    first, second = titles
    drawn = _drawn(exact)
    shown = {title: without_ids(names) for title, names in columns.items()}
    picked = tables.show(
        {**shown, **drawn},
        {
            first: tables.thing_column(first),
            second: tables.text_column(second, width=SECOND),
            cost: tables.money_column(cost),
            share: tables.percent_column(share),
        },
        alt=f"Cost by {first} and {second}",
        key=key,
        select="single-row",
        rows=[row.keys for row in found.rows],
        marks=spend_chart.marks(
            spend, labels[0], [NOT_DRAWN if row.folded else row.keys[0] for row in found.rows]
        ),
    )
    tables.export({**columns, **exact}, f"costs-by-{_file(by[0])}-and-{_file(by[1])}.csv", key=f"{key}-csv")
    return found.rows[picked[0]] if picked else None


def without_ids(names: Sequence[str]) -> list[str]:
    """Names of accounts without their ids, for which two columns beside a chart have no room; as they were where two would be the same."""
    short = [_ID.sub("", name) for name in names]
    return short if len(set(short)) == len(set(names)) else list(names)


def by_resource(found: Resources, accounts: Mapping[str, str], spend: Spend, key: str) -> str | None:
    """The costliest resources, and what the rest and the lines without one cost; answers the place of a clicked one."""
    cost = f"Cost, {found.currency}"
    names = [fmt.clean(each.name or each.resource_id) for each in found.rows]
    amounts = [each.cost for each in found.rows]
    places = [f"={each.resource_id}" for each in found.rows]
    where: dict[str, list[str | None]] = {
        "Account": [accounts.get(each.account or "") or each.account for each in found.rows],
        "Region": [each.region for each in found.rows],
        "Id": [fmt.clean(each.resource_id) for each in found.rows],
    }
    for name, amount, place in (
        ("Other resources", found.rest, OTHER),
        ("Belongs to no resource", found.unattributed, UNTAGGED),
    ):
        if amount != ZERO:
            names.append(name)
            amounts.append(amount)
            places.append(place)
            for column in where.values():
                column.append(None)
    picked = tables.show(
        {"Resource": names, cost: [fmt.pixel(amount) for amount in amounts], **where},
        {"Resource": tables.thing_column("Resource"), cost: tables.money_column(cost)},
        alt="Cost by resource",
        key=key,
        select="single-row",
        rows=places,
        placeholder="",
        marks=spend_chart.marks(spend, {}, [_value(place) for place in places]),
    )
    tables.export({"Resource": names, cost: amounts, **where}, "costs-by-resource.csv", key=f"{key}-csv")
    return places[picked[0]] if picked else None


def _drawn(exact: Mapping[str, Sequence[Decimal | None]]) -> dict[str, Sequence[object]]:
    return {name: [fmt.pixel(amount) for amount in amounts] for name, amounts in exact.items()}


def _place(value: str | None) -> str:
    return UNTAGGED if value is None else f"={value}"


def _value(place: str) -> str | None:
    return None if place == UNTAGGED else place.removeprefix("=")


def _file(by: Dimension) -> str:
    return by.name.replace(":", "-").replace(" ", "-")
