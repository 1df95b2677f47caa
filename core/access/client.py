"""Where a request comes from: the address we believe, and a device in words a person recognises."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_AGENT_LENGTH = 60


@dataclass(frozen=True)
class Client:
    """Who knocks: an address for counting attempts, and a device for the list of sign-ins."""

    address: str
    device: str


def address_of(peer: str, forwarded_for: Sequence[str], trusted: Collection[str]) -> str:
    """The client's address. `forwarded_for` (X-Forwarded-For, left to right) is believed only as far as trusted proxies wrote it."""
    believed = peer
    for hop in reversed(forwarded_for):
        if believed not in trusted:
            return believed
        try:
            believed = str(ip_address(hop.strip()))
        except ValueError:
            return believed
    return believed


def device_of(user_agent: str) -> str:
    """A browser and system in words, such as "Firefox on Linux"; else the start of what the client calls itself."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    if browser and system:
        return f"{browser} on {system}"
    plain = "".join(letter for letter in user_agent if letter.isprintable()).strip()
    return plain[:_AGENT_LENGTH] or "unknown device"
