"""The override in force for one resource, its end, and the ways to make one."""

import streamlit as st

from core.access.roles import Permission
from core.inventory import Resource
from core.schedules.model import State
from core.schedules.override import Override
from pages.ui import format as fmt
from pages.ui import one_click, page, states
from pages.ui.page import Screen
from services.usecases import overrides


def show(screen: Screen, found: Resource, *, scheduled: bool) -> None:
    """The override that holds or is to come, with its end; and buttons for who may act. `scheduled`: schedules switch it."""
    held = page.attempt(overrides.present, screen.ctx, screen.user, found.id)
    operator, may = screen.may(Permission.ACT), one_click.may(screen, (found,))
    if held is not None:
        _held(screen, held, may_act=operator)
    if not may or not one_click.switchable((found,)):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        one_click.buttons(screen, (found,), owned=not operator, skip=scheduled)


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
