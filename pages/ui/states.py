"""The states a screen can be in beside "here it is": loading, empty, failed, forbidden, partial, stale. Words only; every text is escaped here."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import streamlit as st

from core.errors import PioneerError
from pages.ui import format as fmt
from pages.ui import theme

_SAID = "said"
_COMMAND = re.compile(r"(?<!`)(\./pioneer(?: [a-z]+)?)")


@contextmanager
def loading(title: str, *, first: bool) -> Iterator[None]:
    """While open, the browser shows that a slow run goes on: as boxes where nothing of the screen is there yet, else as a line above it."""
    place = theme.waiting(title, boxes=first)
    try:
        yield
    finally:
        place.empty()


def failed(error: PioneerError) -> None:
    """What went wrong, why, and what to do about it."""
    mend = "\n\n" + fmt.with_code(_COMMAND.sub(r"`\1`", error.mend)) if error.mend else ""
    st.error(f"**{fmt.plain(error.title)}.** {fmt.plain(error.message)}{mend}")


def empty(title: str, then: str) -> None:
    """Nothing to show: say why, and what to do next; a command stands between backticks."""
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f"**{fmt.plain(title)}**", text_alignment="center")
        st.caption(fmt.with_code(then), text_alignment="center")


def note(text: str) -> None:
    """A quiet line under something: how it was measured, what it leaves out."""
    st.caption(fmt.plain(text))


def partial(title: str, missing: Sequence[str]) -> None:
    """Some of it is unknown: what is missing, one line each."""
    if not missing:
        return
    lines = "\n".join(f"- {fmt.plain(line)}" for line in missing)
    st.warning(f"**{fmt.plain(title)}**\n\n{lines}")


def stale(what: str, since: datetime | None, now: datetime, limit: timedelta) -> None:
    """Say since when something is old, if it is older than `limit`; nothing otherwise."""
    if since is not None and now - since <= limit:
        return
    age = f"The last is from {fmt.ago(since, now)}." if since else "There is none yet."
    st.warning(f"**{fmt.plain(what)} is not fresh.** {fmt.plain(age)}")


def badge(text: str, colour: str = "gray") -> str:
    """Markdown of a small coloured label; the word says it, the colour only helps."""
    return f":{colour}-badge[{fmt.plain(text)}]"


STATE_COLOURS = {
    "running": "green",
    "in-use": "green",
    "available": "green",
    "active": "green",
    "done": "green",
    "connected": "green",
    "complete": "green",
    "ok": "green",
    "queued": "blue",
    "being applied": "blue",
    "waits for approval": "blue",
    "applied": "green",
    "verified": "green",
    "pending": "blue",
    "stopping": "blue",
    "new": "blue",
    "partial": "orange",
    "unknown": "orange",
    "paused": "orange",
    "unassociated": "orange",
    "refused": "orange",
    "failed": "red",
    "broken": "red",
    "firing": "red",
    "disabled": "red",
}


def state(word: str) -> str:
    """A state as a badge, coloured by what it means."""
    return badge(fmt.words(word), STATE_COLOURS.get(word, "gray"))


def say(text: str) -> None:
    """Draw the screen again, and say this on it."""
    st.session_state[_SAID] = text
    st.rerun()


def said() -> None:
    """Show once what was to be said after the last change."""
    text = st.session_state.pop(_SAID, None)
    if text:
        st.toast(fmt.plain(text))
