"""What a screen says where Cloud Pioneer itself fails."""

import pytest
from streamlit import config
from streamlit.elements import exception
from streamlit.proto.Exception_pb2 import Exception as Drawn

from services.web import failures


def test_an_unexpected_failure_is_told_in_our_words_and_without_its_details(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = "_GENERIC_UNCAUGHT_EXCEPTION_TEXT"
    monkeypatch.setattr(exception, name, getattr(exception, name))  # so that it is put back
    before = config.get_option("client.showErrorDetails")
    config.set_option("client.showErrorDetails", "none")
    failures.in_our_words()
    drawn = Drawn()
    try:
        exception.marshall(drawn, RuntimeError("secret"), apply_show_error_details=True)
    finally:
        config.set_option("client.showErrorDetails", before)
    assert drawn.message == failures.TOLD
    assert "secret" not in str(drawn)
