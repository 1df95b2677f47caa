"""A notice as a mail: plain text, and the same as simple HTML with everything escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import urlencode
from uuid import UUID

from core.access.roles import User
from core.notices import links
from core.notices.kinds import KINDS
from core.notices.model import Notice, line

FOOT = "You are told of this because it concerns you in Cloud Pioneer. Where you are told of what, you choose under Profile"


@dataclass(frozen=True)
class Letter:
    """What goes to a mail server. `id` stays the same however often it is sent, so that a second one shows as the first."""

    id: UUID
    to: str
    name: str
    subject: str
    text: str
    html: str
    at: datetime


@dataclass(frozen=True)
class _Way:
    words: str
    url: str


def letter(notice: Notice, user: User, place: str, secret: bytes, *, may_act: bool) -> Letter:
    """The mail to one person; `place` is where people reach us, without a slash at its end."""
    ways = [
        _Way(each.words, f"{place}/inbox?{urlencode({'do': links.sign(secret, user.id, each)})}")
        for each in (notice.offers if may_act else ())
    ]
    seen = _Way("See it", f"{place}/{notice.page}" + (f"?{urlencode(notice.query)}" if notice.query else ""))
    lines = [line(each) for each in notice.text.splitlines()]
    return Letter(
        notice.id,
        user.email,
        line(user.name, 100),
        line(notice.title, 150),
        _text(notice, lines, ways, seen, place),
        _html(notice, lines, ways, seen, place),
        notice.at,
    )


def _text(notice: Notice, lines: Sequence[str], ways: Sequence[_Way], seen: _Way, place: str) -> str:
    asks = ["", "These ask you to sign in and to confirm:", ""] if ways else []
    return "\n".join(
        [
            line(notice.title),
            "",
            *lines,
            *asks,
            *(f"{line(way.words)}: {way.url}" for way in ways),
            "",
            f"{seen.words}: {seen.url}",
            "",
            "-- ",
            f"{KINDS[notice.kind].title}. {FOOT}: {place}/profile",
            "",
        ]
    )


def _html(notice: Notice, lines: Sequence[str], ways: Sequence[_Way], seen: _Way, place: str) -> str:
    def link(way: _Way) -> str:
        return f'<a href="{escape(way.url)}">{escape(line(way.words))}</a>'

    listed = "".join(f"<li>{link(way)}</li>" for way in ways)
    asks = f"<p>These ask you to sign in and to confirm:</p><ul>{listed}</ul>" if ways else ""
    profile = link(_Way("under Profile", f"{place}/profile"))
    foot = FOOT.removesuffix("under Profile")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"></head>'
        '<body style="font-family:sans-serif;line-height:1.5">'
        f"<h2>{escape(line(notice.title))}</h2><p>{'<br>'.join(escape(each) for each in lines)}</p>"
        f"{asks}<p>{link(seen)}</p>"
        f'<p style="font-size:small">{escape(KINDS[notice.kind].title)}. {escape(foot)}{profile}.</p></body></html>'
    )
