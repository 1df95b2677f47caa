"""Which of the months shown were restated: changed by a later version of the bill after they had ended."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from core.costs.load import Restatement
from core.money import EXACT, ZERO
from core.periods import Period, midnight, month_of
from pages.ui import format as fmt
from pages.ui import page, states
from pages.ui.page import Screen
from services.usecases import bill_reports

SINCE = timedelta(days=60)


def note(screen: Screen, period: Period) -> None:
    """One line for each source's month of the period that was restated in the last 60 days. That an open month grows is no restatement."""
    since = midnight(screen.now.date()) - SINCE
    found: dict[tuple[str, date], list[Restatement]] = defaultdict(list)
    for each in page.lately(screen, bill_reports.restatements, since) or ():
        days = month_of(each.month)
        if each.at >= midnight(days.end) and days.start < period.end and period.start < days.end:
            found[each.source, each.month].append(each)
    for (source, month), changes in sorted(found.items()):
        newest = max(each.at for each in changes)
        states.note(
            f"{fmt.month(month)} of {source} was restated {fmt.ago(newest, screen.now)}{_moved(changes)}."
        )


def _moved(changes: list[Restatement]) -> str:
    """By how much the billed cost changed in all, where one may see that."""
    sums: dict[str, Decimal] = {}
    for each in changes:
        if each.billed is None:
            return ""
        for currency, amount in each.billed.items():
            sums[currency] = EXACT.add(sums.get(currency, ZERO), amount)
    moved = ", ".join(fmt.change(amount, currency, 2) for currency, amount in sorted(sums.items()) if amount)
    return f"; billed changed by {moved}" if moved else "; billed cost stayed the same"
