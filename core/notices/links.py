"""Links in a notice that act: signed for one person, one resource and one deed, and for a while only."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from core.errors import Invalid
from core.notices.model import Deed, Offer

PURPOSE = b"cloud-pioneer notice link 1"
"""What the key is for: a signature made for anything else is none here, nor one from here anything elsewhere."""
LONGEST = 4096
SPOILT = "This link is not whole, or was changed on its way."
OVER = "This link has expired."
NOT_YOURS = "This link was made for somebody else."
MEND = "Open your inbox, or the resource itself: what can still be done is offered there."


@dataclass(frozen=True)
class Asked:
    """What a link asks for. `begin` and `until` are as in the offer it was made from."""

    user_id: UUID
    offer: Offer


def sign(secret: bytes, user_id: UUID, offer: Offer) -> str:
    """The link's text: what is asked, readable, and its signature."""
    said = {
        "who": str(user_id),
        "deed": offer.deed.value,
        "resource": offer.resource_id,
        "words": offer.words,
        "expires": _text(offer.expires),
        "begin": _text(offer.begin),
        "until": _text(offer.until),
    }
    body = _encoded(json.dumps(said, separators=(",", ":"), sort_keys=True).encode())
    return f"{body}.{_signature(secret, body)}"


def read(secret: bytes, link: str, user_id: UUID, now: datetime) -> Asked:
    """What the link asks for. Raises `Invalid` where it was changed, has expired or is somebody else's; nothing else of it is told then."""
    body, _, signature = link.partition(".")
    # The texts are compared, not what they decode to: several texts decode to the same bytes.
    genuine = link.isascii() and len(link) <= LONGEST
    if not genuine or not hmac.compare_digest(_signature(secret, body), signature):
        raise Invalid(SPOILT, mend=MEND)
    asked = _asked(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
    if asked.user_id != user_id:
        raise Invalid(NOT_YOURS, mend=MEND)
    if now >= asked.offer.expires:
        raise Invalid(OVER, mend=MEND)
    return asked


def _asked(said: Mapping[str, str | None]) -> Asked:
    """What we ourselves signed, so it is as we wrote it."""
    expires = _instant(said["expires"])
    offer = Offer(
        Deed(said["deed"] or ""),
        said["resource"] or "",
        said["words"] or "",
        expires or datetime.min.replace(tzinfo=UTC),
        _instant(said["begin"]),
        _instant(said["until"]),
    )
    return Asked(UUID(said["who"] or ""), offer)


def _signature(secret: bytes, body: str) -> str:
    key = hmac.digest(secret, PURPOSE, hashlib.sha256)
    return _encoded(hmac.digest(key, body.encode(), hashlib.sha256))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
