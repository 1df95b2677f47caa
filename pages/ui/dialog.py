"""How every dialog ends: a way out that changes nothing, and the button that says what it does."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import PioneerError, Stale
from pages.ui import format as fmt
from pages.ui import states
from services.usecases import troubles

R = TypeVar("R")
ASKS = "Ask for it"
"""What the button says that does nothing before somebody else agrees."""


def decided(verb: str, key: str, *, disabled: bool = False, leave: str = "Cancel") -> bool:
    """Draw both; whether the one that acts was pressed. `leave` closes the dialog."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(leave, key=f"{key}-leave"):
            st.rerun()
        return st.button(verb, type="primary", key=key, disabled=disabled)


def foretold(words: str | None) -> None:
    """Say before the click that somebody else must agree; nothing where nobody must."""
    if words:
        st.info(fmt.plain(words), icon=":material/hourglass_top:")


def attempt(do: Callable[[], R], *, load: Callable[[], None], key: str, said: DeltaGenerator) -> R | None:
    """As `page.attempt`, told at `said`, a container above the button that was pressed: below it, the end of a long dialog is out of sight.

    Where somebody else was faster, what was typed stays until the newer is loaded in its place.
    """
    try:
        with troubles.told():
            return do()
    except PioneerError as error:
        with said:
            states.failed(error)
            if isinstance(error, Stale):
                st.button("Load the newer version", key=key, on_click=load)
        return None
