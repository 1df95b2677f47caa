"""Where a request comes from, how often it may, and what people call themselves."""

from datetime import UTC, datetime

import pytest

from core.access.client import address_of, device_of
from core.access.limits import Limit
from core.access.people import email_of, name_of
from core.errors import Invalid

PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "expected"),
    [
        ("198.51.100.7", [], [], "198.51.100.7"),
        ("198.51.100.7", ["203.0.113.9"], [], "198.51.100.7"),
        ("198.51.100.7", ["203.0.113.9"], [PROXY], "198.51.100.7"),
        (PROXY, ["203.0.113.9"], [PROXY], "203.0.113.9"),
        (PROXY, ["1.2.3.4", "203.0.113.9"], [PROXY], "203.0.113.9"),
        (PROXY, ["203.0.113.9", "10.0.0.2"], [PROXY, "10.0.0.2"], "203.0.113.9"),
        (PROXY, ["nonsense"], [PROXY], PROXY),
        (PROXY, [" 2001:DB8::1 "], [PROXY], "2001:db8::1"),
    ],
)
def test_only_what_trusted_proxies_wrote_is_believed(
    peer: str, forwarded: list[str], trusted: list[str], expected: str
) -> None:
    assert address_of(peer, forwarded, trusted) == expected


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/143.0 Safari/537 Edg/143.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Version/18 Safari/604", "Safari on iPhone"),
        ("curl/8.0", "curl/8.0"),
        ("", "unknown device"),
        ("\x1b[31mred\r\n" + "x" * 99, "[31mred" + "x" * 53),
    ],
)
def test_a_device_is_named_as_people_know_it(agent: str, device: str) -> None:
    assert device_of(agent) == device


def test_nobody_waits_longer_than_one_window() -> None:
    limit = Limit("x", 3, 900)
    now = datetime(2026, 3, 1, 12, 7, 30, tzinfo=UTC)
    assert limit.window(now) == datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    assert limit.retry_after(now) == 450


@pytest.mark.parametrize(
    "text",
    ["", "plain", "a@b", "a b@example.com", "a@example..com", "a\0@example.com", "a@" + "x" * 300 + ".com"],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        email_of(text)


def test_an_address_is_kept_in_lower_case_and_gives_a_name_where_there_is_none() -> None:
    assert email_of("  Jane.Doe@Example.COM ") == "jane.doe@example.com"
    assert name_of(" \n", "jane.doe@example.com") == "Jane Doe"
    assert name_of("Jane\r\n Doe", "x@example.com") == "Jane Doe"
