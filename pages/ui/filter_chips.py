"""Filters on any dimension: adding one, and those in force as chips that are taken away with a click. In the URL as `f=service=Amazon S3`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import streamlit as st

from core.costs import filters as text
from core.costs.scope import ACCOUNT, Dimension, Filter, Match
from core.costs.spend import Choices
from core.errors import Invalid
from pages.ui import filters, states
from pages.ui import format as fmt
from pages.ui.bill import Bill
from services.usecases import cost_values

PARAMETER, LEFT_OUT = "f", "without"
IS, IS_NOT, CONTAINS, WITHOUT, WITH = "is", "is not", "contains", "has none", "has any"
HOW = (IS, IS_NOT, CONTAINS, WITHOUT, WITH)
MOST_VALUES = 500
MOST_FILTERS = 50


def in_force(choices: Choices, left_out: Sequence[str]) -> tuple[Filter, ...]:
    """The filters that the URL says; they and the kinds of charges left out are drawn as chips. What cannot be read is said and left out."""
    wanted, unread = _read(st.query_params.get_all(PARAMETER))
    states.partial("A filter of this link cannot be read and was left out", unread)
    if wanted or left_out:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="chips"):
            for place, (each, said) in enumerate(zip(wanted, words(wanted, choices), strict=True)):
                if _chip(said, f"chip-{place}"):
                    _go([other for other in wanted if other != each], left_out)
            for kind in left_out:
                if _chip(f"without {kind}", f"chip-{kind}"):
                    _go(wanted, [other for other in left_out if other != kind])
            several = len(wanted) + len(left_out) > 1
            if several and st.button("Clear filters", key="clear-chips", type="tertiary"):
                _go([], [])
    return wanted


def _chip(said: str, key: str) -> bool:
    label = fmt.plain(fmt.short(fmt.sentence(said), 60))
    return st.button(
        label, key=key, icon=":material/close:", icon_position="right", help="Take this filter away"
    )


def words(wanted: Iterable[Filter], choices: Choices) -> tuple[str, ...]:
    """Filters in words, accounts by their names."""
    called = dict(choices.accounts)
    return tuple(
        text.said(replace(each, value=called.get(each.value or "") or each.value))
        if each.dimension == ACCOUNT and each.match is not Match.CONTAINS
        else text.said(each)
        for each in wanted
    )


def adder(ours: Bill, named: Sequence[str], choices: Choices) -> None:
    """Choose a dimension, how and which values; the values are asked for once a dimension is chosen."""
    name = st.selectbox(
        "Only where",
        named,
        index=None,
        key="filter-of",
        format_func=filters.dimension,
        placeholder="Choose what to filter by",
    )
    if name is None:
        return
    by = Dimension(name)
    how = st.selectbox("How", HOW, key="filter-how")
    found = _values(ours, by, how, choices)
    st.button(
        "Add filter", key="filter-add", type="primary", disabled=not found, on_click=_add, args=(name, found)
    )


def _add(name: str, found: Sequence[Filter]) -> None:
    """Put filters into the URL, and make the fields empty for the next."""
    wanted, _ = _read(st.query_params.get_all(PARAMETER))
    _say(PARAMETER, [text.written(each) for each in dict.fromkeys([*wanted, *found])][:MOST_FILTERS])
    st.session_state["filter-of"] = None
    for key, empty in ((f"filter-values-{name}", []), (f"filter-text-{name}", "")):
        if key in st.session_state:
            st.session_state[key] = empty


def _values(ours: Bill, by: Dimension, how: str, choices: Choices) -> list[Filter]:
    """The filters that the widgets say."""
    if how in {WITHOUT, WITH}:
        return [Filter(by, Match.IS if how == WITHOUT else Match.IS_NOT, None)]
    if how == CONTAINS:
        typed = st.text_input("Text", key=f"filter-text-{by.name}").strip()
        return [Filter(by, Match.CONTAINS, typed)] if typed else []
    offered = ours.ask(cost_values.values, by, most=MOST_VALUES) or ()
    called = filters.labels(by, choices)
    picked = st.multiselect(
        "Values",
        offered,
        key=f"filter-values-{by.name}",
        format_func=lambda value: fmt.clean(called.get(value, value)),
        accept_new_options=True,
        placeholder="Choose or type",
    )
    if len(offered) == MOST_VALUES:
        states.note(f"The first {MOST_VALUES} are listed; any other may be typed.")
    return [Filter(by, Match.IS if how == IS else Match.IS_NOT, value) for value in picked if value]


def _read(texts: Iterable[str]) -> tuple[tuple[Filter, ...], list[str]]:
    wanted, unread = [], []
    for each in texts:
        try:
            wanted.append(text.parse(each))
        except Invalid as error:
            unread.append(f"{fmt.short(each, 60)}: {error.message}")
    return tuple(dict.fromkeys(wanted)), unread


def _go(wanted: Sequence[Filter], left_out: Sequence[str]) -> None:
    _say(PARAMETER, [text.written(each) for each in wanted])
    _say(LEFT_OUT, left_out)
    st.rerun()


def _say(parameter: str, texts: Sequence[str]) -> None:
    if texts:
        st.query_params[parameter] = list(texts)
    else:
        st.query_params.pop(parameter, None)
