"""Who may see and do what?"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import streamlit as st

from core.access.roles import ROLE_PERMISSIONS, Permission, Role, User
from pages.ui import cards, dialog, page, states, tables
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import connections, team

EVERY = "Every account"
NAMED = 2
JOINING = {
    "approval": "Others sign up at the sign-in page and wait here until you let them in",
    "open": "Whoever signs up at the sign-in page enters as a viewer at once",
    "closed": "Sign-up is closed; the setting SIGNUP opens it",
}


def waiting(screen: Screen, member: User) -> None:
    """One sign-up that waits: let in, with which role, or turn away."""
    with st.container(border=True, horizontal=True, vertical_alignment="bottom"):
        st.markdown(f"**{fmt.plain(member.name)}**  \n:gray[{fmt.plain(member.email)}]", width="stretch")
        role = st.selectbox("Role", list(Role), key=f"role-{member.id}", width=140, format_func=fmt.sentence)
        if st.button("Approve", type="primary", key=f"approve-{member.id}"):
            done = page.attempt(team.approve, screen.ctx, screen.user, member.id, (role,))
            if done is not None:
                states.say(f"{member.email} may sign in now.")
        if st.button("Turn away", key=f"deny-{member.id}"):
            done = page.attempt(team.change, screen.ctx, screen.user, member.id, status="disabled")
            if done is not None:
                states.say(f"{member.email} was turned away.")


@st.dialog("Change what somebody may do", width="medium")
def edit(screen: Screen, member: User, status: str, accounts: dict[str, str]) -> None:
    """Roles, accounts seen and status of one person."""
    now = page.again(screen)
    st.markdown(f"**{fmt.plain(member.name)}**  \n:gray[{fmt.plain(member.email)}]")
    roles = st.multiselect(
        "Roles", list(Role), sorted(member.roles), format_func=fmt.sentence, key=f"roles-{member.id}"
    )
    every = st.toggle("Sees every account", member.accounts is None, key=f"every-{member.id}")
    seen = member.accounts
    if not every:
        known = {each: each for each in member.accounts or ()} | accounts
        picked = st.multiselect(
            "Accounts",
            list(known),
            sorted(member.accounts or ()),
            format_func=lambda each: fmt.clean(known[each]),
            key=f"seen-{member.id}",
        )
        seen = frozenset(picked)
    active = st.toggle("May sign in", status == "active", key=f"active-{member.id}")
    states.note("It holds from the person's next click on. Taking sign-in away ends every session at once.")
    if dialog.decided("Save", f"save-{member.id}"):
        done = page.attempt(
            team.change,
            now.ctx,
            now.user,
            member.id,
            roles=tuple(roles),
            accounts=None if every else seen,
            status="active" if active else "disabled",
        )
        if done is not None:
            states.say(f"Saved: {member.email}.")


def people(screen: Screen, rows: list[tuple[User, str, datetime | None]]) -> None:
    """Everybody, with what they may do; a chosen row can be changed."""
    known = page.attempt(connections.accounts, screen.ctx, screen.user) or ()
    names = {each.account.id: each.account.name for each in known}
    columns = {
        "Name": [fmt.clean(user.name or user.email) for user, _, _ in rows],
        "Roles": [", ".join(sorted(user.roles)) or "none" for user, _, _ in rows],
        "May sign in": ["yes" if status == "active" else "no" for _, status, _ in rows],
        "Last sign-in": [fmt.ago(last, screen.now) for _, _, last in rows],
        "Sees": [_seen(user, names) for user, _, _ in rows],
        "E-mail": [fmt.clean(user.email) for user, _, _ in rows],
    }
    picked = tables.show(
        columns,
        {"Name": tables.text_column("Name", width=150), "Roles": tables.text_column("Roles", width=100)},
        alt="People and their roles",
        key="people",
        select="single-row",
        rows=[user.id for user, _, _ in rows],
    )
    if picked:
        user, status, _ = rows[picked[0]]
        if st.button(f"Change {fmt.plain(user.name or user.email)}", type="primary", key="change"):
            edit(screen, user, status, {key: f"{name} ({key})" for key, name in names.items()})
    else:
        states.note("Choose a row to change what somebody may do.")


def _seen(user: User, names: Mapping[str, str]) -> str:
    """The accounts somebody sees, by name as far as two go."""
    if user.accounts is None:
        return EVERY
    if not user.accounts or len(user.accounts) > NAMED:
        return fmt.count(len(user.accounts), "account")
    return fmt.clean(", ".join(sorted(names.get(each, each) for each in user.accounts)))


def roles() -> None:
    """What each role carries."""
    with st.expander("What each role may do"):
        tables.show(
            {"May": list(Permission)}
            | {
                role.capitalize(): ["yes" if each in ROLE_PERMISSIONS[role] else "no" for each in Permission]
                for role in Role
            },
            {},
            alt="Roles and permissions",
            key="roles",
            tallest=len(Permission),
        )


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    found = page.need(team.members, screen.ctx, screen.user)
    pending: list[tuple[UUID, User]] = [
        (each.user.id, each.user) for each in found if each.status == "pending"
    ]
    let_in = [(each.user, each.status, each.last_sign_in_at) for each in found if each.status != "pending"]
    active = [user for user, status, _ in let_in if status == "active"]
    cards.figures(
        [
            cards.Figure(
                "May sign in",
                str(len(active)),
                because=f"{len(let_in) - len(active)} may not"
                if len(active) < len(let_in)
                else "Everybody listed",
            ),
            cards.Figure(
                "Wait for approval",
                str(len(pending)),
                because="Below, with a role to choose" if pending else "Nobody asks to be let in",
            ),
            cards.Figure(
                "Admins",
                str(len([user for user in active if Role.ADMIN in user.roles])),
                because="At least one always stays",
            ),
        ]
    )
    if pending:
        cards.heading("Waiting for approval")
        for _, member in pending:
            waiting(screen, member)
    cards.heading("People", JOINING[screen.ctx.settings.signup])
    people(screen, let_in)
    roles()


main()
