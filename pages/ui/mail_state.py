"""Whether notices get out by mail, and what waits."""

import streamlit as st

from pages.ui import cards, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import mailing


def show(screen: Screen) -> None:
    """One line: how the mail server answered last, and how many mails wait for it. Nothing where no server is set."""
    if screen.ctx.settings.smtp_host is None:
        return
    found = page.attempt(mailing.standing, screen.ctx, screen.user)
    if found is None or found.host is None:
        return
    cards.heading("Mail", f"Notices leave through {found.host}")
    server, mails = found.server, found.mails
    waiting = f"{fmt.count(mails.waiting, 'mail')} waiting" if mails.waiting else "no mail waiting"
    oldest = f", the oldest since {fmt.when(mails.oldest)}" if mails.oldest else ""
    refused = f"; {mails.refused:,} refused for good" if mails.refused else ""
    with st.container(border=True):
        if server.failing_since is not None:
            word = states.badge("failing", "red")
            said = f"since {fmt.when(server.failing_since)}: {server.error} Nothing is lost: {waiting}{oldest}{refused}."
        else:
            word = states.badge(
                "well" if server.good_at else "not used yet", "green" if server.good_at else "blue"
            )
            last = f"last took a mail {fmt.ago(server.good_at, screen.now)}; " if server.good_at else ""
            said = f"{last}{waiting}{oldest}{refused}."
        st.markdown(f"{word} {fmt.plain(said)}")
