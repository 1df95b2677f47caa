"""One state of the bill for all questions of a screen, each asked once and kept for those who may see the very same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import streamlit as st

from core.access.roles import Permission
from core.costs.scope import VIRTUAL
from core.costs.spend import Freshness
from pages.ui import page
from pages.ui.page import Screen
from services.usecases import costs

R = TypeVar("R")
KEPT = 400
STALE_DAYS = 3  # AWS brings a day's charges within a day or two


@dataclass(frozen=True)
class Bill:
    """The bill as it stood when the screen began."""

    screen: Screen
    at: str

    def ask(self, question: Callable[..., R], *args: object, **kwargs: object) -> R | None:
        """What a question about costs answers; None, and words on the screen, when it fails."""
        return page.attempt(self._answer, question, *args, **kwargs)

    def need(self, question: Callable[..., R], *args: object, **kwargs: object) -> R:
        """The same for what the screen cannot go on without."""
        return page.need(self._answer, question, *args, **kwargs)

    def fresh(self) -> Freshness | None:
        """Until when the bill is known; not kept for long, because a load may fail without the bill changing."""
        return page.lately(self.screen, costs.freshness, at=self.at)

    @property
    def whose(self) -> tuple[str, ...]:
        """What an answer may be kept by: organisation, accounts seen, state of the bill, day."""
        user = self.screen.user
        seen = "all" if user.accounts is None else ",".join(sorted(user.accounts))
        return str(user.organisation_id), seen, self.at, self.screen.now.date().isoformat()

    def _answer(self, question: Callable[..., R], *args: object, **kwargs: object) -> R:
        user = self.screen.user
        user.require(Permission.VIEW_COSTS)
        said = f"{args!r} {sorted(kwargs.items())!r}"
        ctx, at = self.screen.ctx, self.at
        if VIRTUAL in said:  # its rules may change while the bill stays; the warehouse keeps answers by both
            return question(ctx, user, *args, at=at, **kwargs)
        key = (*self.whose, f"{question.__module__}.{question.__name__}", said)
        answer: R = _kept(key, _ask=lambda: question(ctx, user, *args, at=at, **kwargs))
        return answer


def opened(screen: Screen) -> Bill:
    """Pin the bill for one screen, which ends where the bill cannot be read."""
    return tried(screen) or page.end()


def tried(screen: Screen) -> Bill | None:
    """The same for a screen that goes on without the bill: None, and words on the screen, where it cannot be read."""
    at = page.lately(screen, costs.pin)
    return None if at is None else Bill(screen, at)


@st.cache_resource(max_entries=KEPT, ttl="1h", show_spinner=False)
def _kept(key: tuple[str, ...], _ask: Callable[[], Any]) -> Any:  # noqa: ANN401, ARG001  each question's own answer; Streamlit reads the key
    """Kept by organisation, accounts seen, state of the bill, day, question and its arguments: nobody is shown another's answer."""
    return _ask()


def overdue(last_day: date, today: date) -> bool:
    """Whether newer days should have come to the bill by now."""
    return (today - last_day).days > STALE_DAYS
