"""What somebody wants of an instance for a while: the override in force, and the ways to make one."""

from datetime import UTC, datetime, timedelta

import streamlit as st

from core.access.roles import Permission
from core.inventory import Instance
from core.schedules.model import State
from core.schedules.override import LONGEST, LONGEST_REASON, Override
from pages.ui import dialog, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import overrides

USUAL = timedelta(hours=4)
STEP = timedelta(minutes=15)
VERBS = {State.RUNNING: "Keep on", State.STOPPED: "Keep off"}


def show(screen: Screen, found: Instance, *, scheduled: bool) -> None:
    """The override that holds or is to come, with its end; and buttons for who may act. `scheduled`: schedules switch it."""
    held = page.attempt(overrides.present, screen.ctx, screen.user, found.id)
    may_act = screen.may(Permission.ACT)
    if held is not None:
        _held(screen, held, may_act=may_act)
    if not may_act or found.protected:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for state, key in ((State.RUNNING, "keep-on"), (State.STOPPED, "keep-off")):
            if st.button(f"{VERBS[state]} until", key=key):
                _keep(screen, found, state)
        if scheduled and st.button("Skip tonight", key="skip-tonight"):
            _skip(screen, found)


def _held(screen: Screen, held: Override, *, may_act: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        word = "on" if held.state is State.RUNNING else "off"
        begins = f"from {fmt.when(held.begin)} " if held.begin > screen.now else ""
        st.markdown(
            f"{states.badge(f'kept {word}', 'blue')} "
            f"{fmt.plain(f'{begins}until {fmt.when(held.until)} by {held.by}: {held.reason}')}"
        )
        if may_act and st.button("End it", key="end-override", type="tertiary"):
            ended = page.attempt(overrides.end, screen.ctx, screen.user, held.id)
            if ended is not None:
                states.say("The override has ended; schedules decide again from the next look on.")


def _keep(screen: Screen, found: Instance, state: State) -> None:
    word = "on" if state is State.RUNNING else "off"

    @st.dialog(f"{VERBS[state]} until", width="medium")
    def ask() -> None:
        now = page.again(screen)
        usual = (now.now + USUAL).replace(minute=0, second=0, microsecond=0, tzinfo=None)
        st.markdown(
            f"**{fmt.plain(found.name or found.short_id)}** is kept {word} whatever its schedules say, "
            f"and no longer than {LONGEST.days} days."
        )
        until = st.datetime_input("Until, UTC", usual, key=f"until-{word}", step=STEP)
        reason = _reason(f"keep-{word}-reason")
        if dialog.decided(VERBS[state], f"keep-{word}-go") and isinstance(until, datetime):
            end = until.replace(tzinfo=UTC)
            made = page.attempt(overrides.keep, now.ctx, now.user, found.id, state, end, reason)
            if made is not None:
                states.say(f"Kept {word} until {fmt.when(made.until)}.")

    ask()


@st.dialog("Skip tonight", width="medium")
def _skip(screen: Screen, found: Instance) -> None:
    now = page.again(screen)
    night = page.attempt(overrides.night, now.ctx, now.user, found.id)
    if night is None:
        return
    st.markdown(
        f"**{fmt.plain(found.name or found.short_id)}** stays on from {fmt.plain(fmt.when(night.begin))} "
        f"until {fmt.plain(fmt.when(night.until))}; then its schedules decide again."
    )
    reason = _reason("skip-reason")
    if dialog.decided("Skip", "skip-go"):
        made = page.attempt(overrides.skip_tonight, now.ctx, now.user, found.id, reason)
        if made is not None:
            states.say(f"Kept on until {fmt.when(made.until)}.")


def _reason(key: str) -> str:
    return st.text_input(
        "Reason", key=key, placeholder="It is kept in the audit log", max_chars=LONGEST_REASON
    )
