"""What people say of a recommendation: who sees to it, what is left alone for good, and what was said and done before."""

from datetime import timedelta

import streamlit as st

from core.access.roles import Permission
from core.activity import Activity
from core.recommendations.finding import FindingState, StoredFinding
from core.recommendations.tuning import Exclusion
from pages.ui import cards, names, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import recommendations, rules

NEVER = "Never"
ENDS = {NEVER: None, "In a quarter": 91, "In a year": 365}


def show(screen: Screen, finding: StoredFinding) -> None:
    """Owner, exclusion, history."""
    if finding.state in {FindingState.OPEN, FindingState.ACCEPTED, FindingState.SNOOZED}:
        _owner(screen, finding)
    _history(screen, finding)


def _owner(screen: Screen, finding: StoredFinding) -> None:
    cards.heading("Who sees to it")
    st.markdown(fmt.plain(finding.owner or "Nobody yet"))
    if not screen.may(Permission.JUDGE_RECOMMENDATIONS):
        return
    mine = finding.owner == screen.user.email
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button("Give it back" if mine else "I see to it", key="own"):
            wanted = None if mine else screen.user.email
            given = page.attempt(recommendations.assign, screen.ctx, screen.user, finding.id, wanted)
            if given is not None:
                states.say("Noted.")
        if st.button("Leave it alone for good", key="exclude"):
            _exclude(screen, finding)


def _history(screen: Screen, finding: StoredFinding) -> None:
    happened = page.attempt(recommendations.history, screen.ctx, screen.user, finding.id) or ()
    if not happened:
        return
    cards.heading("What happened before")
    for each in happened:
        st.markdown(fmt.plain(said(each, finding)))
        states.note(f"{fmt.when(each.at)}, {names.actor(each.actor)}")


def said(each: Activity, finding: StoredFinding) -> str:
    """What happened and why, in one sentence, the resource by its name."""
    text = names.happened(each, {finding.resource_id: finding.resource_name})
    return f"{text.removesuffix('.')}: {each.reason}" if each.reason else text


def _exclude(screen: Screen, finding: StoredFinding) -> None:
    thing = fmt.plain(fmt.short(finding.resource_name or finding.resource_id, 40))
    account = names.accounts(screen).get(finding.account_id, finding.account_id)
    scopes = {
        "This resource, from this rule": {"rule": finding.rule, "resource_id": finding.resource_id},
        "This resource, from every rule": {"resource_id": finding.resource_id},
        f"Everything in {account}, from this rule": {"rule": finding.rule, "account_id": finding.account_id},
        "What carries a tag in this account, from this rule": {
            "rule": finding.rule,
            "account_id": finding.account_id,
        },
    }
    tagged = list(scopes)[-1]

    @st.dialog(f"Leave {thing} alone?", width="medium")
    def ask() -> None:
        now = page.again(screen)
        chosen = st.radio("What", list(scopes), key="exclude-what")
        tag = (
            st.text_input("Tag", key="exclude-tag", placeholder="key=value, or a key alone", max_chars=300)
            if chosen == tagged
            else ""
        )
        ends = st.radio("It is looked at again", list(ENDS), horizontal=True, key="exclude-until")
        reason = st.text_input(
            "Reason", key="exclude-reason", placeholder="It is kept with the exclusion", max_chars=300
        )
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Cancel", key="exclude-cancel"):
                st.rerun()
            said_yes = st.button("Leave it alone", type="primary", key="exclude-go")
        if not said_yes:
            return
        if chosen == tagged and not tag.strip():
            st.error("Name the tag: key=value, or a key alone.")
            return
        key, _, value = tag.strip().partition("=")
        days = ENDS[ends]
        wanted = Exclusion(
            id=finding.id,
            **scopes[chosen],
            tag=(key, value) if key else None,
            reason=reason,
            by=now.user.email,
            at=now.now,
            until=None if days is None else now.now + timedelta(days=days),
        )
        if page.attempt(rules.exclude, now.ctx, now.user, wanted) is not None:
            states.say("Left alone from the next evaluation on. Rules lists it, and takes it back.")

    ask()
