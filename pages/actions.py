"""What was asked, and did it happen?"""

from collections.abc import Mapping
from math import ceil

import streamlit as st

from core.access.roles import Permission
from core.actions.model import Action, ActionState
from pages.ui import action_rows, approvals, batches, cards, dialog, kept, page, states, tables
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import actions

SIZE = 50
EVERY = "3s"
ANY = ""
BEGINNING = (ActionState.QUEUED, ActionState.RUNNING)
WIDE = 168
OFFERED = {
    ActionState.DONE: "Undo",
    ActionState.QUEUED: "Cancel",
    ActionState.WAITING: "Cancel",
}


@st.fragment(run_every=EVERY)
def in_flight(screen: Screen) -> None:
    """What is queued or running: draws itself again every few seconds, for who may still see it."""
    now = page.again(screen)
    found = page.attempt(actions.listing, now.ctx, now.user, actions.ActionFilter(states=BEGINNING), SIZE)
    if found is None:
        return
    before = st.session_state.get("open-actions")
    st.session_state["open-actions"] = [row.id for row in found.rows]
    if before is not None and before != st.session_state["open-actions"]:
        st.rerun(scope="app")
    cards.heading("In flight")
    if not found.rows:
        states.note("Nothing is queued or running. What is asked for shows here by itself.")
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
    state = kept.select(
        "State",
        [ANY, *(each.value for each in ActionState)],
        "action-state",
        format_func=lambda each: fmt.sentence(each) or "Every state",
        width=WIDE,
    )
    wanted = actions.ActionFilter(states=(ActionState(state),) if state else ())
    number = tables.page_number("actions-page", state)
    found = page.need(actions.listing, screen.ctx, screen.user, wanted, SIZE, (number - 1) * SIZE)
    if not found.rows:
        states.empty(f"No action is {state}", "Choose another state above.")
        return
    columns = {
        "Action": [fmt.clean(action_rows.title(row, found.names)) for row in found.rows],
        "State": [row.state for row in found.rows],
        "Asked": [row.requested_at for row in found.rows],
        "By": [fmt.clean(action_rows.asker(row)) for row in found.rows],
        "Saves, USD a month": [fmt.pixel(row.expected_saving) for row in found.rows],
        "Why": [fmt.clean(row.reason) for row in found.rows],
        "Outcome": [fmt.clean(action_rows.outcome(row, found.names)) for row in found.rows],
        "Through": [row.origin for row in found.rows],
        "Resource": [row.resource_id for row in found.rows],
    }
    away = {"Through", "Resource"} | ({"State"} if state else set())
    if not any(columns["Saves, USD a month"]):
        away.add("Saves, USD a month")
    picked = tables.show(
        {name: values for name, values in columns.items() if name not in away},
        {
            "Action": tables.thing_column("Action"),
            "State": tables.word_column("State"),
            "Asked": tables.time_column("Asked, UTC"),
            "By": tables.text_column("By", width=156),
            "Saves, USD a month": tables.money_column("Saves, USD", hint="A month"),
            "Why": tables.text_column("Why", width=206),
            "Outcome": tables.text_column("Outcome", width=160),
        },
        alt="Actions, newest first",
        key="actions-table",
        select="single-row",
        rows=[row.id for row in found.rows],
        placeholder="",
    )
    if picked:
        _chosen(screen, found.rows[picked[0]], found.names)
    with st.container(horizontal=True, vertical_alignment="center"):
        states.note(
            f"{fmt.count(found.total, 'action')}. Choose one to read it whole, to undo or to cancel it."
        )
        if found.total > SIZE:
            tables.pager(ceil(found.total / SIZE), "actions-page")
        tables.export(columns, "actions.csv", key="actions-csv")


def _chosen(screen: Screen, row: Action, names: Mapping[str, str]) -> None:
    """One action whole, with what can still be done about it."""
    with st.container(border=True):
        st.markdown(action_rows.card(row, names, screen.now))
        with st.container(horizontal=True, vertical_alignment="center"):
            offered = OFFERED.get(row.state)
            if not screen.may(Permission.ACT):
                states.note(f"To undo or cancel, ask one of: {page.able(Permission.ACT)}.")
            elif offered and st.button(offered, key=offered.lower()):
                _ask(screen, row, names, offered)
            st.page_link(
                "pages/resources.py", label="Open the resource", query_params={"resource": row.resource_id}
            )


def _ask(screen: Screen, action: Action, names: Mapping[str, str], verb: str) -> None:
    @st.dialog(f"{verb} this action?", width="medium")
    def ask() -> None:
        now = page.again(screen)
        st.markdown(action_rows.card(action, names, now.now))
        if verb == "Undo":
            states.note("Undoing is an action of its own: it is queued, guarded and kept in the audit log.")
        else:
            states.note("Nothing was sent to AWS yet, and nothing will be.")
        reason = st.text_input(
            "Reason", key="action-reason", placeholder="Say why: it is kept in the audit log", max_chars=300
        )
        if dialog.decided(f"{verb} it", "action-go", leave="Leave it as it is"):
            do = actions.cancel if verb == "Cancel" else actions.undo
            if page.attempt(do, now.ctx, now.user, action.id, reason) is not None:
                states.say("Cancelled." if verb == "Cancel" else "Queued: it is being taken back.")

    ask()


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    ever = page.need(actions.listing, screen.ctx, screen.user, actions.ActionFilter(), 1)
    if not ever.total:
        states.empty(
            "Nothing was asked for yet",
            "Accept a recommendation, or start, stop or resize something. What was asked and what came of it shows here.",
        )
        st.page_link("pages/recommendations.py", label="Open Recommendations")
        st.page_link("pages/resources.py", label="Open Resources")
        return
    approvals.waiting(screen)
    batches.progress(screen)
    in_flight(screen)
    troubled(screen)
    history(screen)


main()
