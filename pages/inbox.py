"""What was I told?"""

from math import ceil

import streamlit as st

from core.notices.kinds import KINDS, NoticeKind, kinds_for
from core.notices.model import Notice, Offer
from pages.ui import cards, dialog, kept, page, states, tables
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import notice_links, notify
from services.usecases.notify import Inbox

SIZE = 20
DO = "do"
ANY = ""
WIDE = 260
COLOURS = {
    NoticeKind.STOP: "blue",
    NoticeKind.FAILURE: "red",
    NoticeKind.ALERT: "orange",
    NoticeKind.APPROVAL: "blue",
    NoticeKind.BUDGET: "orange",
    NoticeKind.DATA: "red",
}
WORDS = {
    NoticeKind.STOP: "stop ahead",
    NoticeKind.FAILURE: "failure",
    NoticeKind.ALERT: "alert",
    NoticeKind.APPROVAL: "approval",
    NoticeKind.BUDGET: "budget",
    NoticeKind.DATA: "data",
}


def asked(screen: Screen) -> None:
    """What a link in a notice asks for: shown, and done only once it is confirmed here. Mail scanners open links, too."""
    link = st.query_params.get(DO)
    if link is None:
        return
    with st.container(border=True):
        wanted = page.attempt(notice_links.look, screen.ctx, screen.user, link)
        if wanted is None:
            if st.button("Leave it", key="do-leave"):
                _leave()
            return
        thing = wanted.resource
        cards.heading(f"{wanted.offer.words}?", "Nothing was done yet")
        st.markdown(f"**{fmt.plain(thing.name or thing.short_id)}** {states.state(thing.state)}")
        cards.facts(_means(wanted.offer, thing.short_id))
        dialog.foretold(wanted.waits)
        reason = st.text_input("Reason", notice_links.REASON, key="do-reason", max_chars=300)
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Leave it", key="do-leave"):
                _leave()
            sure = st.button("Confirm", type="primary", key="do-go")
        if sure:
            done = page.attempt(notice_links.carry_out, screen.ctx, screen.user, link, reason)
            if done is not None:
                del st.query_params[DO]
                states.say(done)


def _means(offer: Offer, short_id: str) -> list[tuple[str, str]]:
    until = offer.until
    if until is None:
        return [("Id", short_id), ("Then", "it is stopped now, through the queue of actions")]
    begins = "now" if offer.begin is None else fmt.when(offer.begin)
    return [
        ("Id", short_id),
        ("Kept on", f"from {begins} until {fmt.when(until)}"),
        ("Then", "its schedules decide again"),
    ]


def _leave() -> None:
    st.query_params.pop(DO, None)
    st.rerun()


def narrowed(screen: Screen) -> tuple[NoticeKind | None, bool]:
    """Which notices to show."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = kept.select(
            "About",
            [ANY, *(each.value for each in kinds_for(screen.user))],
            "inbox-kind",
            format_func=lambda each: KINDS[NoticeKind(each)].title if each else "Everything",
            width=WIDE,
        )
        unread = st.toggle("Unread only", key="inbox-unread")
    return NoticeKind(kind) if kind else None, unread


def notice(screen: Screen, each: Notice) -> None:
    """One notice: what, when, the way there, and what can be done about it."""
    fresh = each.read_at is None
    with st.container(border=True, gap="xsmall"):
        new = f" {states.badge('new', 'green')}" if fresh else ""
        title = f"**{fmt.plain(each.title)}**" if fresh else fmt.plain(each.title)
        lines = "  \n".join(fmt.plain(line) for line in each.text.splitlines() if line)
        st.markdown(
            f"{states.badge(WORDS[each.kind], COLOURS[each.kind])}{new} {title}  \n{lines}  \n"
            f":small[:gray[{fmt.plain(_when(screen, each))}]]"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(f"pages/{each.page}.py", label="See it", query_params=dict(each.query))
            for place, offer in enumerate(each.offers):
                if offer.expires > screen.now and st.button(
                    fmt.plain(offer.words), key=f"offer-{each.id}-{place}"
                ):
                    st.query_params[DO] = notice_links.link(screen.ctx, screen.user, offer)
                    st.rerun()
            if (
                fresh
                and st.button("Mark as read", key=f"read-{each.id}", type="tertiary")
                and page.attempt(_read, screen, each)
            ):
                st.rerun()


def _when(screen: Screen, each: Notice) -> str:
    mail = {"waiting": "its mail waits", "sent": "also sent by mail"}.get(each.mail, each.mail)
    told = f"{fmt.ago(each.at, screen.now)}, {fmt.when(each.at)}"
    return f"{told}; {mail}" if mail else told


def _read(screen: Screen, each: Notice) -> bool:
    notify.read(screen.ctx, screen.user, each.id)
    return True


def listed(screen: Screen) -> None:
    """The notices, newest first."""
    kind, unread = narrowed(screen)
    number = tables.page_number("inbox-page", f"{kind} {unread}")
    box = page.need(
        notify.inbox,
        screen.ctx,
        screen.user,
        kind=kind,
        unread=unread,
        limit=SIZE,
        offset=(number - 1) * SIZE,
    )
    _head(screen, box)
    if not box.rows:
        narrow = kind is not None or unread
        states.empty(
            "Nothing of that kind" if narrow else "Your inbox is empty",
            "Choose another kind above, or everything."
            if narrow
            else "You are told here before a stop of what you own, of failures, alerts, approvals, budgets and missing data.",
        )
        return
    for each in box.rows:
        notice(screen, each)
    if box.total > SIZE:
        tables.pager(ceil(box.total / SIZE), "inbox-page")


def _head(screen: Screen, box: Inbox) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{box.unread:,}** unread", width="content")
        if box.unread and st.button("Mark all as read", key="read-all"):
            done = page.attempt(notify.read_all, screen.ctx, screen.user)
            if done is not None:
                states.say(f"{fmt.count(done, 'notice')} marked as read.")
        st.page_link("pages/profile.py", label="Choose what you are told of, and where")


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    asked(screen)
    listed(screen)


main()
