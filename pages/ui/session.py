"""The signed-in user behind this browser tab, looked up again on every run and in every fragment."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st

from core.access.client import Client, address_of, device_of
from core.access.sessions import cookie_name
from services.context import Context
from services.usecases import sign_in
from services.usecases.sign_in import Look

LOOPBACK = "127.0.0.1"
_LOOK: ContextVar[Look | None] = ContextVar("look", default=None)


def token(ctx: Context) -> str | None:
    """What the session cookie said when this tab connected: a claim to be checked, never a proof."""
    value = st.context.cookies.get(cookie_name(secure=ctx.settings.secure_cookies))
    return value if isinstance(value, str) and value else None


def look(ctx: Context) -> Look | None:
    """Who is signed in, and the product's time: asked of the database once a run; None once the sign-in has ended anywhere."""
    held = token(ctx)
    return _LOOK.get() or (None if held is None else sign_in.look(ctx, held))


@contextmanager
def looked(seen: Look) -> Iterator[None]:
    """While open, which is at most for one run of this thread, a look that was just taken counts."""
    before = _LOOK.set(seen)
    try:
        yield
    finally:
        _LOOK.reset(before)


def sign_out(ctx: Context) -> None:
    """End this sign-in at once, for every tab that holds its cookie, and forget what this tab showed."""
    held = token(ctx)
    if held is not None:
        sign_in.log_out(ctx, held)
    st.session_state.clear()
    st.rerun()


def client(ctx: Context) -> Client:
    """Where this tab comes from, for counting attempts and for the list of devices."""
    forwarded = ",".join(st.context.headers.get_all("X-Forwarded-For")).split(",")
    peer, agent = st.context.ip_address, st.context.headers.get("User-Agent")
    address = address_of(
        peer if isinstance(peer, str) else LOOPBACK,  # Streamlit gives no address for this machine
        [hop for hop in forwarded if hop.strip()],
        ctx.settings.trusted_proxies,
    )
    return Client(address, device_of(agent if isinstance(agent, str) else ""))
