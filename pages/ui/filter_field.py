"""A field that holds filters: chosen from what the bill has, or typed in their text form."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import streamlit as st

from core.costs import filters
from core.costs.scope import ACCOUNT, REGION, RESOURCE, SERVICE, CostType, Dimension, Filter, Match
from core.costs.spend import Choices
from core.errors import Invalid
from core.periods import Period
from pages.ui import filter_chips, states
from pages.ui import format as fmt

MOST_NAMED = 40
"""Resources that a link names one by one: addresses longer than some thousand characters are cut on their way."""
HELP = (
    "Choose, or type any filter: dimension=value, dimension!=value, dimension~text, dimension= (without), dimension!= (with any). "
    "Several of one dimension allow each of them; all others must hold together."
)


def field(
    label: str, choices: Choices, start: Sequence[Filter], key: str, placeholder: str = "All cost"
) -> tuple[Filter, ...] | None:
    """The filters in the field, `start` at first; None, and words on the screen, where one is none."""
    chosen = [filters.written(each) for each in start]
    picked = st.multiselect(
        label,
        list(dict.fromkeys([*chosen, *offered(choices)])),
        chosen,
        key=key,
        format_func=lambda written: said(written, choices),
        accept_new_options=True,
        placeholder=placeholder,
        help=HELP,
    )
    try:
        return filters.parse_all(picked)
    except Invalid as error:
        states.failed(error)
        return None


def offered(choices: Choices) -> list[str]:
    """The filters that most people mean, as text: one service, account, region or tag."""
    found: list[tuple[Dimension, str]] = [
        *((SERVICE, service) for service in choices.services),
        *((ACCOUNT, account) for account, _ in choices.accounts),
        *((REGION, region) for region in choices.regions),
        *((Dimension(f"tag:{key}"), value) for key, values in choices.tags.items() for value in values),
    ]
    return [filters.written(Filter(by, Match.IS, value)) for by, value in found]


def said(written: str, choices: Choices) -> str:
    """A filter's text in words; what is none yet as it was typed."""
    try:
        (words,) = filter_chips.words([filters.parse(written)], choices)
    except Invalid:
        words = written
    return fmt.clean(fmt.sentence(words))


def in_words(wanted: Sequence[Filter], choices: Choices) -> str:
    """All of them in one line; `All cost` where there is none."""
    return fmt.clean(fmt.sentence("; ".join(filter_chips.words(wanted, choices)))) if wanted else "All cost"


def to_costs(
    label: str,
    wanted: Sequence[Filter],
    cost: CostType,
    period: Period,
    *,
    currency: str | None = None,
    by: Dimension | None = None,
    refunds: bool = True,
    lines: bool = False,
) -> None:
    """The way to the cost behind a figure, and from there to its lines; with `lines` to these at once. Without a `currency`, the largest."""
    view: dict[str, str | list[str]] = {
        "period": "custom",
        "from": period.start.isoformat(),
        "to": (period.end - timedelta(days=1)).isoformat(),
        "cost": cost.value,
    }
    if currency is not None:
        view["currency"] = currency
    if by is not None:
        view["by"] = by.name
    if lines:
        view["show"] = "lines"
    if not refunds:
        view[filter_chips.LEFT_OUT] = ["refunds"]
    if wanted:
        view[filter_chips.PARAMETER] = [filters.written(each) for each in wanted]
    st.page_link("pages/costs.py", label=label, query_params=view)


def to_costs_of(
    label: str, resource_ids: Iterable[str], period: Period, *, currency: str | None = None
) -> None:
    """The way to what these resources cost, each by itself; where they are too many to be named, to what every resource cost."""
    named = sorted(set(resource_ids))
    if len(named) > MOST_NAMED:
        label, named = f"{label} (there: of every resource)", []
    only = [Filter(RESOURCE, Match.IS, each) for each in named]
    to_costs(label, only, CostType.EFFECTIVE, period, currency=currency, by=RESOURCE)
