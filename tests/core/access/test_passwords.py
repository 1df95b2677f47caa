"""Which passwords are good enough, and that all of one counts."""

import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.access import passwords

CHEAP = bcrypt.gensalt(4)
GOOD = "xkcd lamp bricks frog"


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short1!",
        "password1234",
        "P@ssw0rd2026!!!",
        "qwertyuiop123",
        "aaaaaaaaaaaaaaaaaaaa",
        "123456789012345",
        "Winter2026!winter",
        "correct horse battery staple",
        " leading space is lost in forms",
        "abababababababab",
        "x" * (passwords.LONGEST + 1),
    ],
)
def test_what_a_guesser_tries_first_is_refused(password: str) -> None:
    assert passwords.refusal(password)


@pytest.mark.parametrize(
    "password", [GOOD, "H7#kd9!mQz2p", "839201746512", "Пароль-из-четырёх-слов", "🦆🚲🌵🎻🥁🪁🧭🛶🪗🧵🪵🛎️"]
)
def test_what_is_hard_to_guess_is_welcome_whatever_it_is_made_of(password: str) -> None:
    assert passwords.refusal(password) is None


def test_ones_own_name_and_address_do_not_count() -> None:
    assert passwords.refusal("marthasmith77", email="martha.smith@example.com")
    assert passwords.refusal("marthasmith77") is None


@pytest.mark.parametrize(
    "password", ["x" * 71, "x" * 72, "x" * 73, "🦆" * 64, "nul\0inside it", "\ud800 lone surrogate"]
)
def test_every_length_and_every_character_counts(password: str) -> None:
    kept = passwords.hashed(password, CHEAP)
    assert passwords.matches(password, kept)
    assert not passwords.matches(password + "y", kept)


def test_two_passwords_alike_in_72_bytes_are_two_passwords() -> None:
    kept = passwords.hashed("a" * 72 + "1", CHEAP)
    assert not passwords.matches("a" * 72 + "2", kept)


def test_the_same_letters_typed_on_another_keyboard_match() -> None:
    kept = passwords.hashed("caf\u00e9 au lait bitte", CHEAP)
    assert passwords.matches("cafe\u0301 au lait bitte", kept)


def test_nobody_has_no_password_but_the_same_work() -> None:
    assert passwords.cost(passwords.nobody(4)) == 4
    assert not passwords.matches(GOOD, passwords.nobody(4))


@given(st.text(max_size=600))
@settings(max_examples=60, deadline=500)
def test_judging_a_password_is_quick_and_never_fails(password: str) -> None:
    verdict = passwords.refusal(password, email="a.person@example.com")
    assert verdict is None or verdict.endswith(".")
