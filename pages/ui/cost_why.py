"""Why a cost changed: from before to now reason by reason, in words, and the resources that drove it."""

from collections.abc import Callable, Mapping
from decimal import Decimal

import plotly.graph_objects as go
import streamlit as st

from core.costs.why import Driver, Reason, Touched, Why
from core.money import difference, total
from pages.ui import charts, filters, lying_bars, states, tables, theme
from pages.ui import format as fmt

WORDS: Mapping[Reason, str] = {
    Reason.USAGE: "for {more} use of {}, at the prices before",
    Reason.PRICE: "for {dearer} prices of {}",
    Reason.COVERAGE: "because commitments covered {less} of {}",
    Reason.NEW: "for {}",
    Reason.GONE: "for {} no longer there",
    Reason.ONE_OFF: "in charges that do not recur, such as credits, refunds and purchases",
    Reason.UNMEASURED: "that no quantity on the bill explains, tax among it",
}
COLUMNS = {Reason.COVERAGE: "Coverage"}
ROW, NARROW, LONG = 44, 84, 12
"""Pixels of a lying bar with its words; of a column of amounts, of which this table has up to ten; letters that need a wider one."""


def show(found: Why, names: Callable[[list[str]], Mapping[str, str]], key: str) -> Driver | None:
    """The reasons drawn and said, then their drivers; answers a clicked one."""
    if found.currency is None or not found.reasons:
        states.empty("Nothing changed", f"It costs the same as in {_days(found)}.")
        return None
    if not found.complete:
        states.note(
            "The bill does not hold every day of both periods yet, so what is missing counts as gone or new."
        )
    left, right = st.columns([3, 2], gap="medium")
    with left:
        chart = charts.built(("why", found), lambda: _waterfall(found))
        charts.drawn(chart, f"{key}-waterfall", "What each reason adds to the cost, from before to now")
    with right:
        st.markdown(
            f"**{fmt.plain(fmt.change(found.difference, found.currency, 2))}** "
            f":gray[{fmt.plain(f'against {_days(found)}')}]"
        )
        st.markdown("\n".join(f"- {fmt.plain(each)}" for each in sentences(found)))
    with tables.folded(f"{key}-folded") as opened:
        if opened:
            _reasons(found, key)
    return _drivers(found, names, key)


def sentences(found: Why) -> list[str]:
    """Each reason in words, the largest first: `$2,333.64 more for what is new: 12 resources`."""
    ordered = sorted(found.reasons.items(), key=lambda item: -abs(item[1]))
    return [_sentence(reason, amount, found.touched[reason], found.currency) for reason, amount in ordered]


def _sentence(reason: Reason, amount: Decimal, touched: Touched, currency: str | None) -> str:
    up, new = amount > 0, "new " if reason is Reason.NEW else ""
    whom = [fmt.count(touched.resources, f"{new}resource")] if touched.resources else []
    whom += [fmt.count(touched.charges, f"{new}charge") + " of no resource"] if touched.charges else []
    words = WORDS[reason].format(
        " and ".join(whom),
        more="more" if up else "less",
        less="less" if up else "more",
        dearer="higher" if up else "lower",
    )
    return f"{fmt.money(abs(amount), currency, 2)} {'more' if up else 'less'} {words}"


def _days(found: Why) -> str:
    return filters.called(found.against)


def _waterfall(found: Why) -> go.Figure:
    """Lying steps from the cost before, which is the line at zero, to the whole difference."""
    names = [*found.reasons, "in all"]
    amounts = [*found.reasons.values(), found.difference]
    chart = charts.figure(ROW * len(names) + 20, legend=False)
    chart.add_waterfall(
        orientation="h",
        x=[fmt.pixel(each) for each in amounts],
        y=list(range(len(names))),
        measure=[*("relative" for _ in found.reasons), "total"],
        width=0.42,
        increasing={"marker": {"color": theme.BAD}},
        decreasing={"marker": {"color": theme.GOOD}},
        totals={"marker": {"color": theme.CALM}},
        connector={"line": {"color": theme.ink(), "width": 1, "dash": "dot"}},
        customdata=[
            fmt.chart_text(f"{fmt.sentence(name)}: {fmt.change(amount, found.currency, 2)}")
            for name, amount in zip(names, amounts, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    lying_bars.over(
        chart,
        [
            (fmt.sentence(name), fmt.change(amount, found.currency))
            for name, amount in zip(names, amounts, strict=True)
        ],
    )
    chart.update_xaxes(visible=False, zeroline=True)
    return chart


def _reasons(found: Why, key: str) -> None:
    amount = f"Amount, {found.currency}"
    names = ["Before", *map(fmt.sentence, found.reasons), "Now"]
    exact = [found.before, *found.reasons.values(), found.now]
    tables.show(
        {"Reason": names, amount: [fmt.pixel(each) for each in exact]},
        {"Reason": tables.thing_column("Reason"), amount: tables.money_column(amount)},
        alt="The reasons from before to now",
        key=f"{key}-reasons",
    )
    tables.export({"Reason": names, amount: exact}, "why.csv", key=f"{key}-reasons-csv")


def _drivers(found: Why, names: Callable[[list[str]], Mapping[str, str]], key: str) -> Driver | None:
    """Each driver and all the rest: every column adds up to its figure above."""
    called = names([each.resource for each in found.drivers if each.resource])
    titles = [
        fmt.clean(
            called.get(each.resource or "", each.resource or f"{each.service or 'Charges'}, no resource")
        )
        for each in found.drivers
    ]
    rest = {
        "Change": total(found.rest.values()),
        "Before": difference(found.before, total(each.before for each in found.drivers)),
        "Now": difference(found.now, total(each.now for each in found.drivers)),
    }
    exact: dict[str, list[Decimal | None]] = {
        "Change": [*(each.difference for each in found.drivers), rest["Change"]],
        "Before": [*(each.before for each in found.drivers), rest["Before"]],
        "Now": [*(each.now for each in found.drivers), rest["Now"]],
        **{
            COLUMNS.get(reason, fmt.sentence(reason)): [
                each.get(reason) for each in (*(one.reasons for one in found.drivers), found.rest)
            ]
            for reason in found.reasons
        },
    }
    titles.append(f"All others ({found.folded:,} changed)")
    services = {"Service": [*(fmt.clean(each.service or "") for each in found.drivers), ""]}
    accounts = {"Account": [*(each.account or "" for each in found.drivers), ""]}
    picked = tables.show(
        {
            "Resource": titles,
            **{name: [fmt.pixel(amount) for amount in amounts] for name, amounts in exact.items()},
            **services,
        },
        {
            "Resource": tables.thing_column("Resource"),
            "Service": tables.text_column("Service", width=180),
        }
        | {
            name: tables.money_column(name, width=NARROW)
            if name in {"Before", "Now"}
            else tables.change_column(name, width=NARROW if len(name) < LONG else tables.CHANGE)
            for name in exact
        },
        alt="What drove the change",
        key=f"{key}-drivers",
        select="single-row",
        rows=titles,
        placeholder="",
    )
    tables.export(
        {"Resource": titles, **exact, **services, **accounts}, "why-by-resource.csv", key=f"{key}-drivers-csv"
    )
    states.note(f"In {found.currency}, {found.cost} cost, each resource whole. Select a row to open it.")
    return found.drivers[picked[0]] if picked and picked[0] < len(found.drivers) else None
