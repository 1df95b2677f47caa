"""A notice, what it is made of, and how several of a kind become one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from core.access.roles import User
from core.costs.scope import OWNER_TAGS
from core.notices.kinds import NoticeKind

FEW = 5
"""How many things one notice names, and how many it offers something to do about."""
LONGEST = 300
"""Characters of a title or of one thing's line: a name may be as long as somebody likes."""


class Deed(StrEnum):
    """What a link in a notice may ask for: one meaning each."""

    KEEP_ON = "keep on"
    SKIP = "skip tonight"
    STOP = "stop now"


@dataclass(frozen=True)
class Offer:
    """Something to do about one resource: what exactly, in words, and until when the offer stands.

    `begin` and `until` are from when until when it is kept on; None for a stop.
    """

    deed: Deed
    resource_id: str
    words: str
    expires: datetime
    begin: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Occasion:
    """Something to tell: once for each person, `subject` and `moment`.

    `accounts` are the AWS accounts it speaks of. Occasions with the same `group` are told together; `many` says so, with `{n}`.
    `line` is what this one adds to such a list. `page` and `query` lead to where it is seen.
    """

    kind: NoticeKind
    subject: str
    moment: str
    title: str
    text: str
    accounts: frozenset[str]
    page: str
    query: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    many: str = ""
    line: str = ""
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Notice:
    """What one person was told. `mail` says how its mail stands; empty where none was to be sent."""

    id: UUID
    kind: NoticeKind
    title: str
    text: str
    page: str
    query: Mapping[str, str]
    at: datetime
    read_at: datetime | None = None
    offers: tuple[Offer, ...] = ()
    accounts: frozenset[str] = frozenset()
    mail: str = ""


@dataclass(frozen=True)
class Preference:
    """Where somebody is told of a kind. `minutes` before a stop; None: as the installation says."""

    kind: NoticeKind
    inbox: bool = True
    mail: bool = True
    minutes: int | None = None


def line(text: object, longest: int = LONGEST) -> str:
    """One line of printable text, cut where it is too long: what people and tags are called ends up in a mail's head."""
    flat = " ".join(str(text).split())
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in flat)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def together(occasions: Sequence[Occasion]) -> Occasion:
    """One occasion that tells several of the same group; what there are more than a few of is counted, and each keeps its first offer."""
    first = occasions[0]
    if len(occasions) == 1:
        return first
    shown = [line(each.line or each.title, 100) for each in occasions[:FEW]]
    rest = len(occasions) - len(shown)
    text = "\n".join([*shown, *([f"and {rest:,} more"] if rest else [])])
    page, query = first.page, first.query if all(each.query == first.query for each in occasions) else {}
    return Occasion(
        first.kind,
        first.subject,
        first.moment,
        first.many.replace("{n}", f"{len(occasions):,}"),
        text,
        first.accounts,
        page,
        query,
        offers=tuple(offer for each in occasions[:FEW] for offer in each.offers[:1]),
    )


@dataclass(frozen=True)
class People:
    """Everybody active in an organisation, to find those whom something concerns."""

    users: tuple[User, ...]

    def named(self, emails: Iterable[str]) -> frozenset[User]:
        """Those with these e-mail addresses."""
        wanted = {each.casefold() for each in emails}
        return frozenset(user for user in self.users if user.email.casefold() in wanted)

    def owning(self, tags: Mapping[str, str]) -> frozenset[User]:
        """Those whom a resource's tags name as its owner, by e-mail address or full name."""
        named = {tags[key].strip().casefold() for key in OWNER_TAGS if tags.get(key, "").strip()}
        if not named:
            return frozenset()
        return frozenset(
            user for user in self.users if {user.email.casefold(), user.name.strip().casefold()} & named
        )
