"""Links in notices: whoever changes a character, or is somebody else, is refused."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.errors import Invalid
from core.notices import links
from core.notices.model import Deed, Offer

SECRET = b"k" * 32
NOW = datetime(2026, 11, 23, 18, 45, tzinfo=UTC)
HOUR = timedelta(hours=1)
ME, OTHER = UUID(int=1), UUID(int=2)
KEEP = Offer(Deed.KEEP_ON, "i-1", "Keep web on", NOW + 13 * HOUR, None, NOW + 13 * HOUR)
LINK = links.sign(SECRET, ME, KEEP)

offers = some.builds(
    Offer,
    some.sampled_from(list(Deed)),
    some.text(min_size=1, max_size=60),
    some.text(max_size=60),
    some.just(NOW + HOUR),
    some.none() | some.just(NOW),
    some.none() | some.datetimes(min_value=datetime(2026, 11, 24), timezones=some.just(UTC)),  # noqa: DTZ001  given a zone
)


@given(offers)
def test_a_link_asks_for_what_was_signed(offer: Offer) -> None:
    assert links.read(SECRET, links.sign(SECRET, ME, offer), ME, NOW) == links.Asked(ME, offer)


@given(some.integers(0, len(LINK) - 1), some.characters())
def test_any_changed_character_is_refused(place: int, character: str) -> None:
    changed = LINK[:place] + character + LINK[place + 1 :]
    if changed != LINK:
        with pytest.raises(Invalid, match="not whole"):
            links.read(SECRET, changed, ME, NOW)


def test_every_single_bit_and_every_last_character_counts() -> None:
    for place in range(len(LINK)):
        for bit in range(7):
            changed = LINK[:place] + chr(ord(LINK[place]) ^ 1 << bit) + LINK[place + 1 :]
            with pytest.raises(Invalid):
                links.read(SECRET, changed, ME, NOW)


@given(some.text(max_size=200))
def test_what_we_never_signed_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        links.read(SECRET, text, ME, NOW)


@given(some.integers(0, len(LINK) - 1))
def test_a_link_cut_short_is_refused(length: int) -> None:
    with pytest.raises(Invalid):
        links.read(SECRET, LINK[:length], ME, NOW)


def test_somebody_elses_link_and_an_old_one_say_so_and_no_more() -> None:
    with pytest.raises(Invalid, match="somebody else") as not_mine:
        links.read(SECRET, LINK, OTHER, NOW)
    assert "i-1" not in f"{not_mine.value} {not_mine.value.mend}"
    assert links.read(SECRET, LINK, ME, KEEP.expires - timedelta(seconds=1))
    with pytest.raises(Invalid, match="expired"):
        links.read(SECRET, LINK, ME, KEEP.expires)


def test_another_key_or_another_purpose_signs_no_link() -> None:
    with pytest.raises(Invalid):
        links.read(b"x" * 32, LINK, ME, NOW)
    body = LINK.partition(".")[0]
    plain = links._encoded(hmac.digest(SECRET, body.encode(), hashlib.sha256))
    with pytest.raises(Invalid):
        links.read(SECRET, f"{body}.{plain}", ME, NOW)
