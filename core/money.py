"""Money is `Decimal` until it is a pixel."""

from collections.abc import Iterable
from decimal import Context, Decimal
from functools import reduce

HOURS_PER_MONTH = Decimal(730)
"""Hours in an average month (365 x 24 / 12): the convention AWS's own price examples use, printed wherever a monthly figure is derived."""

ZERO = Decimal(0)


EXACT = Context(prec=80)
"""Python's own context keeps 28 digits: too few for a large amount with twenty places behind the point."""


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Sum exactly; zero for nothing."""
    return reduce(EXACT.add, amounts, ZERO)


def difference(amount: Decimal, less: Decimal) -> Decimal:
    """Subtract exactly."""
    return EXACT.subtract(amount, less)


def monthly(usd_per_hour: Decimal) -> Decimal:
    """US dollars a month for a price a hour, at 730 hours."""
    return usd_per_hour * HOURS_PER_MONTH


def exact(amount: Decimal) -> str:
    """All digits, no exponent, no trailing zeros: `Decimal("1.500")` is `"1.5"`, minus zero is `"0"`."""
    text = format(amount, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
