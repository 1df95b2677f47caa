"""Screens, API and sign-in routes as one ASGI application on one origin."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from anyio import to_thread
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Mount, Route
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager

from services import bootstrap
from services.api import app as api
from services.api.headers import SecurityHeaders
from services.api.routes.health import well
from services.context import Context
from services.settings import PROJECT
from services.web import failures, garbage, logs, policy, session, warm
from services.web.doorkeeper import Doorkeeper, hosts_of

THREADS = 64
"""Threads for the API's blocking calls; Streamlit leaves fewer, sized for its own files."""


def create(ctx: Context) -> st.App:
    """Build it on a context, which becomes the process's one context: Streamlit starts pages without arguments."""
    bootstrap.share(ctx)
    # Until st.navigation ran once, Streamlit would run a file of pages/ by deep link, past Home.py.
    PagesManager.uses_pages_directory = False
    failures.in_our_words()

    @asynccontextmanager
    async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        warm.up(ctx)
        garbage.freeze()
        logs.join()  # again: what was just loaded brought loggers
        async with garbage.collected():
            yield {}

    def health(_request: Request) -> JSONResponse:
        if well(ctx):
            return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})
        return JSONResponse({"status": "unavailable"}, status_code=503, headers={"Cache-Control": "no-store"})

    def front(request: Request) -> RedirectResponse:
        """The first screen is at /, but a link may call it by name."""
        return RedirectResponse("/?" + request.url.query if request.url.query else "/", status_code=307)

    inner: FastAPI = api.create(ctx)
    app = st.App(
        PROJECT / "Home.py",
        routes=[
            Mount("/api", inner),
            Route("/health", health),
            Route("/overview", front),
            *session.routes(ctx),
        ],
        middleware=[
            Middleware(SecurityHeaders, policy=policy.of_screens(), https=ctx.settings.secure_cookies),
            Middleware(Doorkeeper, hosts=hosts_of(ctx.settings), public_url=ctx.settings.public_url),
        ],
        lifespan=lifespan,
    )
    # After the app is made: only then is .streamlit/config.toml found from any working directory.
    config.set_option("server.port", ctx.settings.port)
    config.set_option("server.address", ctx.settings.host)
    config.set_option("server.allowedHosts", sorted(hosts_of(ctx.settings)))
    logs.join()
    return app
