"""The dialog before anything acts: names the thing, its owner, its cost, the exact calls and how to undo it; a reason is required."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import streamlit as st

from core.access.roles import Permission
from core.actions.catalog import DECLARATIONS
from core.actions.model import ActionKind, ActionState
from core.errors import Invalid, PioneerError
from core.inventory import Instance, Resource, Volume
from core.money import total
from core.schedules.model import State
from core.schedules.switch import SWITCHES
from pages.ui import action_form, action_rows, describe, dialog, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import actions, second_person, starting, troubles

FEW = 5


@dataclass(frozen=True)
class _Ask:
    """What is to be done to one of the things."""

    kind: ActionKind
    resource: Resource
    parameters: Mapping[str, object]


def act(
    screen: Screen,
    kind: ActionKind,
    resources: Sequence[Resource],
    costs: Mapping[str, Decimal | None],
    parameters: Mapping[str, object],
) -> None:
    """Open the dialog for one kind of action on some resources. `costs` are US dollars a month, None where unknown."""
    asks = [_Ask(kind, each, parameters) for each in resources]
    _dialog(screen, action_rows.VERBS[kind], asks, costs)


def switch(
    screen: Screen, state: State, resources: Sequence[Resource], costs: Mapping[str, Decimal | None]
) -> None:
    """Open the same dialog to start (or stop) resources of any kinds that can be, each by its kind's own action."""
    switches = [(SWITCHES[each.kind], each) for each in resources]
    if state is State.RUNNING:
        sizes = page.attempt(starting.sizes_of, screen.ctx, screen.user, resources) or {}
        asks = [_Ask(one.start, each, sizes.get(each.id, {})) for one, each in switches]
    else:
        asks = [_Ask(one.stop, each, {}) for one, each in switches]
    _dialog(screen, "Start" if state is State.RUNNING else "Stop", asks, costs)


def _dialog(screen: Screen, verb: str, asks: Sequence[_Ask], costs: Mapping[str, Decimal | None]) -> None:
    first = asks[0].resource
    thing = fmt.short(first.name or first.id, 40) if len(asks) == 1 else fmt.count(len(asks), "resource")

    @st.dialog(f"{verb} {fmt.plain(thing)}?", width="medium")
    def ask() -> None:
        _inside(page.again(screen), verb, asks, costs)

    ask()


def _inside(screen: Screen, verb: str, asks: Sequence[_Ask], costs: Mapping[str, Decimal | None]) -> None:
    alone = len(asks) == 1
    if alone:
        if not asks[0].parameters:  # set by hand, for one thing: for many they are as the kind has them
            asks = [replace(asks[0], parameters=action_form.given(screen, asks[0].kind, asks[0].resource))]
        passed = [_subject(screen, asks[0], costs.get(asks[0].resource.id))]
    else:
        passed = _subjects(screen, asks, costs)
    if not screen.may(Permission.ACT):
        states.note(f"Your role does not let you act. Ask one of: {page.able(Permission.ACT)}.")
        return
    wanted = [(ask.kind, ask.resource, ask.parameters) for ask in asks]
    waits = page.attempt(second_person.foretold, screen.ctx, screen.user, wanted)
    dialog.foretold(waits)
    reason = st.text_input(
        "Reason", key="confirm-reason", placeholder="Say why: it is kept in the audit log", max_chars=300
    )
    nothing_passes = len(asks) <= FEW and not any(passed)
    does = dialog.ASKS if waits and alone else _does(verb, asks)
    if dialog.decided(does, "confirm-go", disabled=nothing_passes):
        _request(screen, verb, asks, reason)


def _does(verb: str, asks: Sequence[_Ask]) -> str:
    """What the button says: the verb, whole where it needs its object."""
    if verb.endswith(" of"):
        return DECLARATIONS[asks[0].kind].title
    return verb.removesuffix(":") if len(asks) == 1 else f"{verb.removesuffix(':')} {len(asks)}"


def _subject(screen: Screen, ask: _Ask, cost: Decimal | None) -> bool:
    """The one thing it would be done to; answers whether the guard lets it pass now."""
    resource = ask.resource
    preview = _preview(screen, ask)
    with st.container(border=True):
        st.markdown(f"**{fmt.plain(resource.name or resource.id)}** {states.state(resource.state)}")
        st.markdown(
            f":gray[Id] {fmt.plain(resource.short_id)}  \n:gray[Owner] {fmt.plain(describe.owner(resource) or 'no tag says')}  \n"
            f":gray[Cost] {fmt.plain(_cost(cost))}"
        )
        if preview is None:
            return False
        _money(preview, cost)
        if preview.refusal:
            st.warning(fmt.plain(preview.refusal))
        st.markdown(fmt.plain(preview.reversal))
        st.code("\n".join(preview.calls), language=None, wrap_lines=True)
        with st.expander("The same from a command line or as Terraform"):
            st.code(preview.cli, language="bash", wrap_lines=True)
            if preview.terraform:
                st.code(preview.terraform, language="hcl", wrap_lines=True)
        trial(screen, ask.kind, resource, ask.parameters)
    return preview.allowed


def _preview(screen: Screen, ask: _Ask) -> actions.ActionPreview | None:
    """What it would do; while its parameters are not complete, what is missing, which is no failure."""
    try:
        with troubles.told():
            return actions.preview(screen.ctx, screen.user, ask.kind, ask.resource.id, ask.parameters)
    except Invalid as wrong:
        states.note(wrong.message if ask.parameters else "Say above what is to change.")
    except PioneerError as error:
        states.failed(error)
    return None


def _money(preview: actions.ActionPreview, cost: Decimal | None) -> None:
    """What it changes a month: by list price, and of the bill in the same proportion where that is all the thing costs."""
    prices = preview.prices
    if prices is None:
        if preview.unpriced:
            states.note(f"What it changes a month is unknown. {preview.unpriced}")
        return
    if not prices.change:
        st.markdown("By list price it costs the same\\.")
        return
    both = f"{fmt.money(prices.now, places=2)} a month now and {fmt.money(prices.then, places=2)} then"
    said = f"By list price {both}: {_less(prices.change)}."
    whole = isinstance(preview.resource, Instance | Volume) and prices.now
    if cost is not None and whole:
        said += f" Of what the bill says, that is {_less(cost * prices.change / prices.now)}."
    st.markdown(fmt.plain(said))


def _less(change: Decimal) -> str:
    return f"{fmt.money(abs(change), places=2)} {'more' if change > 0 else 'less'}"


def trial(screen: Screen, kind: ActionKind, resource: Resource, parameters: Mapping[str, object]) -> None:
    """A button that asks AWS whether it would let us, without effect, and what it answered."""
    if not screen.may(Permission.ACT):
        return
    if st.button("Try without doing", key=f"confirm-try-{resource.id}"):
        tried = page.attempt(
            actions.preview, screen.ctx, screen.user, kind, resource.id, parameters, dry_run=True
        )
        for each in tried.tried if tried is not None else ():
            show = {True: st.success, False: st.error, None: st.info}[each.would]
            show(f"{fmt.plain(fmt.sentence(each.call))}: {fmt.plain(each.words)}")


def _subjects(screen: Screen, asks: Sequence[_Ask], costs: Mapping[str, Decimal | None]) -> list[bool]:
    """Several things, a line each, and what they cost together; answers what the guard says of those looked at."""
    resources = [ask.resource for ask in asks]
    looked = [(ask.resource, _preview(screen, ask)) for ask in asks[:FEW]]
    known = [cost for each in resources if (cost := costs.get(each.id)) is not None]
    with st.container(border=True, gap="xsmall"):
        for each, preview in looked:
            owner = describe.owner(each) or "no owner tag"
            said = f"{each.short_id}, {owner}, {fmt.money(costs.get(each.id), places=2)} a month"
            st.markdown(
                f"**{fmt.plain(each.name or each.short_id)}** {states.state(each.state)}  \n:small[:gray[{fmt.plain(said)}]]"
            )
            if preview is not None and preview.refusal:
                st.warning(fmt.plain(preview.refusal))
        if len(resources) > FEW:
            states.note(f"and {len(resources) - FEW} more")
        left = len(resources) - len(known)
        unknown = f", and {left} whose cost is unknown" if left else ""
        sum_of = f"{fmt.money(total(known), places=2)} a month" if known else "cost unknown"
        st.markdown(f"Together **{fmt.plain(sum_of)}**{fmt.plain(unknown if known else '')}")
    for reversal in dict.fromkeys(preview.reversal for _, preview in looked if preview is not None):
        states.note(reversal)
    return [preview is not None and preview.allowed for _, preview in looked]


def _cost(monthly: Decimal | None) -> str:
    if monthly is None:
        return "unknown: it is not on the bill"
    return f"{fmt.money(monthly, places=2)} a month, by its last 30 full days on the bill"


def _request(screen: Screen, verb: str, asks: Sequence[_Ask], reason: str) -> None:
    if not reason.strip():
        st.error("Give a reason: it is kept in the audit log.")
        return
    asked, waiting, refused = 0, 0, []
    for ask in asks:
        try:
            with troubles.told():
                done = actions.request(
                    screen.ctx, screen.user, ask.kind, ask.resource.id, ask.parameters, reason.strip()
                )
            asked += 1
            waiting += done.state is ActionState.WAITING
        except PioneerError as error:
            refused.append(f"{ask.resource.name or ask.resource.id}: {error.message}")
    if refused:
        states.partial(f"{len(refused)} of {len(asks)} not queued", refused)
        if not asked:
            return
    text = f"Queued: {verb.lower()} {fmt.count(asked, 'resource')}."
    if waiting:
        waits = "it waits" if asked == 1 else f"{waiting} of {asked} wait"
        text = f"Asked for: {verb.lower()} {fmt.count(asked, 'resource')}; {waits} for a second person's approval."
    if refused:
        st.success(fmt.plain(text))
    else:
        states.say(text)
