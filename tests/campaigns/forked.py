"""Work done in a process of its own: forked from one that imported everything once, so that hundreds of them are affordable."""

import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import TextIO, TypeVar

R = TypeVar("R")


class DiedError(Exception):
    """The process ended without an answer; the message says how, and what it wrote last."""


def forked(work: Callable[[], R]) -> R:
    """What `work` answers in a child process. Raises `DiedError` when it raised, or was ended by a signal."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            answer = pickle.dumps((True, work()))
        except BaseException:  # noqa: BLE001  whatever it was, the parent is told
            answer = pickle.dumps((False, traceback.format_exc()))
        with os.fdopen(writing, "wb") as out:
            out.write(answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answers:
        told = answers.read()
    _, status = os.waitpid(child, 0)
    if not told:
        message = f"ended with status {os.waitstatus_to_exitcode(status)}"
        raise DiedError(message)
    well, answer = pickle.loads(told)  # noqa: S301  our own child wrote it
    if not well:
        raise DiedError(answer)
    return answer  # type: ignore[no-any-return]


def told(work: Callable[[], object]) -> list[tuple[str, float]]:
    """The lines that a child doing `work` writes to its standard error, each with the seconds until the next."""
    child, lines = _speaking(work)
    moments = []
    with lines:
        moments = [(line.strip(), time.monotonic()) for line in lines]
    moments.append(("", time.monotonic()))
    _, status = os.waitpid(child, 0)
    if status:
        message = f"ended with status {os.waitstatus_to_exitcode(status)} after {moments}"
        raise DiedError(message)
    return [(line, after - at) for (line, at), (_, after) in pairwise(moments)]


def killed(work: Callable[[], object], line: str, wait: float) -> int:
    """The exit status of a child that is killed by -9 `wait` seconds after it wrote this line; 0 when it was done before."""
    child, lines = _speaking(work)
    with lines:
        next((each for each in lines if each.strip() == line), None)
        time.sleep(wait)  # the random moment that the campaign is about
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _speaking(work: Callable[[], object]) -> tuple[int, TextIO]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.dup2(writing, sys.stderr.fileno())
        try:
            work()
        except BaseException:  # noqa: BLE001  the parent is told by the status
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(writing)
    return child, os.fdopen(reading)
