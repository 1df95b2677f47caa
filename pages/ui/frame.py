"""Around every screen: the gate, the navigation a role may see, who is signed in."""

import streamlit as st

from core.access.roles import User
from pages.ui import format as fmt
from pages.ui import gate, navigation, page, session, theme
from services.context import Context

VIEWS = "views"
PASSING = frozenset({"in", "resource", "finding"})
"""Where one is on a screen, not how one looks at it: its link leads back to the top."""
FOLLOWING, FOLLOWED = ("costs", "resources"), frozenset({"account", "region"})


def run() -> None:
    """Show the sign-in form, or the navigation and the screen that was asked for."""
    st.set_page_config("Cloud Pioneer", layout="wide", initial_sidebar_state=230)
    theme.apply()
    ctx = page.context()
    user = page.attempt(session.current_user, ctx)
    if user is None:
        gate.show(ctx)
        return
    pages = {
        group: [
            st.Page(f"pages/{row.file}.py", title=row.title, default=row is navigation.ROWS[0])
            for row in rows
        ]
        for group, rows in navigation.groups(user).items()
    }
    chosen = st.navigation(pages, position="hidden")
    _remember(chosen.url_path)
    _beside(ctx, user, pages)
    chosen.run()


def _remember(screen: str) -> None:
    """Keep what this screen's URL says, so that its link leads back to the same view; what both know, both follow."""
    views = st.session_state.setdefault(VIEWS, {})
    view = {name: st.query_params.get_all(name) for name in st.query_params if name not in PASSING}
    views[screen] = view
    for other in FOLLOWING if screen in FOLLOWING else ():
        kept = {name: said for name, said in views.get(other, {}).items() if name not in FOLLOWED}
        views[other] = kept | {name: said for name, said in view.items() if name in FOLLOWED}


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
