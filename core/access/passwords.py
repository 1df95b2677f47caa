"""Passwords: which are good enough, and how they are kept. bcrypt reads 72 bytes at most, so it is given a digest of the whole."""

import base64
import hashlib
import hmac
import re
import unicodedata

import bcrypt

from core.access.common_passwords import SEQUENCES, WORDS

SHORTEST = 12
LONGEST = 512
"""Characters; longer input is refused before anything is computed."""
_PURPOSE = b"cloud-pioneer password v1"
_LEET = str.maketrans("013457@$!", "oleastasi")
_RUN = 4
_LEFT = 6
"""Characters that must remain once everything a guesser tries first is taken away."""


def refusal(password: str, *, email: str = "", name: str = "") -> str | None:
    """Why this password may not be chosen, as a sentence; None when it may."""
    if len(password) < SHORTEST:
        return f"A password needs at least {SHORTEST} characters; a few unrelated words are easy to remember."
    if len(password) > LONGEST:
        return f"A password may have at most {LONGEST} characters."
    if password != password.strip():
        return "A password may not begin or end with a space."
    own = [part for part in re.split(r"[^a-z0-9]+", f"{email} {name}".lower()) if len(part) >= _RUN - 1]
    text = unicodedata.normalize("NFKC", password).lower()
    if not all(_hard(form, own) for form in (text, text.translate(_LEET))):
        return "This password is made of common words, your name, repeats or rows of keys. Choose one that is harder to guess."
    return None


def _hard(text: str, own: list[str]) -> bool:
    """Whether enough is left after the words, the rows of keys and the repeats."""
    left = text
    for word in sorted({*own, *(word for word in WORDS if word in left)}, key=len, reverse=True):
        left = left.replace(word, "")
    for row in SEQUENCES:
        for line in (row, row[::-1]):
            for size in range(min(len(line), len(left)), _RUN - 1, -1):
                for start in range(len(line) - size + 1):
                    left = left.replace(line[start : start + size], "")
    left = re.sub(r"(.+?)\1{2,}", r"\1", left)
    return len(left) >= _LEFT and len(set(left)) >= _RUN


def hashed(password: str, salt: bytes) -> str:
    """The bcrypt hash to keep. `salt` comes from `bcrypt.gensalt` and carries the work factor."""
    return bcrypt.hashpw(_digest(password), salt).decode()


def matches(password: str, kept: str) -> bool:
    """Whether the password is the one that was hashed; takes as long as the hash's work factor says."""
    return bcrypt.checkpw(_digest(password), kept.encode())


def nobody(work_factor: int) -> str:
    """A hash of no password, so that an unknown user costs the same time as a known one."""
    return f"$2b${work_factor:02d}$" + "." * 53


def cost(kept: str) -> int:
    """The work factor of a kept hash."""
    return int(kept.split("$")[2])


def _digest(password: str) -> bytes:
    """All of the password in 44 bytes without a NUL, the same for equal Unicode text."""
    text = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    return base64.b64encode(hmac.digest(_PURPOSE, text, hashlib.sha256))
