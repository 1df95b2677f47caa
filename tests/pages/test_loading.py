"""What tells that a screen is being made: there while it is, gone however its run ends. tests/web shows the same of a server."""

from collections.abc import Callable

import pytest
from moto import mock_aws
from streamlit.testing.v1 import AppTest

from core.access.roles import Role, User
from tests.pages.conftest import opened

SignIn = Callable[[User | None], str]


def on_screen() -> None:
    """A small app: one run of a screen which ends as the session state says."""
    import streamlit as st  # noqa: PLC0415  AppTest runs this function's body as a script of its own

    from core.errors import Invalid  # noqa: PLC0415  runs as a script of its own
    from pages.ui import page, states  # noqa: PLC0415  runs as a script of its own

    end = st.session_state.get("end", "")
    with states.loading("Costs", first=True):
        st.title("Costs")
        if end == "stop":
            page.end()
        if end == "rerun":
            st.session_state["end"] = ""
            st.rerun()
        if end == "error":
            raise Invalid("No such thing.")
        st.write("all of it")


@pytest.mark.parametrize("end", ["", "stop", "rerun", "error"])
def test_it_is_gone_however_the_run_ends(end: str) -> None:
    app = AppTest.from_function(on_screen)
    app.session_state["end"] = end
    app.run()
    assert not app.get("html")
    assert app.title[0].value == "Costs"
    assert bool(app.exception) == (end == "error")


def test_what_was_shown_whole_is_known_for_the_next_run(person: Callable[..., User], sign_in: SignIn) -> None:
    sign_in(person(Role.VIEWER))
    with mock_aws():
        app = opened("overview")
    assert app.title[0].value == "Overview"
    assert app.session_state["shown"] == ""
    assert not app.main.get("html"), "the style sheet is not in the column"
