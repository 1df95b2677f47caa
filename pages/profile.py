"""My sign-ins, my password, what I am told of, my API token."""

from datetime import datetime, timedelta
from uuid import UUID

import streamlit as st

from core.access import passwords
from core.access.roles import Permission
from core.access.sessions import Session
from pages.ui import cards, notice_choices, page, session, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import connections, profile, sign_in

SHOWN = 5  # sign-ins at once; the others are one click away


def me(screen: Screen) -> None:
    """Who I am here."""
    user = screen.user
    cards.facts(
        [
            ("Name", user.name),
            ("E-mail", user.email),
            ("Roles", ", ".join(sorted(user.roles))),
            ("AWS accounts", "every account" if user.accounts is None else _named(screen, user.accounts)),
        ]
    )
    if screen.may(Permission.MANAGE_TEAM):
        states.note("What everybody may do or see, you change under Team.")
    else:
        states.note(f"To change what you may do or see, ask one of: {page.able(Permission.MANAGE_TEAM)}.")


def _named(screen: Screen, seen: frozenset[str]) -> str:
    """Accounts by name, where they are connected."""
    if not seen:
        return "none"
    known = page.attempt(connections.accounts, screen.ctx, screen.user) or ()
    names = {each.account.id: f"{each.account.name} ({each.account.id})" for each in known}
    return ", ".join(sorted(names.get(each, each) for each in seen))


def devices(screen: Screen) -> None:
    """Where I am signed in, this browser first, each other with a way to end it."""
    cards.heading("Signed in on", "End a sign-in you do not know, then change your password")
    now = page.attempt(screen.ctx.real_now) or screen.now
    found = page.attempt(profile.sessions, screen.ctx, screen.user, session.token(screen.ctx)) or ()
    ordered = sorted(found, key=lambda each: not each.current)  # the others stay last used first
    with st.container(border=True, gap="xxsmall"):
        for each in ordered[:SHOWN]:
            _device(screen, each, now)
    rest = ordered[SHOWN:]
    if rest:
        with st.expander(f"{len(rest)} more, used longer ago"):
            for each in rest:
                _device(screen, each, now)
    others = len([each for each in found if not each.current])
    if others > 1 and st.button(f"End the {others} others", key="end-others"):
        held = session.token(screen.ctx) or ""
        if page.attempt(profile.revoke_others, screen.ctx, screen.user, held) is not None:
            states.say("Every other sign-in has ended.")


def _device(screen: Screen, each: Session, now: datetime) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        here = f" {states.badge('this browser', 'green')}" if each.current else ""
        used = "in use" if each.current else f"used {fmt.ago(each.last_seen_at, now)}"
        said = f"{used}, since {fmt.when(each.created_at)}"
        st.markdown(f"{fmt.plain(each.device)}{here}  \n:small[:gray[{fmt.plain(said)}]]", width="stretch")
        ends = not each.current and st.button("End it", key=f"end-{each.id}", help=f"{each.device}, {said}")
        if ends and page.attempt(_end, screen, each.id):
            states.say("That sign-in has ended.")


def _end(screen: Screen, session_id: UUID) -> bool:
    profile.revoke(screen.ctx, screen.user, session_id)
    return True


def password(screen: Screen) -> None:
    """Change the password."""
    cards.heading(
        "Password",
        f"At least {passwords.SHORTEST} characters. Other sign-ins and API tokens end with the change",
    )
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
            life = timedelta(minutes=screen.ctx.settings.token_minutes)
            until = fmt.when(screen.now + life)  # by the clock that all screens show
            states.note(f"Good for {fmt.span(life)}, until {until}. It is shown this once.")


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    left, right = st.columns(2, gap="large")
    with left:
        me(screen)
        devices(screen)
        notice_choices.show(screen)
    with right:
        password(screen)
        token(screen)


main()
