"""What was asked, and did it happen?"""

from math import ceil

import streamlit as st

from core.access.roles import Permission
from core.actions.model import OPEN, Action, ActionState
from pages.ui import action_rows, cards, kept, page, states, tables
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import actions

SIZE = 50
EVERY = "3s"


@st.fragment(run_every=EVERY)
def in_flight(screen: Screen) -> None:
    """What is queued or running: draws itself again every few seconds, for who may still see it."""
    now = page.again(screen)
    found = page.attempt(actions.listing, now.ctx, now.user, actions.ActionFilter(states=tuple(OPEN)), SIZE)
    if found is None:
        return
    before = st.session_state.get("open-actions")
    st.session_state["open-actions"] = [row.id for row in found.rows]
    if before is not None and before != st.session_state["open-actions"]:
        st.rerun(scope="app")
    cards.heading("In flight", "Refreshes by itself")
    if not found.rows:
        states.note("Nothing is queued or running.")
    for row in found.rows:
        with st.container(border=True):
            st.markdown(action_rows.card(row, found.names, now.now))


def troubled(screen: Screen) -> None:
    """What did not work, newest first."""
    wanted = actions.ActionFilter(states=(ActionState.FAILED, ActionState.REFUSED))
    found = page.attempt(actions.listing, screen.ctx, screen.user, wanted, 5)
    if not found or not found.rows:
        return
    cards.heading("Did not work", f"The newest of {found.total:,}")
    for row in found.rows:
        with st.container(border=True):
            st.markdown(action_rows.card(row, found.names, screen.now))


def history(screen: Screen) -> None:
    """Everything asked, newest first; a done one can be undone."""
    cards.heading("All actions")
    state = kept.pill(
        "State", [each.value for each in ActionState], "action-state", label_visibility="collapsed"
    )
    wanted = actions.ActionFilter(states=(ActionState(state),) if state else ())
    number = tables.page_number("actions-page", state)
    found = page.need(actions.listing, screen.ctx, screen.user, wanted, SIZE, (number - 1) * SIZE)
    if not found.rows:
        states.empty(
            "No action yet" if not state else f"No action is {state}",
            "Start with a recommendation, or stop something under Resources.",
        )
        return
    columns = {
        "Asked": [row.requested_at for row in found.rows],
        "What": [action_rows.title(row) for row in found.rows],
        "Thing": [fmt.clean(found.names.get(row.resource_id) or row.short_id) for row in found.rows],
        "State": [row.state for row in found.rows],
        "By": [fmt.clean(row.requested_by) for row in found.rows],
        "Through": [row.origin for row in found.rows],
        "Why": [fmt.clean(row.reason) for row in found.rows],
        "Outcome": [fmt.clean(row.outcome) for row in found.rows],
        "Saves, USD a month": [fmt.pixel(row.expected_saving) for row in found.rows],
    }
    picked = tables.show(
        columns,
        {
            "Asked": tables.time_column("Asked, UTC"),
            "Saves, USD a month": tables.money_column("Saves, USD a month"),
        },
        alt="Actions, newest first",
        key="actions-table",
        select="single-row",
        rows=[row.id for row in found.rows],
        placeholder="",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if picked:
            row = found.rows[picked[0]]
            may = screen.may(Permission.ACT)
            if st.button("Undo", key="undo", disabled=not may or row.state is not ActionState.DONE):
                _ask(screen, row, "Undo")
            if st.button("Cancel", key="cancel", disabled=not may or row.state is not ActionState.QUEUED):
                _ask(screen, row, "Cancel")
            st.page_link(
                "pages/resources.py", label="Open the resource", query_params={"resource": row.resource_id}
            )
        else:
            states.note(
                f"{fmt.count(found.total, 'action')}. Choose one to undo or cancel it, or to open its resource."
            )
        if found.total > SIZE:
            st.pagination(ceil(found.total / SIZE), key="actions-page")
        tables.export(columns, "actions.csv", key="actions-csv")


def _ask(screen: Screen, action: Action, verb: str) -> None:
    @st.dialog(f"{verb} this action?", width="medium")
    def ask() -> None:
        now = page.again(screen)
        st.markdown(action_rows.card(action, {}, now.now))
        if verb == "Undo":
            states.note("Undoing is an action of its own: it is queued, guarded and kept in the audit log.")
        reason = st.text_input(
            "Reason", key="action-reason", placeholder="It is kept in the audit log", max_chars=300
        )
        if st.button(f"{verb} it", type="primary", key="action-go"):
            do = actions.cancel if verb == "Cancel" else actions.undo
            if page.attempt(do, now.ctx, now.user, action.id, reason) is not None:
                states.say("Cancelled." if verb == "Cancel" else "Queued: it is being taken back.")

    ask()


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    in_flight(screen)
    troubled(screen)
    history(screen)


main()
