"""Sign-in and sign-up. streamlit-authenticator drives the forms; who somebody is, our own use-cases decide, and its cookies are never used."""

import secrets

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit_authenticator.controllers import AuthenticationController
from streamlit_authenticator.models import AuthenticationModel
from streamlit_authenticator.utilities import RegisterError, Validator

from core.access import passwords
from core.access.client import Client
from core.access.roles import User
from core.errors import Invalid, PioneerError
from pages.ui import session, states
from services.context import Context
from services.usecases import sign_in, troubles
from services.usecases.sign_in import Look

_CLAIM = """
export default async function ({ data, parentElement }) {
  if (window.pioneerClaims === data.ticket) return
  window.pioneerClaims = data.ticket
  const answer = await fetch(data.path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-Pioneer": "claim" },
    body: JSON.stringify({ ticket: data.ticket }),
  })
  if (answer.ok) window.location.reload()
  else parentElement.textContent = "The browser could not keep the sign-in. Reload the page and try again."
}
"""
_KEPT_BY_THE_LIBRARY = ("name", "authentication_status", "username", "email", "roles", "logout")


class Policy(Validator):  # type: ignore[misc]  # the library carries no types
    """What the library asks of a new password and name, answered by our own rules."""

    def validate_password(self, password: str) -> bool:
        """Whether it may be chosen."""
        return passwords.refusal(password) is None

    def diagnose_password(self, password: str) -> str:
        """Why it may not."""
        return passwords.refusal(password) or ""

    def validate_name(self, name: str) -> bool:
        """Any name; our own rule about names is in the use-case."""
        return len(name) < len(name) + 1


class Door(AuthenticationModel):  # type: ignore[misc]  # the library carries no types
    """The library's user store, replaced by our use-cases: it holds nobody's hash and remembers nobody."""

    def __init__(self, ctx: Context, client: Client, validator: Policy) -> None:
        """Begin with nobody."""
        super().__init__(
            {"usernames": {}}, auto_hash=False, secret_key=secrets.token_hex(), validator=validator
        )
        self.ctx = ctx
        self.client = client
        self.person: User | None = None
        self.signed_up: sign_in.SignUp | None = None

    def check_credentials(self, username: str, password: str) -> bool:
        """Ask the use-case; its refusals travel through the library as they are."""
        self.person = sign_in.log_in(self.ctx, username, password, self.client)
        self.credentials["usernames"] = {
            username: {
                "email": self.person.email,
                "name": self.person.name,
                "roles": sorted(self.person.roles),
            }
        }
        return True

    def register_user(
        self, first: str, last: str, email: str, _username: str, password: str, *_rest: object
    ) -> tuple[str, str, str]:
        """Ask the use-case."""
        name = f"{first} {last}".strip()
        self.signed_up = sign_in.sign_up(self.ctx, email, password, name, self.client)
        return email, email, name


def passed(ctx: Context) -> Look | None:
    """Who is signed in. None: nobody is, and the gate stands there; or it cannot be told, which is said."""
    try:
        with troubles.told():
            seen = session.look(ctx)
    except PioneerError as error:
        _unanswered(error)
        return None
    if seen is None:
        show(ctx)
    return seen


def _unanswered(error: PioneerError) -> None:
    """No form: whoever was signed in still is, and a password would be of no use now."""
    _, middle, _ = st.columns([1, 2, 1])
    with middle:
        st.title("Cloud Pioneer", anchor=False)
        states.failed(error)
        states.note("Nobody was signed out by it: once it answers, this page is as you left it.")
        st.button("Try again", key="try-again", type="primary")


def show(ctx: Context) -> None:
    """Draw the gate: sign in, or sign up where that is allowed. The browser keeps the new sign-in and loads the page it asked for."""
    _, middle, _ = st.columns([1, 2, 1])
    with middle:
        st.title("Cloud Pioneer", anchor=False)
        st.write("What your cloud costs and why, what can be saved, and one click to do it.")
        validator = Policy()
        controller = AuthenticationController(
            {"usernames": {}}, validator=validator, auto_hash=False, secret_key=secrets.token_hex()
        )
        door = controller.authentication_model = Door(ctx, session.client(ctx), validator)
        if ctx.settings.signup == "closed":
            _sign_in(st.container(), controller, door)
            return
        entering, joining = st.tabs(["Sign in", "Sign up"])
        _sign_in(entering, controller, door)
        _sign_up(joining, controller, door)


def _sign_in(place: DeltaGenerator, controller: AuthenticationController, door: Door) -> None:
    with place:
        with st.form("sign-in", border=False):
            email = st.text_input("E-mail", autocomplete="username", max_chars=254)
            password = st.text_input(
                "Password", type="password", autocomplete="current-password", max_chars=passwords.LONGEST
            )
            asked = st.form_submit_button("Sign in", type="primary", width="stretch")
        if not asked:
            return
        try:
            if not email.strip() or not password:
                raise Invalid("Both the e-mail and the password are needed.")
            with troubles.told():
                controller.login(email, password)
        except PioneerError as error:
            states.failed(error)
            return
        if door.person is not None:
            _enter(door.ctx, door.person)


def _sign_up(place: DeltaGenerator, controller: AuthenticationController, door: Door) -> None:
    with place:
        if door.ctx.settings.signup == "approval":
            states.note("An admin lets new people in before their first sign-in.")
        with st.form("sign-up", border=False):
            name = st.text_input("Name", autocomplete="name", max_chars=100)
            email = st.text_input("E-mail", autocomplete="email", max_chars=254, key="sign-up-email")
            password = st.text_input(
                "Password",
                type="password",
                autocomplete="new-password",
                max_chars=passwords.LONGEST,
                key="sign-up-password",
                help=f"At least {passwords.SHORTEST} characters. A few unrelated words are easy to remember.",
            )
            again = st.text_input(
                "The same password again",
                type="password",
                autocomplete="new-password",
                max_chars=passwords.LONGEST,
            )
            asked = st.form_submit_button("Sign up", type="primary", width="stretch")
        if not asked:
            return
        try:
            with troubles.told():
                controller.register_user(name, "", email, email, password, again, "")
        except RegisterError as error:
            states.failed(Invalid(str(error)))
        except PioneerError as error:
            states.failed(error)
        if door.signed_up is not None:
            st.success(door.signed_up.message)


def _enter(ctx: Context, user: User) -> None:
    """Hand the browser a ticket to trade for its cookie. What the library wrote into the session state is no proof and goes."""
    for key in _KEPT_BY_THE_LIBRARY:
        st.session_state.pop(key, None)
    claim = st.components.v2.component("pioneer_claim", html="<p role='status'>Signing in ...</p>", js=_CLAIM)
    claim(data={"ticket": sign_in.issue_ticket(ctx, user), "path": "/session/claim"}, key="claim")
