"""Serve the API alone until SIGTERM or Ctrl-C."""

import uvicorn

from services.api.app import create
from services.bootstrap import open_context
from services.settings import Settings

PATIENCE_SECONDS = 3


def run(settings: Settings) -> None:
    """One process, at /."""
    ctx = open_context(settings)
    try:
        uvicorn.run(
            create(ctx),
            host=settings.host,
            port=settings.port,
            proxy_headers=False,  # addresses of trusted proxies are read by us, per setting
            server_header=False,
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=PATIENCE_SECONDS,
        )
    finally:
        ctx.engine.dispose()
