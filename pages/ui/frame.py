"""Around every screen: the gate, the navigation a role may see, who is signed in."""

from collections.abc import Iterable
from copy import copy
from functools import cache

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.access.roles import User
from pages.ui import format as fmt
from pages.ui import gate, navigation, page, session, states, theme
from pages.ui.filter_chips import PARAMETER
from services.context import Context
from services.usecases import notify

VIEWS, SHOWN = "views", "shown"
PASSING = frozenset({"in", "resource", "finding", "do"})
"""Where one is on a screen, not how one looks at it: its link leads back to the top."""
FOLLOWING, FOLLOWED = ("costs", "resources"), ("account", "region")
View = dict[str, list[str]]
NARROW = 768
"""Pixels up to which the navigation lies over the screen."""
_FOLD = f"""
export default function () {{
  if (window.pioneerFolds) return
  window.pioneerFolds = true
  document.addEventListener("click", (event) => {{
    const link = event.target.closest("[data-testid=stSidebar] a[data-testid=stPageLink-NavLink]")
    if (!link || window.innerWidth > {NARROW}) return
    setTimeout(() => document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click())
  }})
}}
"""
"""Where the navigation lies over the screen, choosing a screen in it folds it away: by the button that people use, so it stays folded."""


def run() -> None:
    """Show the sign-in form, or the navigation and the screen that was asked for; neither where nobody can tell who looks."""
    st.set_page_config("Cloud Pioneer", layout="wide", initial_sidebar_state=230)
    theme.apply()
    ctx = page.context()
    seen = gate.passed(ctx)
    if seen is None:
        return
    pages = {
        row.file: copy(_page(row)) for row in navigation.ROWS
    }  # a screen that one may not open says so itself
    chosen = st.navigation([*pages.values(), *_nowhere(pages)], position="hidden")
    _remember(chosen.url_path)
    _beside(ctx, seen.user, pages)
    first = st.session_state.get(SHOWN) != chosen.url_path
    with session.looked(seen), states.loading(chosen.title, first=first):
        chosen.run()
    st.session_state[SHOWN] = chosen.url_path  # not reached by a run that was cut short


@cache
def _page(row: navigation.Row) -> st.Page:
    """Made once: it looks for its file. Each run takes a copy, because it notes in it which page was chosen."""
    return st.Page(f"pages/{row.file}.py", title=row.title, default=row is navigation.ROWS[0])


def _nowhere(known: Iterable[str]) -> list[st.Page]:
    """A page for a path that is no screen's, so that it is answered in our words and not in Streamlit's."""
    run = get_script_run_ctx()
    wanted = (
        None
        if run is None or run.pages_manager.intended_page_script_hash
        else run.pages_manager.intended_page_name
    )
    if not wanted or wanted in known:
        return []
    return [st.Page(_say_nowhere, title="No such screen", url_path=wanted)]


def _say_nowhere() -> None:
    st.title("There is no such screen", anchor=False)
    states.note(
        "Nothing of Cloud Pioneer is at this address. Every screen that you may open is in the navigation."
    )
    st.page_link(f"pages/{navigation.ROWS[0].file}.py", label=f"Open {navigation.ROWS[0].title}")


def _remember(screen: str) -> None:
    """Keep what this screen's URL says, so that its link leads back to the same view; what both know, both follow."""
    views = st.session_state.setdefault(VIEWS, {})
    view = {name: st.query_params.get_all(name) for name in st.query_params if name not in PASSING}
    views[screen] = view
    for other in FOLLOWING if screen in FOLLOWING else ():
        views[other] = narrowed(other, views.get(other, {}), places(screen, view))


def places(screen: str, view: View) -> View:
    """Which accounts and regions a view is limited to."""
    if screen != "costs":
        return {name: view[name] for name in FOLLOWED if name in view}
    filters = [text.partition("=") for text in view.get(PARAMETER, [])]
    found = {name: [value for each, _, value in filters if each == name and value] for name in FOLLOWED}
    return {name: values for name, values in found.items() if values}


def narrowed(screen: str, view: View, to: View) -> View:
    """The view limited to these accounts and regions, and to no others."""
    if screen != "costs":
        return {name: said for name, said in view.items() if name not in FOLLOWED} | to
    rest = [text for text in view.get(PARAMETER, []) if text.partition("=")[0] not in FOLLOWED]
    rest += [f"{name}={value}" for name, values in to.items() for value in values]
    return {name: said for name, said in view.items() if name != PARAMETER} | (
        {PARAMETER: rest} if rest else {}
    )


def _labelled(ctx: Context, user: User, row: navigation.Row) -> str:
    """A screen's title; the inbox says how many notices are not read."""
    if row.file != "inbox":
        return row.title
    unread = page.attempt(notify.unread, ctx, user) or 0
    return f"{row.title} {states.badge(f'{unread:,}', 'blue')}" if unread else row.title


def _beside(ctx: Context, user: User, pages: dict[str, st.Page]) -> None:
    with st.sidebar:
        st.markdown("#### Cloud Pioneer", anchors=False)
        for group, rows in navigation.groups(user).items():
            if group:
                st.caption(group)
            for row in rows:
                link = pages[row.file]
                st.page_link(
                    link,
                    label=_labelled(ctx, user, row),
                    width="stretch",
                    query_params=st.session_state[VIEWS].get(link.url_path),
                )
        with st.container(key="signed-in", gap="xxsmall"):
            st.caption(f"{fmt.plain(user.name or user.email)}, {fmt.plain(', '.join(sorted(user.roles)))}")
            if st.button("Sign out", type="tertiary", key="sign-out"):
                session.sign_out(ctx)
        st.components.v2.component("pioneer_fold", js=_FOLD)(key="fold")
