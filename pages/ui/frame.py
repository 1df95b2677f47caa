"""Around every screen: the gate, the navigation a role may see, who is signed in."""

from copy import copy
from functools import cache

import streamlit as st

from core.access.roles import User
from pages.ui import format as fmt
from pages.ui import gate, navigation, page, session, states, theme
from pages.ui.filter_chips import PARAMETER
from services.context import Context

FOLDED = "folded"
VIEWS, SHOWN = "views", "shown"
PASSING = frozenset({"in", "resource", "finding"})
"""Where one is on a screen, not how one looks at it: its link leads back to the top."""
FOLLOWING, FOLLOWED = ("costs", "resources"), ("account", "region")
View = dict[str, list[str]]


def run() -> None:
    """Show the sign-in form, or the navigation and the screen that was asked for."""
    st.set_page_config("Cloud Pioneer", layout="wide", initial_sidebar_state=230)
    theme.apply()
    ctx = page.context()
    seen = page.attempt(session.look, ctx)
    if seen is None:
        gate.show(ctx)
        return
    pages = {
        group: [copy(_page(row)) for row in rows] for group, rows in navigation.groups(seen.user).items()
    }
    chosen = st.navigation(pages, position="hidden")
    _remember(chosen.url_path)
    _beside(ctx, seen.user, pages)
    first = st.session_state.get(SHOWN) != chosen.url_path
    if first and session.on_phone():
        _fold()
    with session.looked(seen), states.loading(chosen.title, first=first):
        chosen.run()
    st.session_state[SHOWN] = chosen.url_path  # not reached by a run that was cut short


@cache
def _page(row: navigation.Row) -> st.Page:
    """Made once: it looks for its file. Each run takes a copy, because it notes in it which page was chosen."""
    return st.Page(f"pages/{row.file}.py", title=row.title, default=row is navigation.ROWS[0])


def _fold() -> None:
    """On a phone the navigation lies over the screen, and a link in it leaves it there. Both words mean folded on a phone; a change folds it."""
    folded = st.session_state.get(FOLDED) == "auto"
    st.session_state[FOLDED] = "collapsed" if folded else "auto"
    st.set_page_config(initial_sidebar_state=st.session_state[FOLDED])


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


def _beside(ctx: Context, user: User, pages: dict[str, list[st.Page]]) -> None:
    with st.sidebar:
        st.markdown("#### Cloud Pioneer", anchors=False)
        for group, links in pages.items():
            if group:
                st.caption(group)
            for link in links:
                st.page_link(link, width="stretch", query_params=st.session_state[VIEWS].get(link.url_path))
        st.space("small")
        st.caption(f"{fmt.plain(user.name or user.email)}, {fmt.plain(', '.join(sorted(user.roles)))}")
        if st.button("Sign out", type="tertiary", key="sign-out"):
            session.sign_out(ctx)
