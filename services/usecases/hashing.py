"""Slow password hashes, a few at a time: a flood of sign-ins must not take every thread from everybody else."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import bcrypt

from core.access import passwords
from core.errors import Unavailable

AT_ONCE = max(1, os.cpu_count() or 1)
WAITING = 4 * AT_ONCE
"""More than these are turned away at once rather than kept waiting for many seconds."""
_running = threading.BoundedSemaphore(AT_ONCE)
_admitted = threading.BoundedSemaphore(AT_ONCE + WAITING)


@contextmanager
def _turn() -> Iterator[None]:
    if not _admitted.acquire(blocking=False):
        raise Unavailable(
            "Too many people are signing in at this moment.", mend="Try again in a few seconds."
        )
    try:
        with _running:
            yield
    finally:
        _admitted.release()


def hashed(password: str, work_factor: int) -> str:
    """A hash to keep. Raises `Unavailable` when too many wait already."""
    with _turn():
        return passwords.hashed(password, bcrypt.gensalt(work_factor))


def matches(password: str, kept: str | None, work_factor: int) -> bool:
    """Whether the password is the kept one; a missing hash takes as long and never matches. Raises `Unavailable` when too many wait already."""
    with _turn():
        same = passwords.matches(password, kept or passwords.nobody(work_factor))
    return same and kept is not None
