"""Figures on cards, and how they changed."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import format as fmt

CARD = """
import streamlit
from pages.ui import cards
cards.figure(cards.Figure("Total", "$57", streamlit.session_state["change"], bad=True))
"""


@pytest.mark.parametrize(
    ("change", "said", "colour"), [(f"{fmt.MINUS}$43", "-$43", "GREEN"), ("+$43", "+$43", "RED")]
)
def test_a_change_has_its_sign_once_and_no_arrow_beside_it(change: str, said: str, colour: str) -> None:
    app = AppTest.from_string(CARD)
    app.session_state["change"] = change
    app.run()
    assert not app.exception
    (figure,) = app.metric
    assert figure.delta.replace("\\", "") == said
    assert figure.proto.direction == figure.proto.NONE
    assert figure.proto.color == figure.proto.MetricColor.Value(colour)
