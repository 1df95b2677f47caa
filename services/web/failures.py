"""What a screen says where Cloud Pioneer itself fails: our words. Streamlit's own speak of its cloud."""

from streamlit.elements import exception

TOLD = (
    "Cloud Pioneer itself failed on this. What went wrong is in the web server's log, not here. "
    "Reload the page; if it fails again, run ./pioneer doctor, or tell whoever runs this installation."
)


def in_our_words() -> None:
    """From now on, in this process. The name is Streamlit's own: a test holds that it is still read."""
    vars(exception)["_GENERIC_UNCAUGHT_EXCEPTION_TEXT"] = TOLD  # there is no setting for it
