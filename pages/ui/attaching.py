"""The dialogs that attach a schedule, and change how it is attached: what becomes of its decisions, and of what is done by hand."""

from collections.abc import Collection
from datetime import time

import streamlit as st

from core.errors import PioneerError
from core.inventory import Kind, Resource
from core.resources import ResourceChoices, ResourceFilter
from core.schedules.attachment import MOST_ORDER, Attachment, Mode, Schedule
from core.schedules.manual import LONGEST_HOURS, Manual, Respect
from core.schedules.selector import Selector
from core.schedules.switch import SWITCHED, SWITCHES
from pages.ui import dialog, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from pages.ui.schedule_words import at_once, told
from services.usecases import attachments, resources, schedules
from services.usecases.schedules import ScheduleView

ANY_TAG = "Any tag, or none"
USUAL_TAGS = ("schedule", "environment", "env")
MODES = {
    Mode.APPLY: "Start and stop them",
    Mode.APPROVE: "Ask somebody else before each start and stop",
    Mode.DRY_RUN: "Only write down what it would do",
    Mode.OFF: "Nothing for now",
}
LEAVE, HOURS, UNTIL, ENFORCE = (
    "Leave it until the schedule wants something else",
    "Leave it for some hours",
    "Leave it until a time of day",
    "Undo it",
)

FIRST = 5
"""So many of what it is for are named."""
NAMED = 3
"""So many other schedules are named, the rest counted."""
TOGETHER = (
    "Neither replaces the other: what follows several runs whenever one of them wants it on, and stops once none does; "
    "a day off of any of them stops it."
)
ORDER_HELP = (
    "Of what the schedule switches, lower orders are started first and stopped last: a database at 0 is up before "
    "its application at 1. A resource's own tag pioneer:order goes before this."
)


def badge(mode: Mode) -> str:
    """What a mode other than the usual one is called beside an attachment; empty for that one."""
    return {
        Mode.APPLY: "",
        Mode.APPROVE: states.badge("asks first", "blue"),
        Mode.DRY_RUN: states.badge("only written down", "orange"),
        Mode.OFF: states.badge("off"),
    }[mode]


def _mode(start: Mode, *, off: bool = False) -> Mode:
    offered = [mode for mode in MODES if off or mode is not Mode.OFF]
    chosen: Mode = st.radio(
        "What it does",
        offered,
        offered.index(start),
        format_func=lambda each: MODES[each],
        key="attach-mode",
    )
    return chosen


def _manual(start: Manual) -> Manual | None:
    """What becomes of starts and stops by hand; None while that cannot be read."""
    ways = (LEAVE, HOURS, UNTIL, ENFORCE)
    first = {
        Respect.LEAVE: LEAVE,
        Respect.HOLD: HOURS if start.until is None else UNTIL,
        Respect.ENFORCE: ENFORCE,
    }[start.respect]
    way = st.selectbox(
        "When somebody starts or stops one by hand", ways, ways.index(first), key="attach-manual"
    )
    hours: int | None = None
    until: time | None = None
    if way == HOURS:
        hours = int(
            st.number_input("Hours", 1, LONGEST_HOURS, start.hours or 4, step=1, key="attach-manual-hours")
        )
    if way == UNTIL:
        until = st.time_input(
            "Until, by the schedule's clock", start.until or time(22), key="attach-manual-until"
        )
    limited = way != ENFORCE and st.checkbox(
        "Stop what was started by hand after some hours at the latest",
        start.max_hours is not None,
        key="attach-limited",
    )
    most = (
        int(
            st.number_input(
                "Hours at most", 1, LONGEST_HOURS, start.max_hours or 8, step=1, key="attach-most"
            )
        )
        if limited
        else None
    )
    respect = {LEAVE: Respect.LEAVE, ENFORCE: Respect.ENFORCE}.get(way, Respect.HOLD)
    try:
        return Manual(respect, hours, until, most)
    except PioneerError as error:
        states.failed(error)
        return None


def _order(start: int) -> int:
    """When its turn is among what the schedule switches."""
    return int(
        st.number_input(
            "Order: lower is started first, stopped last",
            -MOST_ORDER,
            MOST_ORDER,
            start,
            key="attach-order",
            help=ORDER_HELP,
        )
    )


@st.dialog("How it is attached", width="medium")
def change(screen: Screen, schedule: Schedule, attachment: Attachment, whom: str) -> None:
    """The dialog that changes what becomes of an attachment's decisions, and of what is done by hand."""
    now = page.again(screen)
    st.markdown(f"**{fmt.plain(schedule.name)}**  \n:gray[{fmt.plain(whom)}]")
    mode = _mode(attachment.mode, off=True)
    manual = _manual(attachment.manual)
    order = _order(attachment.order)
    if mode is not attachment.mode:
        states.note("With another mode it begins anew: what it wants now is done at the next look.")
    if dialog.decided("Save", "change-attachment-go") and manual is not None:
        done = page.attempt(attachments.change, now.ctx, now.user, attachment.id, mode, manual, order=order)
        if done is not None:
            states.say(f"Changed: {schedule.name}.")


def attach(screen: Screen, view: ScheduleView) -> None:
    """Open the dialog that attaches a schedule by tag."""
    _attach_dialog(screen, view)


def attach_to(screen: Screen, resource: Resource) -> None:
    """Open the dialog that attaches a schedule to one resource."""
    _attach_to_dialog(screen, resource)


@st.dialog("Attach a schedule", width="medium")
def _attach_to_dialog(screen: Screen, resource: Resource) -> None:
    now = page.again(screen)
    known = {view.schedule.id: view.schedule for view in page.need(schedules.listing, now.ctx, now.user)}
    if not known:
        states.empty("There is no schedule yet", "Make one under Schedules, then attach it.")
        return
    chosen = known[
        st.selectbox(
            "Schedule", list(known), format_func=lambda each: fmt.clean(known[each].name), key="attach-which"
        )
    ]
    states.note(told(chosen))
    at_once(chosen.definition, now.now)
    _others(now, Selector(resource_ids=(resource.id,)), chosen)
    mode = _mode(Mode.APPLY)
    manual = _manual(Manual())
    order = _order(0)
    if dialog.decided("Attach", "attach-to-go") and manual is not None:
        only = Selector(resource_ids=(resource.id,))
        done = page.attempt(schedules.attach, now.ctx, now.user, chosen.id, only, mode, manual, order=order)
        if done is not None:
            states.say(f"Attached: {chosen.name} to {resource.name or resource.id}.")


@st.dialog("Attach by tag, account or region", width="medium")
def _attach_dialog(screen: Screen, view: ScheduleView) -> None:
    now, schedule = page.again(screen), view.schedule
    taken = frozenset(each.selector.tag for each in view.attachments if each.selector.tag)
    st.markdown(f"**{fmt.plain(schedule.name)}**  \n:gray[{fmt.plain(told(schedule))}]")
    choices = page.attempt(resources.choices, now.ctx, now.user, SWITCHED)
    if choices is None or not (choices.tags or choices.regions):
        states.empty(
            "Nothing that can be switched was seen yet",
            "What there is comes with the first collection of an account.",
        )
        return
    wanted = _wanted(choices, taken)
    if wanted is not None:
        _reached(now, wanted)
        at_once(schedule.definition, now.now)
        _others(now, wanted, schedule)
        states.note(
            "What joins later is switched, too; what leaves is switched no more. What is protected is left alone."
        )
    mode = _mode(Mode.APPLY)
    manual = _manual(Manual())
    order = _order(0)
    if dialog.decided("Attach", "attach-go", disabled=wanted is None) and manual is not None and wanted:
        done = page.attempt(
            schedules.attach, now.ctx, now.user, schedule.id, wanted, mode, manual, order=order
        )
        if done is not None:
            states.say(f"Attached: {schedule.name} to {done.selector}.")


def _wanted(choices: ResourceChoices, taken: Collection[tuple[str, str]]) -> Selector | None:
    """The tag, or none, and what narrows it; None while that would be everything, which is said. First what is not `taken` yet."""
    keys = [*choices.tags, ""]
    free = {
        key: [each for each in values if (key, each) not in taken] for key, values in choices.tags.items()
    }
    usual = next((keys.index(each) for each in (*USUAL_TAGS, *choices.tags) if free.get(each)), 0)
    key = st.selectbox(
        "Tag", keys, usual, format_func=lambda each: fmt.clean(each or ANY_TAG), key="attach-key"
    )
    tag = None
    if key:
        values = list(choices.tags[key])
        first = values.index(free[key][0]) if free[key] else 0
        value = st.selectbox("Value", values, first, format_func=fmt.clean, key="attach-value")
        tag = (key, value)
        if tag in taken:
            states.note("The schedule is attached to this tag already.")
    kinds = _kinds()
    called = dict(choices.accounts)
    accounts = st.multiselect(
        "Accounts",
        list(called),
        format_func=lambda each: fmt.clean(called[each] or each),
        placeholder="All",
        key="attach-accounts",
    )
    regions = st.multiselect("Regions", choices.regions, placeholder="All", key="attach-regions")
    if tag is None and not (kinds or accounts or regions):
        states.note("Without a tag, choose kinds, accounts or regions: it would be everything.")
        return None
    return Selector(tag=tag, accounts=tuple(accounts) or None, kinds=kinds, regions=tuple(regions) or None)


def _reached(screen: Screen, wanted: Selector) -> None:
    """How many it is for now, and the first of them by name."""
    which = ResourceFilter(
        kinds=wanted.kinds or SWITCHED,
        accounts=wanted.accounts or (),
        regions=wanted.regions or (),
        tag=wanted.tag,
        limit=FIRST,
    )
    found = page.attempt(resources.search, screen.ctx, screen.user, which)
    if found is not None:
        first = ", ".join(each.name or each.short_id for each in found.rows)
        rest = f" and {found.total - len(found.rows):,} more" * (found.total > len(found.rows))
        named = f": {first}{rest}" * bool(first)
        states.note(f"It is for {fmt.count(found.total, 'resource')} now{named}.")


def _others(screen: Screen, wanted: Selector, schedule: Schedule) -> None:
    """A warning where something follows another schedule already: how many, which, and what decides then."""
    found = page.attempt(attachments.already, screen.ctx, screen.user, wanted, schedule.id)
    if not found or not found.resources:
        return
    named = [f"“{each}”" for each in found.schedules[:NAMED]]
    named += [f"{len(found.schedules) - NAMED} more"] if len(found.schedules) > NAMED else []
    if wanted.resource_ids:
        follows = "It follows"
    else:
        follows = f"{found.resources:,} of them {'follows' if found.resources == 1 else 'follow'}"
    st.warning(fmt.plain(f"{follows} {' and '.join(named)} already. {TOGETHER}"))


def _kinds() -> tuple[Kind, ...] | None:
    """Which kinds the tag is to switch; None: all."""
    chosen = st.multiselect(
        "Kinds",
        SWITCHED,
        format_func=lambda kind: fmt.sentence(SWITCHES[kind].plural),
        placeholder="All that can be switched",
        key="attach-kinds",
    )
    return tuple(chosen) or None
