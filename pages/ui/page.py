"""How every screen begins, and how failures become words. The one place where screens get hold of the running product."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn, ParamSpec, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from core.access.roles import ROLE_PERMISSIONS, Permission, Role, User
from core.errors import Forbidden, PioneerError
from pages.ui import gate, navigation, session, states
from services import bootstrap
from services.context import Context
from services.usecases import troubles

P = ParamSpec("P")
R = TypeVar("R")
LATELY_SECONDS = 10
KEPT = 500


@dataclass(frozen=True)
class Screen:
    """What a screen stands on: the product, who looks, which row of the navigation it is, and the product's time as it began."""

    ctx: Context
    user: User
    row: navigation.Row
    now: datetime

    def may(self, permission: Permission) -> bool:
        """Whether the one who looks has `permission`: only for what is offered, the use-case decides."""
        return self.user.may(permission)


def context() -> Context:
    """The running product."""
    return bootstrap.shared()


def begin() -> Screen:
    """The first statement of every page: who looks, may they, and the title. Shows the sign-in form or a refusal instead, and ends the run."""
    row = navigation.row(_caller())
    ctx = context()
    seen = gate.passed(ctx)
    if seen is None:
        end()
    if not seen.user.may(row.permission):
        _refuse(row)
    screen = Screen(ctx, seen.user, row, seen.now)
    st.title(row.title, anchor=False)
    return screen


def again(screen: Screen) -> Screen:
    """The first statement of every fragment and dialog: who looks may have been signed out, or lost a role, since the page began."""
    try:
        with troubles.told():
            seen = session.look(screen.ctx)
    except PioneerError as error:
        states.failed(error)
        end()
    if seen is None or not seen.user.may(screen.row.permission):
        st.rerun(scope="app")
    return Screen(screen.ctx, seen.user, screen.row, seen.now)


def attempt(do: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
    """What a use-case answers; None, and its failure in words on the screen, when it raises a `PioneerError` or the database fails."""
    try:
        with troubles.told():
            return do(*args, **kwargs)
    except PioneerError as error:
        states.failed(error)
        return None


def lately(screen: Screen, do: Callable[..., R], *args: object, **kwargs: object) -> R | None:
    """The same for what may be some seconds old: an answer is shared by all who have the same organisation, roles and accounts."""
    who = screen.user
    accounts = "all" if who.accounts is None else ",".join(sorted(who.accounts))
    key = (
        str(who.organisation_id),
        ",".join(sorted(who.roles)),
        accounts,
        f"{do.__module__}.{do.__name__}",
        f"{args!r} {sorted(kwargs.items())!r}",
    )
    return attempt(_kept, key, _ask=lambda: do(screen.ctx, who, *args, **kwargs))


@st.cache_resource(ttl=LATELY_SECONDS, max_entries=KEPT, show_spinner=False)
def _kept(key: tuple[str, ...], _ask: Callable[[], R]) -> R:  # noqa: ARG001  Streamlit reads it as the key
    return _ask()


def need(do: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The same for what a screen cannot go on without: after the words, the run ends."""
    answer = attempt(do, *args, **kwargs)
    if answer is None:
        end()
    return answer


def end() -> NoReturn:
    """End the run here. Unlike after `st.stop`, what is open around the screen may still be closed."""
    raise StopException


def able(permission: Permission) -> str:
    """The roles that carry a permission, for a sentence."""
    return ", ".join(role for role in Role if permission in ROLE_PERMISSIONS[role])


def _refuse(row: navigation.Row) -> None:
    st.title(row.title, anchor=False)
    states.failed(
        Forbidden(
            f"Your role does not let you {row.permission}.",
            mend=f"Ask somebody with one of these roles: {able(row.permission)}.",
        )
    )
    end()


def _caller() -> str:
    frame = inspect.currentframe()
    while frame is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return Path(frame.f_code.co_filename).stem if frame is not None else ""
