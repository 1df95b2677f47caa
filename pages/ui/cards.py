"""Figures and short texts in their places: the answer large, its reason beside it. All text is escaped here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from pages.ui import format as fmt

NARROWEST = 160
"""Pixels of a card: two fit beside each other on the narrowest phone."""


@dataclass(frozen=True)
class Figure:
    """One large number. `bad` says what a rise means: True more is bad, False more is good, None neither."""

    label: str
    value: str
    delta: str | None = None
    bad: bool | None = None
    because: str | None = None
    """A few words under it: against what, how measured."""
    hint: str | None = None
    link: Callable[[], None] | None = None
    """Draws the way to what it counts, within its frame."""


def figures(row: Sequence[Figure]) -> None:
    """A row of figures; on a phone they stand two abreast."""
    grid = st.grid(len(row), min_column_width=NARROWEST, gap="xsmall", border=True)
    for each in row:
        with grid.cell():
            figure(each)


def figure(each: Figure) -> None:
    """One figure: its label, value, change and reason."""
    meaning = {True: "inverse", False: "normal", None: "off"}[each.bad]
    st.metric(
        fmt.plain(each.label),
        fmt.plain(each.value),
        None if each.delta is None else _delta(each.delta),
        delta_color=meaning,
        delta_arrow="off",  # the text has its sign
        help=fmt.plain(each.hint) if each.hint else None,
    )
    if each.because:
        st.caption(fmt.plain(each.because))
    if each.link:
        each.link()


def _delta(text: str) -> str:
    # Streamlit reads the direction from a leading ASCII minus; ours is the typographic one.
    sign = "-" if text.startswith(fmt.MINUS) else ""
    return sign + fmt.plain(text.removeprefix(fmt.MINUS))


def heading(text: str, beside: str = "") -> None:
    """A section's heading, with a quiet remark under it."""
    st.subheader(fmt.plain(text), anchor=False)
    if beside:
        st.caption(fmt.plain(beside))


def facts(pairs: Sequence[tuple[str, str]]) -> None:
    """Names and values, one a line, names quiet."""
    st.markdown("  \n".join(f":gray[{fmt.plain(name)}] {fmt.plain(value)}" for name, value in pairs))


def crumbs(trail: Sequence[str]) -> int | None:
    """Where one is, the way back first; answers the place of the step that was clicked."""
    clicked = None
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall"):
        for place, name in enumerate(trail[:-1]):
            if st.button(fmt.plain(fmt.short(name, 36)), key=f"crumb-{place}", type="tertiary"):
                clicked = place
            st.markdown(":gray[/]", width="content")
        st.markdown(f"**{fmt.plain(fmt.short(trail[-1], 48))}**", width="content")
    return clicked
