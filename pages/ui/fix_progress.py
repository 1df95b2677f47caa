"""How a recommendation's fix stands, in words that follow by themselves: asked for, running, done, evaluated again."""

from collections.abc import Mapping

import streamlit as st

from core.actions.model import ActionState
from core.recommendations.finding import FindingState, StoredFinding
from core.recommendations.selection import FixStanding
from pages.ui import action_rows, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import recommendations

EVERY = "1s"
DONE = {FindingState.APPLIED, FindingState.VERIFIED}
WOULD, DOES, DID = "What would be done", "What is being done", "What was done"


def stands(finding: StoredFinding, fix: FixStanding | None) -> str:
    """Its state in a word: what was accepted is waited for, under way, or done and not evaluated again yet."""
    if finding.state is FindingState.ACCEPTED and fix is not None:
        if fix.action.state is ActionState.DONE:
            return FindingState.APPLIED.words
        if fix.action.state is ActionState.WAITING:
            return "waits for approval"
    return finding.state.words


def judged(finding: StoredFinding) -> str:
    """What somebody decided on it, who and why."""
    word = "Asked for" if finding.state is FindingState.ACCEPTED else fmt.sentence(finding.state.words)
    until = f" until {fmt.when(finding.until)}" if finding.until else ""
    return f"{word}{until} by {finding.judged_by}: {finding.judgement}"


def show(screen: Screen, finding: StoredFinding, fix: FixStanding | None) -> None:
    """One line on the fix, drawn again each second until the rule has looked again; nothing where none was asked for."""
    if fix is not None and fix.over:
        _said(finding, fix)
    elif fix is not None:
        _following(screen, finding, fix)


@st.fragment(run_every=EVERY)
def _following(screen: Screen, finding: StoredFinding, fix: FixStanding) -> None:
    now = page.again(screen)
    found = page.attempt(recommendations.fix_of, now.ctx, now.user, finding.id)
    if found is None:
        return
    if (found.action.state, found.evaluated_at) != (fix.action.state, fix.evaluated_at):
        st.rerun(scope="app")
    _said(finding, found)


def _said(finding: StoredFinding, fix: FixStanding) -> None:
    known = {finding.resource_id: finding.resource_name}
    st.markdown(f"{states.state(fix.action.state)} {fmt.plain(says(fix, known))}")


def says(fix: FixStanding, known: Mapping[str, str]) -> str:
    """What follows the word for its state: since when, what came of it, and whether the rule has looked again.

    `known`: the resource's name by its id.
    """
    action = fix.action
    if action.open:
        by = f"Asked for {fmt.when(action.requested_at)} by {action_rows.asker(action)}."
        if action.waiting:
            return f"{by} It waits: {action.waiting}"
        return f"{by} {'It is being done.' if action.begun else 'The worker takes it up within seconds.'}"
    done = f"{fmt.when(action.settled_at)}: {action_rows.outcome(action, known)}"
    if action.state is not ActionState.DONE:
        return done
    if fix.evaluated_at is None and fix.late:
        return f"{done} Whether it is found still cannot be told yet."
    if fix.evaluated_at is None:
        return f"{done} It is evaluated again within a minute."
    again = "and found still" if fix.found else "and found no more"
    return f"{done} It was evaluated again {fmt.when(fix.evaluated_at)} {again}."


def how_far(finding: StoredFinding, fix: FixStanding | None) -> str:
    """What stands above the calls: whether they would be sent, are, or were."""
    if finding.state in DONE:
        return DID
    if finding.state is FindingState.GONE:
        return DID if fix is not None and fix.action.state is ActionState.DONE else WOULD
    begun = finding.state is FindingState.ACCEPTED and fix is not None and fix.action.begun
    return DOES if begun else WOULD
