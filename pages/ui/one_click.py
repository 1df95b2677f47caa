"""One click on one resource or many: keep on, keep off, skip tonight; and for owners, start and stop what is theirs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from core.actions import guard
from core.inventory import Resource
from core.schedules.model import State
from core.schedules.override import LONGEST, LONGEST_REASON
from core.schedules.switch import RUNNING, STOPPED, SWITCHES, observed_of
from pages.ui import dialog, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import one_click, overrides, transitions
from services.usecases.one_click import Click, Clicked
from services.usecases.overrides import Night

USUAL = timedelta(hours=4)
STEP = timedelta(minutes=15)
VERBS = {
    Click.START: "Start",
    Click.STOP: "Stop",
    Click.KEEP_ON: "Keep on",
    Click.KEEP_OFF: "Keep off",
    Click.SKIP_TONIGHT: "Skip tonight",
}
DONE = {
    Click.START: "asked to start",
    Click.STOP: "asked to stop",
    Click.KEEP_ON: "kept on",
    Click.KEEP_OFF: "kept off",
    Click.SKIP_TONIGHT: "kept on",
}
STOPS = frozenset({Click.STOP, Click.KEEP_OFF})
"""The others are refused where a start would be."""
SHOWN = 5


def may(screen: Screen, chosen: Sequence[Resource]) -> bool:
    """Whether this person may click for all of these."""
    return one_click.may(screen.ctx, screen.user, chosen)


def refusal(what: Click, resource: Resource) -> str | None:
    """Why this click would be refused whatever its state, such as what protects it; None where it would not."""
    switch = SWITCHES.get(resource.kind)
    if switch is None:
        return f"Nothing starts or stops {resource.kind.one}."
    return guard.forbidden(switch.stop if what in STOPS else switch.start, resource)


def fit(what: Click, chosen: Sequence[Resource]) -> list[Resource]:
    """Those for which a click would not be refused."""
    return [each for each in chosen if refusal(what, each) is None]


def switchable(chosen: Sequence[Resource]) -> tuple[Resource, ...]:
    """Those for which some click is."""
    return tuple(each for each in chosen if any(refusal(what, each) is None for what in Click))


def buttons(screen: Screen, chosen: Sequence[Resource], *, owned: bool = False, skip: bool = True) -> None:
    """The clicks for the chosen resources, in a row that is already open; `owned`: start and stop, too."""
    if owned:
        for what, state in ((Click.START, "stopped"), (Click.STOP, "running")):
            mine = [one for one in fit(what, chosen) if observed_of(one) == state]
            if st.button(VERBS[what], key=f"own-{what}", disabled=not mine):
                ask(screen, what, mine)
    for what, key in ((Click.KEEP_ON, "keep-on"), (Click.KEEP_OFF, "keep-off")):
        among = fit(what, chosen)
        if st.button(f"{VERBS[what]} until", key=key, disabled=not among):
            ask(screen, what, among)
    among = fit(Click.SKIP_TONIGHT, chosen)
    if skip and st.button(VERBS[Click.SKIP_TONIGHT], key="skip-tonight", disabled=not among):
        ask(screen, Click.SKIP_TONIGHT, among)


def ask(screen: Screen, what: Click, chosen: Sequence[Resource]) -> None:
    """Open the dialog for one click: what it means for these, until when, and why."""
    kept = what in {Click.KEEP_ON, Click.KEEP_OFF}
    key = what.value.replace("_", "-")

    @st.dialog(f"{VERBS[what]} until" if kept else VERBS[what], width="medium")
    def inside() -> None:
        now = page.again(screen)
        nights = _nights(now, chosen) if what is Click.SKIP_TONIGHT else {}
        to_do = [each for each in chosen if each.id in nights] if what is Click.SKIP_TONIGHT else chosen
        if to_do:
            st.markdown(_meant(what, to_do, nights))
        if len(to_do) < len(chosen):
            st.info(_not_off(len(chosen) - len(to_do), len(chosen)))
        waits = page.attempt(one_click.foretold, now.ctx, now.user, what, chosen)
        dialog.foretold(waits)
        until = (
            st.datetime_input("Until, UTC", _usual(now, what, chosen), key=f"{key}-until", step=STEP)
            if kept
            else None
        )
        reason = st.text_input(
            "Reason",
            key=f"{key}-reason",
            placeholder="Say why: it is kept in the audit log",
            max_chars=LONGEST_REASON,
        )
        alone = bool(waits) and len(chosen) == 1
        does = dialog.ASKS if alone and not kept else VERBS[what].split()[0]
        if dialog.decided(does, f"{key}-go", disabled=(alone and kept) or not to_do):
            end = until.replace(tzinfo=UTC) if isinstance(until, datetime) else None
            ids = [each.id for each in to_do]
            done = page.attempt(one_click.click, now.ctx, now.user, what, ids, reason, until=end)
            if done is not None:
                _said(what, chosen, done)

    inside()


def _usual(now: Screen, what: Click, chosen: Sequence[Resource]) -> datetime:
    """Until when to keep, unless somebody says otherwise: past the next switch that is to be kept from them, or it would do nothing."""
    against = State.STOPPED if what is Click.KEEP_ON else State.RUNNING
    ids = [each.id for each in chosen]
    found = page.attempt(transitions.next_transitions, now.ctx, now.user, ids, len(ids)) or ()
    switches = [each.at for each in found if each.to is against and not each.dry_run]
    usual = (now.now + USUAL).replace(minute=0, second=0, microsecond=0)
    if switches and max(switches) >= usual:
        usual = (max(switches) + USUAL).replace(minute=0, second=0, microsecond=0)
    return usual.astimezone(UTC).replace(tzinfo=None)


def _nights(now: Screen, chosen: Sequence[Resource]) -> Mapping[str, Night]:
    ids = [each.id for each in chosen]
    return page.attempt(overrides.nights, now.ctx, now.user, ids) or {}


def _not_off(those: int, asked: int) -> str:
    """For whom there is no night to skip, and what is done instead."""
    which = (
        "it"
        if asked == 1
        else f"any of these {asked:,}"
        if those == asked
        else f"{those:,} of these {asked:,}"
    )
    return f"No schedule has {which} off within 24 hours. To keep {'it' if asked == 1 else 'them'} on, choose Keep on until."


def _meant(what: Click, chosen: Sequence[Resource], nights: Mapping[str, Night]) -> str:
    first = ", ".join(fmt.short(each.name or each.short_id, 40) for each in chosen[:SHOWN])
    more = f" and {len(chosen) - SHOWN:,} more" if len(chosen) > SHOWN else ""
    thing, are = f"**{fmt.plain(first + more)}**", "is" if len(chosen) == 1 else "are"
    if what in {Click.START, Click.STOP}:
        return f"{thing} {are} {'started' if what is Click.START else 'stopped'} at once."
    if what is not Click.SKIP_TONIGHT:
        word, before = VERBS[what].removeprefix("Keep "), STOPPED if what is Click.KEEP_ON else RUNNING
        first = "started" if what is Click.KEEP_ON else "stopped"
        turned = f"{first} and " if all(observed_of(each) == before for each in chosen) else ""
        return f"{thing} {are} {turned}kept {word} whatever schedules say, and no longer than {LONGEST.days} days."
    held = [nights[each.id] for each in chosen]
    begin, until = min(each.begin for each in held), max(each.until for each in held)
    alike = "" if len(set(held)) == 1 else "while schedules would have each off next, "
    span = f"{alike}from {fmt.plain(fmt.when(begin))} until {fmt.plain(fmt.when(until))}"
    off = all(observed_of(each) == STOPPED for each in chosen)
    stays = are if off else "stays" if len(chosen) == 1 else "stay"
    return f"{thing} {stays} on {span}; then schedules decide again."


def _said(what: Click, chosen: Sequence[Resource], done: Sequence[Clicked]) -> None:
    """What came of it; where something was refused, the dialog stays and says why."""
    called = {each.id: each.name or each.short_id for each in chosen}
    refused = [each for each in done if each.outcome == "refused"]
    made = [each for each in done if each.outcome != "refused"]
    waiting = [each for each in made if each.outcome == "waiting"]
    words = f"{fmt.count(len(made), 'resource')} {DONE[what]}."
    if waiting:
        words += f" {fmt.count(len(waiting), 'action')} must be approved first."
    if not refused:
        states.say(words)
        return
    if made:
        st.success(fmt.plain(words))
    for each in refused[:SHOWN]:
        st.error(fmt.plain(f"{called.get(each.resource_id, each.resource_id)}: {each.detail}"))
    if len(refused) > SHOWN:
        states.note(f"{len(refused) - SHOWN:,} more were refused.")
