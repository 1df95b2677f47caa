"""Where somebody is told of what: a row a kind, in the inbox, by mail, or not at all."""

import streamlit as st

from core.notices.kinds import KINDS, NoticeKind
from core.notices.model import Preference
from pages.ui import cards, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import notify

LONGEST = 24 * 60


def show(screen: Screen) -> None:
    """One's own choices; they hold from the next notice on."""
    settings = screen.ctx.settings
    by_mail = settings.smtp_host is not None
    cards.heading("Notices", "Of what concerns you; what you may not see never reaches you")
    if not by_mail:
        states.note("No mail server is set up here: notices stay in the inbox.")
    kept = page.attempt(notify.preferences, screen.ctx, screen.user) or ()
    with st.form("notices"):
        wanted = [_row(each, by_mail=by_mail, usual=settings.stop_notice_minutes) for each in kept]
        sent = st.form_submit_button("Keep these choices")
    if sent and page.attempt(_prefer, screen, wanted):
        st.success("Kept.")


def _row(each: Preference, *, by_mail: bool, usual: int) -> Preference:
    told = KINDS[each.kind]
    with st.container(gap="xsmall"):
        st.markdown(f"**{fmt.plain(told.title)}**  \n:small[:gray[{fmt.plain(told.when)}]]")
        with st.container(horizontal=True, vertical_alignment="center"):
            inbox = st.checkbox("Inbox", each.inbox, key=f"notice-inbox-{each.kind}")
            mail = each.mail
            if by_mail:
                mail = st.checkbox("Mail", each.mail, key=f"notice-mail-{each.kind}")
        minutes = each.minutes
        if each.kind is NoticeKind.STOP:
            chosen = st.number_input(
                "Minutes before", 1, LONGEST, each.minutes or usual, key="notice-minutes", width=180
            )
            minutes = None if int(chosen) == usual else int(chosen)
    return Preference(each.kind, inbox, mail, minutes)


def _prefer(screen: Screen, wanted: list[Preference]) -> bool:
    notify.prefer(screen.ctx, screen.user, wanted)
    return True
