"""Amounts of money and percentages as people read them, on screens, in notices, mails and the terminal. Data and exports are plain numbers."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from core.dates import UNKNOWN
from core.money import EXACT, exact

MINUS = "\N{MINUS SIGN}"
SAME = "no change"
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
CENTS = 2


def money(amount: Decimal | None, currency: str | None = "USD", places: int = 0) -> str:
    """`$1,235`, `unknown`, or with a true minus sign before the symbol. What is not zero never rounds to it: it says `<$1`."""
    if amount is None:
        return UNKNOWN
    symbol = SYMBOLS.get(currency or "", f"{currency} " if currency else "")
    step = Decimal(1).scaleb(-places)
    rounded = abs(amount).quantize(step, rounding=ROUND_HALF_EVEN)
    if amount and not rounded:
        return f"<{symbol}{step:f}" if amount > 0 else f">{MINUS}{symbol}{step:f}"
    return f"{MINUS if amount < 0 else ''}{symbol}{rounded:,.{places}f}"


def usd(amount: Decimal | float, places: int = CENTS) -> str:
    """US dollars within a sentence, to the cent: `$5,269.48`."""
    return money(Decimal(str(amount)), places=places)


def unrounded(amount: Decimal | float, currency: str | None = "USD") -> str:
    """An amount with all its digits, and at least its cents: `$0.0912`, `$3.20`."""
    digits = exact(Decimal(str(amount)))
    places = len(digits.partition(".")[2])
    with localcontext(EXACT):
        return money(Decimal(digits), currency, max(CENTS, places))


def change(amount: Decimal | None, currency: str | None = "USD", places: int = 0) -> str:
    """A difference with its sign: `+$12`, or with a true minus sign; `no change`."""
    if amount is None:
        return UNKNOWN
    if not amount:
        return SAME
    text = money(amount, currency, places)
    return f"+{text}" if amount > 0 else text


def percent(value: Decimal | float | None, places: int = 1) -> str:
    """A percentage given in percent: `12.5%`."""
    if value is None:
        return UNKNOWN
    text = f"{abs(value):,.{places}f}%"
    return MINUS + text if value < 0 and round(value, places) else text


def signed_percent(value: Decimal | None, places: int = 1) -> str:
    """A change in percent with its sign; `new` where there was nothing before, `no change` where there is none."""
    if value is None:
        return "new"
    if not value:
        return SAME
    return f"+{percent(value, places)}" if value > 0 else percent(value, places)
