"""When is it off, and what happens next?"""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.access.roles import Permission
from core.schedules.manual import Manual
from core.schedules.model import State
from core.schedules.naming import SCHEDULE_TAG, slug
from core.schedules.selector import Selector
from pages.ui import (
    attaching,
    calendars,
    cards,
    dialog,
    names,
    page,
    schedule_calendar,
    schedule_editor,
    schedule_import,
    schedule_savings,
    schedule_suggestions,
    schedule_what_if,
    schedule_words,
    states,
    tables,
)
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import schedules
from services.usecases.schedule_savings import Observed
from services.usecases.schedules import Board, ScheduleView
from services.usecases.transitions import Transition

COMING = 200
NAMED = 3


def headline(views: Sequence[ScheduleView], coming: Sequence[Transition], screen: Screen) -> None:
    """The answer: how many are switched, what is off now, what is next."""
    at_work = [view for view in views if view.attachments]
    off = [view.schedule.name for view in at_work if view.now.desired is State.STOPPED]
    row = [
        cards.Figure(
            "On a schedule",
            f"{sum(view.resources for view in views):,}",
            because=f"by {fmt.count(len(at_work), 'schedule')}",
        ),
        cards.Figure(
            "Schedules off now",
            f"{len(off)} of {len(at_work)}",
            because=", ".join(off) or "None is in its off hours",
        ),
    ]
    if coming:
        first = coming[0]
        alike = [each for each in coming if each.at == first.at and each.to is first.to]
        verb = "start" if first.to is State.RUNNING else "stop"
        row.append(
            cards.Figure(
                "Next",
                fmt.sentence(fmt.ago(first.at, screen.now)),
                because=f"{fmt.count(len(alike), 'resource')} {verb} at {fmt.when(first.at)}",
            )
        )
    else:
        row.append(cards.Figure("Next", "Nothing", because="Nothing starts or stops in the next 14 days"))
    cards.figures(row)


def one(screen: Screen, view: ScheduleView, seen: Observed | None, *, may_edit: bool) -> None:
    """A schedule: what it says, what it wants now, what it is attached to."""
    schedule = view.schedule
    with st.container(border=True):
        wants = {
            State.RUNNING: states.badge("on now", "green"),
            State.STOPPED: states.badge("off now"),
            State.ANY: states.badge("left alone"),
        }
        badge = wants[view.now.desired] if view.attachments else states.badge("not attached")
        st.markdown(f"**{fmt.plain(schedule.name)}** {badge}")
        states.note(schedule_words.told(schedule))
        attached(screen, view, may_edit=may_edit)
        states.note(f"{fmt.count(view.resources, 'resource')} in all.")
        schedule_savings.note(seen, schedule.id)
        if not may_edit:
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Attach by tag", key=f"attach-{schedule.id}"):
                attaching.attach(screen, view)
            if view.reach.within:
                if st.button("Edit", key=f"edit-{schedule.id}"):
                    schedule_editor.edit(screen, schedule)
                if st.button("Delete", key=f"delete-{schedule.id}"):
                    delete(screen, view)
        if not view.reach.within:
            states.note("It reaches AWS accounts that you do not see, so you cannot change it.")


def attached(screen: Screen, view: ScheduleView, *, may_edit: bool) -> None:
    """What it is attached to, of what the user sees, each with a way to end it."""
    if view.reach.elsewhere:
        states.note("Attached in AWS accounts that you do not see, too.")
    elif not view.attachments and not view.named:
        states.note("Attached to nothing, so it switches nothing.")
    if view.named:
        carry = fmt.count(view.named, "resource")
        states.note(f"{carry} by the tag {SCHEDULE_TAG}={slug(view.schedule.name)}.")
    for attachment in view.attachments:
        with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
            whom = _whom(screen, attachment.selector)
            manual = attachment.manual
            by_hand = "" if manual == Manual() else f"  \n:gray[{fmt.plain(f'By hand: {manual}')}]"
            turn = f" {states.badge(f'order {attachment.order}')}" if attachment.order else ""
            st.markdown(
                f"{fmt.plain(whom)}{turn} {attaching.badge(attachment.mode)}{by_hand}", width="stretch"
            )
            mine = may_edit and attachment.id not in view.reach.beyond
            may_act = screen.may(Permission.ACT)
            if mine and may_act and st.button("Change", key=f"change-{attachment.id}", type="tertiary"):
                attaching.change(screen, view.schedule, attachment, whom)
            if mine and st.button("Detach", key=f"detach-{attachment.id}", type="tertiary"):
                done = page.attempt(schedules.detach, screen.ctx, screen.user, attachment.id)
                if done is not None:
                    states.say("Detached. What it switched stays as it is.")


def _whom(screen: Screen, selector: Selector) -> str:
    """What a schedule is attached to: resources by their names."""
    if selector.resource_ids is None:
        return fmt.sentence(str(selector))
    first = selector.resource_ids[:NAMED]
    known = names.of(screen, first)
    more = len(selector.resource_ids) - len(first)
    return ", ".join(known.get(each, each) for each in first) + (f" and {more:,} more" if more else "")


@st.dialog("Delete this schedule?")
def delete(screen: Screen, view: ScheduleView) -> None:
    """Ask before a schedule goes."""
    now = page.again(screen)
    st.markdown(
        f"**{fmt.plain(view.schedule.name)}** switches {fmt.plain(fmt.count(view.resources, 'resource'))}. "
        "They stay as they are now and run until somebody stops them."
    )
    if dialog.decided("Delete", "delete-go") and page.attempt(_deleted, now, view):
        states.say(f"Deleted: {view.schedule.name}.")


def _deleted(screen: Screen, view: ScheduleView) -> bool:
    schedules.delete(screen.ctx, screen.user, view.schedule.id)
    return True


def upcoming(screen: Screen, coming: Sequence[Transition]) -> None:
    """The next start or stop of each resource."""
    cards.heading("Next starts and stops", "The next one of each resource, soonest first")
    if not coming:
        states.note("None within 14 days.")
        return
    accounts = names.accounts(screen)
    columns: dict[str, Sequence[object]] = {
        "Resource": [fmt.clean(each.name) for each in coming],
        "When": [each.at for each in coming],
        "What": ["start" if each.to is State.RUNNING else "stop" for each in coming],
        "Schedule": [fmt.clean(", ".join(each.schedules)) for each in coming],
        "Account": [fmt.clean(accounts.get(each.account_id, each.account_id)) for each in coming],
    }
    if any(each.dry_run for each in coming):
        columns["Mode"] = ["only written down" if each.dry_run else "carried out" for each in coming]
    tables.show(
        columns,
        {
            "Resource": tables.text_column("Resource", width=140),
            "When": st.column_config.DatetimeColumn(
                "When, UTC", format="ddd D MMM, HH:mm", timezone="UTC", width=142
            ),
            "What": tables.text_column("What", width=60),
        },
        alt="Next starts and stops",
        key="coming",
    )


def unknown(names: Mapping[str, int]) -> None:
    """Names that resources give as their schedule and no schedule has."""
    for name, carrying in names.items():
        verb = "names" if carrying == 1 else "name"
        st.warning(
            fmt.plain(
                f"No schedule is called “{name}”, which {fmt.count(carrying, 'resource')} {verb} by the tag {SCHEDULE_TAG}."
            )
        )


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    board = page.need(schedules.board, screen.ctx, screen.user, COMING)
    may_edit = screen.may(Permission.EDIT_SCHEDULES)
    if board.views:
        headline(board.views, board.coming, screen)
    kept, days = st.tabs(["Schedules", "Calendars"])
    with kept:
        all_of(screen, board, may_edit=may_edit)
    with days:
        calendars.show(screen, may_edit=may_edit)


def all_of(screen: Screen, board: Board, *, may_edit: bool) -> None:
    """What there is of schedules, and what is to come."""
    views = board.views
    with st.container(horizontal=True, vertical_alignment="center"):
        if may_edit:
            if st.button("New schedule", type="primary", key="new-schedule"):
                schedule_editor.edit(screen, None)
            if st.button("Import", key="import-schedules"):
                schedule_import.ask(screen)
        else:
            states.note(f"To change schedules, ask one of: {page.able(Permission.EDIT_SCHEDULES)}.")
    unknown(board.unknown)
    if not views:
        states.empty(
            "There is no schedule yet",
            "Begin with office hours: what is off at night and on weekends costs a third of what it does around the clock.",
        )
        schedule_suggestions.show(screen)
        return
    cards.heading("The next 14 days")
    schedule_editor.drawn(
        {view.schedule.name: view.schedule.definition for view in views}, screen.now, "fortnight"
    )
    left, right = st.columns([2, 3], gap="medium")
    seen = schedule_savings.found(screen)
    with left:
        for view in views:
            one(screen, view, seen, may_edit=may_edit)
    with right:
        upcoming(screen, board.coming)
    schedule_suggestions.show(screen)
    schedule_calendar.show([view.schedule for view in views], screen.now)
    schedule_what_if.show(screen, views)


main()
