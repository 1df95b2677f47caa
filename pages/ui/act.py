"""The buttons that act on resources: offered only where they can do something, explained where they may not."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st

from core.access.roles import Permission
from core.actions import guard
from core.actions.catalog import DECLARATIONS
from core.actions.model import OPEN, ActionKind, ActionState
from core.inventory import Resource
from core.schedules.model import State
from core.schedules.switch import RUNNING, STOPPED, SWITCHED, SWITCHES, observed_of
from pages.ui import action_rows, confirm, one_click, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import actions
from services.usecases.one_click import Click

EVERY = "2s"
MOST = 50
"""More than this at once is not a click's work."""
SAID = 3
"""So many reasons are said, the rest counted."""
_SWITCHING = frozenset(kind for switch in SWITCHES.values() for kind in (switch.start, switch.stop))


def buttons(
    screen: Screen,
    chosen: Sequence[Resource],
    monthly: Mapping[str, Decimal | None],
    *,
    open_one: bool = False,
) -> None:
    """What can be done to the chosen resources, and a way into the only one."""
    with st.container(horizontal=True, vertical_alignment="center"):
        switched = any(each.kind in SWITCHED for each in chosen)
        others = _others(chosen)
        if not (switched or others or not chosen):
            states.note("Nothing can be done to it here.")
        elif not screen.may(Permission.ACT) and not one_click.may(screen, one_click.switchable(chosen)):
            if not _refused(chosen) or one_click.switchable(chosen):
                states.note(f"To act, ask one of: {page.able(Permission.ACT)}.")
        elif screen.may(Permission.ACT):
            if switched or not chosen:
                _offered(screen, chosen, monthly)
            for kind, fit in others.items():
                verb = DECLARATIONS[kind].title if DECLARATIONS[kind].asks else action_rows.VERBS[kind]
                if st.button(_label(verb, fit), key=f"act-{kind}", disabled=len(fit) > MOST):
                    confirm.act(screen, kind, fit, monthly, {})
        _say_refused(chosen)
        if open_one and len(chosen) == 1 and st.button("Details", key="open-one"):
            st.query_params["resource"] = chosen[0].id
            st.rerun()


def _offered(screen: Screen, chosen: Sequence[Resource], monthly: Mapping[str, Decimal | None]) -> None:
    """Start and stop for all of the chosen that can be, whatever their kinds."""
    switched = [each for each in chosen if each.kind in SWITCHED]
    stopped = [each for each in one_click.fit(Click.START, switched) if observed_of(each) == STOPPED]
    running = [each for each in one_click.fit(Click.STOP, switched) if observed_of(each) == RUNNING]
    if _refused(chosen) and not (stopped or running):
        return
    too_many = len(switched) > MOST
    if st.button(_label("Start", stopped), key="act-start", disabled=not stopped or too_many):
        confirm.switch(screen, State.RUNNING, stopped, monthly)
    if st.button(_label("Stop", running), key="act-stop", disabled=not running or too_many):
        confirm.switch(screen, State.STOPPED, running, monthly)


def _refused(chosen: Sequence[Resource]) -> list[str]:
    """Why those of the chosen are not started or stopped, whichever they would be next, that a guard refuses whatever their state."""
    nexts = [
        (Click.START if observed_of(each) == STOPPED else Click.STOP, each)
        for each in chosen
        if each.kind in SWITCHED
    ]
    return [why for what, each in nexts if (why := one_click.refusal(what, each)) is not None]


def _say_refused(chosen: Sequence[Resource]) -> None:
    """Said in place of a click that would be refused."""
    whys = list(dict.fromkeys(_refused(chosen)))
    if whys:
        more = f" {len(whys) - SAID:,} more are left alone." if len(whys) > SAID else ""
        states.note(" ".join(whys[:SAID]) + more)


def _others(chosen: Sequence[Resource]) -> Mapping[ActionKind, Sequence[Resource]]:
    """Further kinds of action, with those chosen that each can be done to now; what is to be set is set for one at a time."""
    found = {}
    for kind, declared in DECLARATIONS.items():
        if kind in _SWITCHING or (declared.parameters and not (declared.asks and len(chosen) == 1)):
            continue
        fit = [each for each in chosen if _fits(kind, each)]
        if fit:
            found[kind] = fit
    return found


def _fits(kind: ActionKind, resource: Resource) -> bool:
    """Whether it can be done now; of what is to be set the dialog says whether it fits."""
    if DECLARATIONS[kind].asks:
        return guard.forbidden(kind, resource) is None
    return guard.verdict(kind, resource, {}, types={}) is None


def _label(verb: str, among: Sequence[Resource]) -> str:
    return f"{verb} {len(among)}" if len(among) > 1 else verb


def follow(screen: Screen) -> None:
    """While actions are in flight, say so, and draw the screen again once one of them has settled."""
    under_way = _open(screen)
    if any(under_way):
        _following(screen, under_way)


@st.fragment(run_every=EVERY)
def _following(screen: Screen, under_way: tuple[int, int]) -> None:
    if _open(page.again(screen)) != under_way:
        st.rerun(scope="app")
    flying, waiting = under_way
    said = [f"{fmt.count(flying, 'action')} in flight"] if flying else []
    if waiting:
        said.append(
            f"{fmt.count(waiting, 'action')} {'waits' if waiting == 1 else 'wait'} for approval under Actions"
        )
    states.note(f"{', '.join(said)}; what is shown here follows by itself.")


def _open(screen: Screen) -> tuple[int, int]:
    """How many actions are in flight, and how many wait for somebody's approval."""
    every = _how_many(screen, tuple(OPEN))
    waiting = _how_many(screen, (ActionState.WAITING,)) if every else 0
    return every - waiting, waiting


def _how_many(screen: Screen, states_wanted: tuple[ActionState, ...]) -> int:
    found = page.attempt(
        actions.listing, screen.ctx, screen.user, actions.ActionFilter(states=states_wanted), 1
    )
    return found.total if found else 0
