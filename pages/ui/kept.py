"""Widgets whose value is the URL's: what a link says is what they show, and what is chosen is in the link."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

import streamlit as st

from pages.ui import format as fmt
from pages.ui import states

EARLIEST, LATEST = date(1970, 1, 1), date(2200, 1, 1)
"""Days that a link may name; beyond them there is no bill, and soon no calendar to compare with."""


def select(label: str, options: Sequence[str], key: str, **look: Any) -> str:  # noqa: ANN401  how it looks is Streamlit's
    """One of `options`; the first, unless the URL says another."""
    said = st.query_params.get(key, options[0])
    _follow(key, said if said in options else options[0])
    chosen: str = st.selectbox(
        label, options, key=_name(key), on_change=_keep, args=(key, options[0]), **look
    )
    return chosen


def many(label: str, options: Sequence[str], key: str, first: Sequence[str] = (), **look: Any) -> list[str]:  # noqa: ANN401  as above
    """Some of `options`; `first`, unless the URL says otherwise (an empty value: none)."""
    said = st.query_params.get_all(key) if key in st.query_params else list(first)
    _follow(key, [each for each in said if each in options])
    chosen: list[str] = st.multiselect(
        label, options, key=_name(key), on_change=_keep, args=(key, list(first)), **look
    )
    return chosen


def left_out(fields: Iterable[tuple[str, str, Collection[str]]]) -> None:
    """Say what a link asks of these fields (label, key, options) that none of them has: it is left out."""
    for label, key, options in fields:
        unknown = [
            fmt.short(each, 60) for each in st.query_params.get_all(key) if each and each not in options
        ]
        if unknown:
            states.note(
                f"{label}: nothing here is {', '.join(unknown)}, so this filter of the link was left out."
            )


def text(label: str, key: str, **look: Any) -> str:  # noqa: ANN401  as above
    """What was typed."""
    _follow(key, st.query_params.get(key, ""))
    typed: str = st.text_input(label, key=_name(key), on_change=_keep, args=(key, ""), **look)
    return typed


def pill(label: str, options: Sequence[str], key: str, **look: Any) -> str | None:  # noqa: ANN401  as above
    """One of `options`, or none."""
    said = st.query_params.get(key)
    _follow(key, said if said in options else None)
    chosen: str | None = st.segmented_control(
        label, options, key=_name(key), on_change=_keep, args=(key, None), **look
    )
    return chosen


def segment(label: str, options: Sequence[str], key: str, **look: Any) -> str:  # noqa: ANN401  as above
    """One of `options`, side by side; the first, unless the URL says another."""
    said = st.query_params.get(key, options[0])
    _follow(key, said if said in options else options[0])
    chosen: str = st.segmented_control(
        label, options, required=True, key=_name(key), on_change=_keep, args=(key, options[0]), **look
    )
    return chosen


def day(label: str, key: str, first: date, **look: Any) -> date:  # noqa: ANN401  as above
    """A day; `first`, unless the URL says another."""
    _follow(key, _read(st.query_params.get(key), first))
    chosen: date = st.date_input(
        label, key=_name(key), on_change=_keep, args=(key, first), required=True, **look
    )
    return chosen


def _read(said: str | None, otherwise: date) -> date:
    try:
        day = date.fromisoformat(said) if said else otherwise
    except ValueError:
        return otherwise
    return day if EARLIEST <= day <= LATEST else otherwise


def _name(key: str) -> str:
    return f"kept-{key}"


def _follow(key: str, wanted: object) -> None:
    """Make the widget show what the URL says; a choice is written into the URL before the screen is drawn again."""
    if _name(key) not in st.session_state or st.session_state[_name(key)] != wanted:
        st.session_state[_name(key)] = wanted


def _keep(key: str, usual: object) -> None:
    chosen = st.session_state[_name(key)]
    if chosen == usual:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = _said(chosen)


def _said(chosen: object) -> str | list[str]:
    if isinstance(chosen, list):
        return chosen or [""]
    return chosen.isoformat() if isinstance(chosen, date) else str(chosen)
