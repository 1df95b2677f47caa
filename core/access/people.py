"""E-mail addresses and names as people type them, made fit to keep."""

import re

from core.errors import Invalid

_EMAIL = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
)
LONGEST_EMAIL = 254
LONGEST_NAME = 100


def email_of(text: str) -> str:
    """The address in lower case without spaces around it. Raises `Invalid` unless it looks like one."""
    email = text.strip().lower()
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise Invalid("This does not look like an e-mail address.", mend="Write it like name@example.com.")
    return email


def name_of(text: str, email: str) -> str:
    """A name on one line, or what the address says when none was given. Raises `Invalid` for one that is too long."""
    name = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if len(name) > LONGEST_NAME:
        raise Invalid(f"A name may have at most {LONGEST_NAME} characters.")
    return name or re.sub(r"[._+-]+", " ", email.partition("@")[0]).strip().title() or email
