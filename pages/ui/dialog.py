"""How every dialog ends: a way out that changes nothing, and the button that says what it does."""

import streamlit as st


def decided(verb: str, key: str, *, disabled: bool = False, leave: str = "Cancel") -> bool:
    """Draw both; whether the one that acts was pressed. `leave` closes the dialog."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(leave, key=f"{key}-leave"):
            st.rerun()
        return st.button(verb, type="primary", key=key, disabled=disabled)
