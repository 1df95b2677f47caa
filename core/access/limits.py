"""How many attempts are answered. Counted per fixed window, so nobody is locked out for longer than one window."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Limit:
    """At most `count` attempts in each window of `seconds`."""

    name: str
    count: int
    seconds: int

    def window(self, now: datetime) -> datetime:
        """When the window that holds `now` began."""
        return datetime.fromtimestamp(now.timestamp() // self.seconds * self.seconds, UTC)

    def retry_after(self, now: datetime) -> int:
        """Seconds until the next window, at least one."""
        return max(1, self.seconds - int(now.timestamp() % self.seconds))


PAIR = Limit("login:pair", 10, 900)
"""One address guessing at one account."""
ACCOUNT = Limit("login:account", 50, 3600)
"""Many addresses guessing at one account; its owner waits an hour at most."""
ADDRESS = Limit("login:address", 300, 900)
"""One address guessing at many accounts; an office behind one address stays below it."""
SIGN_UP = Limit("signup:address", 20, 3600)
GOOGLE = Limit("google:address", 60, 900)
PASSWORD = Limit("password:user", 10, 900)
