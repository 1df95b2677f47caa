"""My sign-ins, my password, my API token."""

import streamlit as st

from pages.ui import cards, page, session, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import profile, sign_in


def me(screen: Screen) -> None:
    """Who I am here."""
    user = screen.user
    cards.facts(
        [
            ("Name", user.name),
            ("E-mail", user.email),
            ("Roles", ", ".join(sorted(user.roles))),
            (
                "AWS accounts",
                "every account" if user.accounts is None else ", ".join(sorted(user.accounts)) or "none",
            ),
        ]
    )


def devices(screen: Screen) -> None:
    """Where I am signed in, each with a way to end it."""
    cards.heading("Signed in on", "End a sign-in you do not know, then change your password")
    found = page.attempt(profile.sessions, screen.ctx, screen.user, session.token(screen.ctx))
    now = page.attempt(screen.ctx.real_now) or screen.now
    for each in found or ():
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            here = f" {states.badge('this one', 'green')}" if each.current else ""
            used = f"used {fmt.ago(each.last_seen_at, now)}, signed in {fmt.when(each.created_at)}"
            st.markdown(f"**{fmt.plain(each.device)}**{here}  \n:gray[{fmt.plain(used)}]", width="stretch")
            if not each.current and st.button("End it", key=f"end-{each.id}"):
                page.attempt(profile.revoke, screen.ctx, screen.user, each.id)
                states.say("That sign-in has ended.")


def password(screen: Screen) -> None:
    """Change the password."""
    cards.heading("Password", "At least 12 characters. Other sign-ins and API tokens end with the change")
    with st.form("password", clear_on_submit=True):
        old = st.text_input("Present password", type="password", autocomplete="current-password")
        new = st.text_input("New password", type="password", autocomplete="new-password")
        again = st.text_input("New password again", type="password", autocomplete="new-password")
        sent = st.form_submit_button("Change password")
    if not sent:
        return
    if new != again:
        st.error("The two new passwords differ.")
        return
    changed = page.attempt(_change, screen, old, new)
    if changed:
        st.success("Changed. Every other sign-in has ended.")


def _change(screen: Screen, old: str, new: str) -> bool:
    profile.change_password(screen.ctx, screen.user, old, new, token=session.token(screen.ctx))
    return True


def token(screen: Screen) -> None:
    """A bearer token for the API, shown once."""
    cards.heading("API token", "For scripts: send it as Authorization: Bearer. It may do what you may do")
    if st.button("Make a token", key="make-token"):
        made = page.attempt(sign_in.issue_token, screen.ctx, screen.user)
        if made is not None:
            st.code(made.access_token, language=None, wrap_lines=True)
            states.note(f"Good until {fmt.when(made.expires_at)}. It is shown this once.")


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    left, right = st.columns(2, gap="large")
    with left:
        me(screen)
        devices(screen)
    with right:
        password(screen)
        token(screen)


main()
