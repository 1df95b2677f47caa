"""How a recommendation's fix stands, in words that follow by themselves: asked for, running, done, evaluated again."""

from uuid import UUID

import streamlit as st

from core.actions.model import ActionState
from core.recommendations.selection import FixStanding
from pages.ui import action_rows, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import recommendations

EVERY = "1s"
ENDED = {
    ActionState.FAILED: "It failed",
    ActionState.REFUSED: "It was refused",
    ActionState.CANCELLED: "It was withdrawn",
}


def show(screen: Screen, finding_id: UUID, fix: FixStanding | None) -> None:
    """One line on the fix, drawn again each second until the rule has looked again; nothing where none was asked for."""
    if fix is not None and fix.over:
        _said(fix)
    elif fix is not None:
        _following(screen, finding_id, fix)


@st.fragment(run_every=EVERY)
def _following(screen: Screen, finding_id: UUID, fix: FixStanding) -> None:
    now = page.again(screen)
    found = page.attempt(recommendations.fix_of, now.ctx, now.user, finding_id)
    if found is None:
        return
    if (found.action.state, found.evaluated_at) != (fix.action.state, fix.evaluated_at):
        st.rerun(scope="app")
    _said(found)


def _said(fix: FixStanding) -> None:
    st.markdown(f"{states.state(fix.action.state)} {fmt.plain(says(fix))}")


def says(fix: FixStanding) -> str:
    """Asked for, running, done or not, and whether the rule has looked again."""
    action = fix.action
    if action.open:
        by = f"Asked for {fmt.when(action.requested_at)} by {action_rows.asker(action)}."
        if action.waiting:
            return f"{by} It waits: {action.waiting}"
        return f"{by} {'It is being done.' if action.begun else 'The worker takes it up within seconds.'}"
    if action.state is not ActionState.DONE:
        return f"{ENDED[action.state]} {fmt.when(action.settled_at)}: {action.outcome}"
    done = f"Done {fmt.when(action.settled_at)}: {action.outcome}"
    if fix.evaluated_at is None and fix.late:
        return f"{done} Whether it is found still cannot be told yet."
    if fix.evaluated_at is None:
        return f"{done} It is evaluated again within a minute."
    again = "and found still" if fix.found else "and found no more"
    return f"{done} It was evaluated again {fmt.when(fix.evaluated_at)} {again}."
