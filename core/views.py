"""A view of a screen that somebody kept: the screen's name, and the query of the link that shows it so."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from core.errors import Invalid

LONGEST_NAME, LONGEST_QUERY = 100, 4000
_PAGE = re.compile("[a-z][a-z_]{0,49}")


@dataclass(frozen=True)
class View:
    """One kept view. `shared` views are seen by everybody of the organisation, each with the figures they may see."""

    id: UUID
    name: str
    page: str
    query: str
    shared: bool
    owner_id: UUID
    created_by: str
    created_at: datetime

    @property
    def link(self) -> str:
        """The link that reproduces it, from the server's root."""
        return f"/{self.page}?{self.query}" if self.query else f"/{self.page}"

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The query as name -> values."""
        found: dict[str, list[str]] = {}
        for name, value in parse_qsl(self.query, keep_blank_values=True):
            found.setdefault(name, []).append(value)
        return found


def name_of(text: str) -> str:
    """The name, trimmed. Raises `Invalid` for one that is empty, too long, or of more than one line."""
    name = text.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        message = f"A view's name is one line of 1 to {LONGEST_NAME} characters."
        raise Invalid(message)
    return name


def page_of(text: str) -> str:
    """The screen's name. Raises `Invalid` for what can be none, so that no link of ours leads elsewhere."""
    if not _PAGE.fullmatch(text):
        message = f"{text[:40]!r} is no screen."
        raise Invalid(message, mend="Give the screen's name as in its link, such as costs.")
    return text


def query_of(text: str) -> str:
    """The query in one form, whatever way it was escaped. Raises `Invalid` for one that is too long."""
    query = urlencode(parse_qsl(text.removeprefix("?"), keep_blank_values=True))
    if len(query) > LONGEST_QUERY or "%00" in query:
        message = f"A view's link has at most {LONGEST_QUERY:,} characters, none of them NUL."
        raise Invalid(message, mend="Choose fewer filters.")
    return query
