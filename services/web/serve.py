"""Serve the screens and the API until SIGTERM or Ctrl-C."""

import logging

import uvicorn
from streamlit.web.server.starlette.starlette_server_config import (
    DEFAULT_WEBSOCKET_PING_INTERVAL,
    DEFAULT_WEBSOCKET_PING_TIMEOUT,
)

from services.bootstrap import open_context
from services.settings import Settings
from services.web.app import create

LOG = logging.getLogger(__name__)
PATIENCE_SECONDS = 3
LARGEST_MESSAGE = 8 * 1_048_576


def run(settings: Settings) -> None:
    """One process: a browser tab's state lives in it. Open tabs reconnect to the next one by themselves."""
    ctx = open_context(settings)
    LOG.info("serving", extra={"host": settings.host, "port": settings.port})
    try:
        uvicorn.run(
            create(ctx),
            host=settings.host,
            port=settings.port,
            proxy_headers=False,  # addresses of trusted proxies are read by us, per setting
            server_header=False,
            access_log=False,
            log_config=None,
            ws_max_size=LARGEST_MESSAGE,
            ws_per_message_deflate=False,  # an eighth of the process's time for messages of a few kilobytes
            ws_ping_interval=DEFAULT_WEBSOCKET_PING_INTERVAL,
            ws_ping_timeout=DEFAULT_WEBSOCKET_PING_TIMEOUT,
            timeout_graceful_shutdown=PATIENCE_SECONDS,
        )
    finally:
        ctx.engine.dispose()
