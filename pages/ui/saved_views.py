"""A small menu of saved views: keep what the screen shows now under a name, open, rename, share and delete; a deletion can be undone."""

from urllib.parse import urlencode, urlsplit

import streamlit as st

from core.views import LONGEST_NAME, View
from pages.ui import dialog, navigation, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import views

_UNDO = "view-undo"
FEW = 8
"""As many views as are seen at a glance: with more there is a field to find one by."""


def menu(screen: Screen) -> None:
    """Draw the menu. What a view says is in its link, so opening it shows the screen as it was kept, with today's figures."""
    with st.popover("Views", icon=":material/bookmark:", key="views-menu"):
        _undo(screen)
        found = page.attempt(views.listing, screen.ctx, screen.user) or ()
        files = {row.file for row in navigation.offered(screen.user)}
        seen = [view for view in found if view.page in files]
        if len(seen) > FEW:
            part = st.text_input("Find a view", key="views-find").strip().lower()
            seen = [view for view in seen if part in view.name.lower()]
        for view in seen:
            _one(screen, view)
        if not found:
            states.note("None is saved yet. A view keeps the period, grouping and filters you see now.")
        _save(screen)


def query_now() -> str:
    """What the URL says now."""
    return urlencode([(name, each) for name in st.query_params for each in st.query_params.get_all(name)])


def _one(screen: Screen, view: View) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if st.button(fmt.plain(fmt.short(view.name)), key=f"view-open-{view.id}", width="stretch"):
            _open(screen, view)
        if view.shared:
            whose = "shared by you" if view.owner_id == screen.user.id else f"by {view.created_by}"
            st.markdown(f":small[:gray[{fmt.plain(whose)}]]", width="content")
        if st.button(
            "Link",
            icon=":material/link:",
            key=f"view-link-{view.id}",
            type="tertiary",
            help="Its link, name and who sees it",
        ):
            _about(screen, view)
        if views.may_change(screen.user, view) and st.button(
            "Delete", icon=":material/delete:", key=f"view-delete-{view.id}", type="tertiary"
        ):
            gone = page.attempt(views.delete, screen.ctx, screen.user, view.id)
            if gone is not None:
                st.session_state[_UNDO] = gone
                st.rerun()


def _open(screen: Screen, view: View) -> None:
    """Show the screen as the view's link says; a link to the screen one is on would change nothing."""
    if view.page != screen.row.file:
        st.switch_page(f"pages/{view.page}.py", query_params=view.parameters)
    st.query_params.from_dict(view.parameters)
    st.rerun()


def _undo(screen: Screen) -> None:
    gone: View | None = st.session_state.get(_UNDO)
    if gone is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Deleted: {fmt.plain(fmt.short(gone.name))}.", width="stretch")
        if st.button("Undo", key="view-undo-go"):
            del st.session_state[_UNDO]
            if page.attempt(views.restore, screen.ctx, screen.user, gone.id) is not None:
                st.rerun()


def _save(screen: Screen) -> None:
    with st.form("view-save", clear_on_submit=True, border=False):
        name = st.text_input("Save what is shown now as", max_chars=LONGEST_NAME, key="view-name")
        shared = st.checkbox("For everybody", key="view-shared", help="Each sees their own accounts' figures")
        if not st.form_submit_button("Save view"):
            return
    kept = page.attempt(
        views.save, screen.ctx, screen.user, name, screen.row.file, query_now(), shared=shared
    )
    if kept is not None:
        st.session_state.pop(_UNDO, None)
        states.say(f"Saved: {kept.name}. Its link: {kept.link}")


@st.dialog("This view")
def _about(screen: Screen, view: View) -> None:
    now = page.again(screen)
    st.code(f"{_origin()}{view.link}", language=None, wrap_lines=True)
    states.note("Who opens this link sees the screen so, with the figures they may see.")
    if not views.may_change(now.user, view):
        return
    name = st.text_input("Name", view.name, max_chars=LONGEST_NAME, key="view-new-name")
    shared = st.checkbox("For everybody", view.shared, key="view-new-shared")
    if dialog.decided("Keep", "view-keep"):
        changed = page.attempt(views.change, now.ctx, now.user, view.id, name=name, shared=shared)
        if changed is not None:
            states.say(f"Kept: {changed.name}.")


def _origin() -> str:
    """Where the browser says that it is, so that the link can be sent as it stands."""
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}" if here.netloc else ""
