"""Commitments that end soon or ended lately: what each costs, what it covers, and whether that is worth having again.

A renewal is advice and no saving: what it saves is saved today already, or is part of what `recommendations.advice` sizes anew.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.costs.commitments import Cover, Term, Use
from core.errors import Invalid
from core.money import EXACT, HOURS_PER_MONTH, ZERO
from core.periods import Period

AHEAD, LATELY = 30, 60
"""Days: Trusted Advisor and Thrifty warn 30 days before a reservation ends; one that ended is worth a look for longer."""
MOST = 400
FULL = Decimal("0.95")
"""Used less than this, it was too large."""
A_DAY = Decimal(24)


@dataclass(frozen=True)
class Renewal:
    """One that is due. `period` are the full days its use was looked at, up to its end; `missing` says why its figures are not known.

    `ended` False: it still runs. `seen` says that its end was read off the bill's lines, for want of an expiry.
    """

    id: str
    name: str | None
    type: str | None
    currency: str | None
    ends: date
    ended: bool
    seen: bool
    period: Period
    use: Use
    cover: Cover
    missing: str | None = None

    @property
    def days(self) -> int:
        """How many days its use was looked at."""
        return self.period.length

    @property
    def cost(self) -> Decimal | None:
        """What it costs a month of 730 hours, amortised."""
        return self._a_month(self.use.commitment)

    @property
    def covers(self) -> Decimal | None:
        """What its use would cost a month on demand."""
        return self._a_month(self.cover.covered)

    @property
    def worth(self) -> Decimal | None:
        """How much more a month its use costs without it; below zero where it costs less."""
        return None if self.cost is None or self.covers is None else EXACT.subtract(self.covers, self.cost)

    @property
    def advice(self) -> str:
        """What to do, in a sentence."""
        if self.worth is None:
            return f"Its worth is not known: {self.missing}"
        if self.worth <= ZERO:
            done = "Leave it at that" if self.ended else "Let it end"
            return f"{done}: its use costs no more on demand."
        again = "Buy it again" if self.ended else "Renew it"
        used = self.use.utilisation
        if used is not None and used < FULL:
            return f"{again}, but smaller: {used * 100:.0f}% of it was used."
        return f"{again}, as far as its use goes on."

    def _a_month(self, amount: Decimal) -> Decimal | None:
        if self.missing is not None or self.days <= 0:
            return None
        return EXACT.divide(
            EXACT.multiply(amount, HOURS_PER_MONTH), EXACT.multiply(A_DAY, Decimal(self.days))
        )


@dataclass(frozen=True)
class Renewals:
    """What is due, the first to end first; of `unknown` ones (by name, or id) nobody can tell when they end; `fine` ones run on."""

    due: tuple[Renewal, ...]
    unknown: tuple[str, ...]
    fine: int


def ends_on(term: Term, last: date, expires: datetime | None) -> date | None:
    """The day a commitment ends or ended, in UTC; where no expiry is known, the day after its last line, once it has ended."""
    if expires is not None:
        return expires.date()
    return last + timedelta(days=1) if term is Term.ENDED else None


def is_due(ends: date, now: datetime, ahead: int, lately: int) -> bool:
    """Whether it ends within `ahead` days or ended within `lately`, today included."""
    return timedelta(days=-lately) <= ends - now.date() <= timedelta(days=ahead)


def check(ahead: int, lately: int) -> None:
    """Raise `Invalid` for what is no number of days to look ahead or back."""
    if not (0 <= ahead <= MOST and 0 <= lately <= MOST):
        message = f"Renewals are told of up to {MOST} days ahead and back."
        raise Invalid(message)
