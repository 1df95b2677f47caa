"""Streamlit gives each of its loggers a handler of its own; here they join ours, so that the log has one shape and no forged lines."""

import logging

from streamlit.logger import get_logger

THEIRS = ("streamlit", "uvicorn", "websockets")
BARE = "streamlit.runtime.scriptrunner_utils.script_run_context"
"""Warns of every import outside a script, which is how we load libraries ahead of the first visitor."""


SILENT = "uvicorn.access"
"""It stops by itself once nobody listens; the API writes its own access log."""


def join() -> None:
    """Let what is logged by Streamlit and its server reach the root logger only. Call it once Streamlit has read its configuration."""
    get_logger(BARE)  # Streamlit sets a logger up when it first asks for it, and not again
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in THEIRS:
            logger = logging.getLogger(name)
            logger.handlers.clear()
            logger.propagate = name != SILENT
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # each websocket would be a line
    logging.getLogger(BARE).setLevel(logging.ERROR)
