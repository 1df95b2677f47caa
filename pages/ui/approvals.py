"""What waits for a second person, with the two answers that person can give."""

from collections.abc import Mapping

import streamlit as st

from core.access.roles import Permission
from core.actions.model import Action, ActionKind, ActionState
from pages.ui import action_rows, cards, dialog, names, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import actions, approvals

MOST = 50


def waiting(screen: Screen) -> None:
    """Each waiting action as a card; nothing at all where none waits."""
    wanted = actions.ActionFilter(states=(ActionState.WAITING,))
    found = page.attempt(actions.listing, screen.ctx, screen.user, wanted, MOST)
    if not found or not found.rows:
        return
    cards.heading("Waits for approval", f"{found.total:,} in all")
    may = screen.may(Permission.APPROVE)
    if not may:
        states.note(f"Who may approve: {page.able(Permission.APPROVE)}.")
    for row in found.rows:
        with st.container(border=True):
            st.markdown(action_rows.card(row, found.names, screen.now))
            if may and row.requested_by.casefold() == screen.user.email.casefold():
                states.note("You asked for this: somebody else must approve it.")
            elif may:
                _answers(screen, row, found.names)


def _answers(screen: Screen, row: Action, called: Mapping[str, str]) -> None:
    with st.container(horizontal=True):
        for verb in ("Approve", "Reject"):
            if st.button(verb, key=f"{verb.lower()}-{row.id}"):
                _ask(screen, row, called, verb)


def _ask(screen: Screen, row: Action, called: Mapping[str, str], verb: str) -> None:
    @st.dialog(f"{verb} this action?", width="medium")
    def ask() -> None:
        now = page.again(screen)
        st.markdown(action_rows.card(row, called, now.now))
        _would(now, row)
        reason = st.text_input(
            "Reason", key="approval-reason", placeholder="Say why: it is kept in the audit log", max_chars=300
        )
        if dialog.decided(f"{verb} it", "approval-go", leave="Leave it waiting"):
            do = approvals.approve if verb == "Approve" else approvals.reject
            if page.attempt(do, now.ctx, now.user, row.id, reason) is not None:
                states.say("Approved: it is queued." if verb == "Approve" else "Rejected.")

    ask()


def _would(screen: Screen, row: Action) -> None:
    """What exactly would be done and how it is taken back, as who asked was shown it; what a guard says of it by now."""
    if row.kind is ActionKind.ATTACH_SCHEDULE or not screen.may(Permission.ACT):
        return
    preview = page.attempt(
        actions.preview, screen.ctx, screen.user, row.kind, row.resource_id, row.parameters
    )
    if preview is None:
        return
    if preview.refusal:
        st.warning(fmt.plain(preview.refusal))
    account = names.accounts(screen).get(row.account_id, row.account_id)
    cards.facts([("Account and region", f"{account}, {row.region}"), ("The way back", preview.reversal)])
    st.code("\n".join(preview.calls), language=None, wrap_lines=True)
