"""Batches of fixes under way: how far each is, and stopping the rest."""

import streamlit as st

from core.access.roles import Permission
from core.actions.batch import Batch
from pages.ui import cards, dialog, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import bulk


def progress(screen: Screen) -> None:
    """The newest batches that are not through. What is in flight draws the screen again as it goes on."""
    found = page.attempt(bulk.newest, screen.ctx, screen.user) or ()
    open_ones = [batch for batch in found if batch.ended < batch.asked]
    if not open_ones:
        return
    cards.heading("Batches")
    for batch in open_ones:
        with st.container(border=True):
            _shown(screen, batch)


def _shown(screen: Screen, batch: Batch) -> None:
    said = f"asked by {batch.requested_by} {fmt.ago(batch.requested_at, screen.now)}: {batch.reason}"
    st.progress(batch.ended / batch.asked, text=f"{batch.ended} of {batch.asked} done")
    counted = ", ".join(f"{count} {state}" for state, count in sorted(batch.states.items()))
    st.markdown(f":gray[{fmt.plain(said)}]  \n{fmt.plain(counted)}")
    if batch.stopped_at is not None:
        states.note(f"Stopped by {batch.stopped_by}; what had begun is carried out.")
    elif (
        batch.stoppable and screen.may(Permission.ACT) and st.button("Stop the rest", key=f"stop-{batch.id}")
    ):
        _ask(screen, batch)


def _ask(screen: Screen, batch: Batch) -> None:
    @st.dialog("Stop the rest of this batch?", width="medium")
    def ask() -> None:
        now = page.again(screen)
        states.note(f"{batch.stoppable} have not begun and are withdrawn; what has begun is carried out.")
        reason = st.text_input(
            "Reason", key="stop-reason", placeholder="Say why: it is kept in the audit log", max_chars=300
        )
        if dialog.decided("Stop the rest", "stop-go", leave="Let it go on"):
            stopped = page.attempt(bulk.stop, now.ctx, now.user, batch.id, reason)
            if stopped is not None:
                states.say(f"Stopped: {fmt.count(stopped, 'action')} withdrawn.")

    ask()
