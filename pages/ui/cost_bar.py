"""The bar above the Costs screen: period, grouping, cost type, filters and the rest, kept in the URL so that a view can be sent to a colleague."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from core.costs.scope import COLUMNS, DAY, MAPS, MONTH, STEPS, TAG, VIRTUAL, WEEK, CostType, Dimension, Scope
from core.costs.spend import Choices
from core.periods import Period
from pages.ui import filter_chips, filters, kept, page, saved_views
from pages.ui import format as fmt
from pages.ui.bill import KEPT, Bill
from pages.ui.page import Screen
from services.usecases import allocation_rules, cost_values

COST_TYPES: Mapping[CostType, str] = {
    CostType.EFFECTIVE: "Effective: commitments spread over their use",
    CostType.BILLED: "Billed: as on the invoice",
    CostType.CONTRACTED: "Contracted: after negotiated discounts",
    CostType.LIST: "List: before any discount",
}
LEAVABLE = ("credits", "refunds", "tax")
TOPS = ("50", "10", "25", "100", "500")
SHORTEST = {DAY: 0, WEEK: 7, MONTH: 31}
LONG = 100
"""A longer period, in days, is drawn by month unless the link says otherwise."""


@dataclass(frozen=True)
class View:
    """What the bar above a cost screen says: the scope, what to group by, and what to compare with."""

    scope: Scope
    by: Dimension
    second: Dimension | None
    step: Dimension
    against: Period
    top: int
    filtered: tuple[str, ...]
    """The filters in force, in words: an empty result names them."""
    period: str
    """What the period is called in the URL."""


def bar(
    screen: Screen, ours: Bill, choices: Choices, last_day: date | None, inside: Dimension | None = None
) -> View:
    """Draw the bar and read it. `last_day` is the newest day in the bill: relative periods end with it.

    `inside`: what a level below the first is cut by, whatever the first one is grouped by.
    """
    named = [*_offered(ours, choices), *_virtual(screen)]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = filters.period()
        by = _grouping(named, inside)
        cost = kept.select(
            "Cost",
            [each.value for each in COST_TYPES],
            "cost",
            format_func=lambda key: COST_TYPES[CostType(key)].split(":")[0],
            width=150,
            help="\n\n".join(COST_TYPES.values()),
        )
        with st.popover("Filters", icon=":material/filter_alt:", key="filters"):
            filter_chips.adder(ours, named, choices)
        more = st.popover("More", icon=":material/tune:", key="more")
        saved_views.menu(screen)
    period = filters.named(chosen, screen.now.date(), last_day)
    with more:
        second, step, top, against, currency, left = _more(named, choices, by, period, chosen)
    wanted = filter_chips.in_force(choices, left)
    scope = Scope(
        period,
        cost=CostType(cost),
        credits="credits" not in left,
        refunds="refunds" not in left,
        tax="tax" not in left,
        currency=currency,
        filters=wanted,
    )
    words = (*filter_chips.words(wanted, choices), *(f"without {each}" for each in left))
    return View(scope, Dimension(by), second, step, against, top, words, chosen)


def _grouping(named: Sequence[str], inside: Dimension | None) -> str:
    """What the first level is grouped by; below it, what is in force there stands in the field and cannot be chosen."""
    if inside is None:
        return kept.select("Group by", named, "by", format_func=filters.dimension, width=190)
    st.selectbox(
        "Group by",
        [inside.name],
        key=f"inside-{inside.name}",
        format_func=filters.dimension,
        width=190,
        disabled=True,
        help="Inside a value, its parts are shown. Go back up to group by something else.",
    )
    said = st.query_params.get("by", named[0])
    return said if said in named else named[0]


def _more(
    named: Sequence[str], choices: Choices, by: str, period: Period, chosen: str
) -> tuple[Dimension | None, Dimension, int, Period, str | None, list[str]]:
    """What is chosen less often."""
    others = ["", *(each for each in named if each != by)]
    second = kept.select(
        "And by", others, "and", format_func=lambda key: filters.dimension(key) if key else "Nothing"
    )
    usual = MONTH if period.length > LONG else DAY
    # Of a few days there is nothing to see by week; coming back from them, the link's own choice holds again.
    steps = [usual.name, *(each.name for each in STEPS if each != usual and period.length > SHORTEST[each])]
    step = kept.select("A bar is a", steps, "step", format_func=fmt.sentence)
    against = kept.select(
        "Compare with",
        filters.comparisons(chosen, period),
        "against",
        format_func=lambda key: filters.AGAINST[key],
    )
    earlier = filters.against(against, period)
    top = kept.select("Rows shown", TOPS, "top", help="The largest; all others are added up in one row.")
    currency = filters.currency(choices)
    left = kept.many("Leave out", LEAVABLE, filter_chips.LEFT_OUT, format_func=fmt.sentence)
    return Dimension(second) if second else None, Dimension(step), int(top), earlier, currency, left


def _offered(ours: Bill, choices: Choices) -> list[str]:
    """What costs can be cut by, beside time: as far as it is known without reading the lines, until `complete` has asked."""
    known = _asked(ours.whose)
    if known:
        return known[0]
    names = [name for name in COLUMNS if Dimension(name) not in STEPS]
    names += [f"{TAG}{key}" for key in choices.tags]
    linked = [st.query_params.get(key, "") for key in ("by", "and")]
    prefixes = tuple(MAPS)
    return list(
        dict.fromkeys(
            [*names, *(each for each in linked if each.startswith(prefixes) and each not in prefixes)]
        )
    )


def _virtual(screen: Screen) -> list[str]:
    """The virtual tags; not kept with the bill's own dimensions, because they come and go while the bill stays."""
    found = page.lately(screen, allocation_rules.listing)
    return [f"{VIRTUAL}{name}" for name in (found.names if found else ())]


def complete(ours: Bill) -> None:
    """Once the screen is drawn: ask which tags and cost categories the lines have, and offer them all. Asked once a state of the bill."""
    known = _asked(ours.whose)
    if known:
        return
    found = ours.ask(cost_values.dimensions)
    if found is not None:
        known.append([each.name for each in found if each not in STEPS and not each.virtual])
        st.rerun()


@st.cache_resource(max_entries=KEPT, ttl="1h", show_spinner=False)
def _asked(whose: tuple[str, ...]) -> list[list[str]]:  # noqa: ARG001  Streamlit reads it as the key
    """A place for the answer: empty until it is known."""
    return []
