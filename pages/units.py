"""What does one order cost?"""

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from core.access.roles import Permission
from core.costs.scope import STEPS, WEEK, Dimension
from core.costs.spend import Choices
from core.costs.units import KeptUnit, Point, UnitCost
from core.periods import Period
from pages.ui import (
    bill,
    cards,
    filter_field,
    filters,
    kept,
    page,
    saved_views,
    states,
    unit_chart,
    unit_editor,
)
from pages.ui import format as fmt
from pages.ui.bill import Bill
from pages.ui.page import Screen
from services.usecases import costs, units

FIRST, NAMED = "90d", 4
# The period shown first; so many days, weeks or months that are known in part are named.


def headline(found: UnitCost, choices: Choices) -> None:
    """The answer: what one costs, of how many, and how much of it is known."""
    whole, name = found.whole, found.metric.name
    before = _change(found)
    cards.figures(
        [
            cards.Figure(
                found.metric.called,
                unit_chart.money(whole.per_unit, found.currency),
                None if before is None else fmt.signed_percent(before),
                bad=True,
                because=f"{fmt.span_of(found.period.start, found.period.end)}"
                + ("" if before is None else f"; last whole {found.step.name} against the one before"),
            ),
            cards.Figure(
                fmt.sentence(name),
                fmt.UNKNOWN if whole.units is None else f"{whole.units:,.0f}",
                because="on the days that are known",
            ),
            cards.Figure(
                "Their cost",
                fmt.money(whole.cost, found.currency),
                because=f"{filter_field.in_words(found.metric.filters, choices)}, {found.metric.cost} cost",
            ),
            cards.Figure(
                "Days known",
                f"{whole.known} of {whole.days}",
                because="both the bill and the metric; the others are unknown, not zero",
            ),
        ]
    )


def _change(found: UnitCost) -> Decimal | None:
    """By how many per cent the last whole step differs from the whole one before; None where either is unknown."""
    known = [each.per_unit for each in found.points if each.per_unit is not None and _whole(each, found.step)]
    if len(known) <= 1 or not known[-2]:
        return None
    return (known[-1] - known[-2]) / known[-2] * 100


def _whole(point: Point, step: Dimension) -> bool:
    """Whether every day of the calendar's day, week or month is known."""
    return point.known == unit_chart.days_of(point, step)


def notes(found: UnitCost) -> None:
    """What the figures leave out."""
    parts = [
        f"{unit_chart.named(each, found)} ({each.known} of {unit_chart.days_of(each, found.step)} days)"
        for each in found.points
        if unit_chart.in_part(each, found.step)
    ]
    if parts:
        more = f" and {len(parts) - NAMED} more" if len(parts) > NAMED else ""
        states.note(f"Pale, because known in part only: {', '.join(parts[:NAMED])}{more}.")
    if found.limited:
        states.note(
            "Only the accounts that you see are counted in the cost; the metric is the organisation's."
        )
    others = [
        fmt.money(amount, currency) for currency, amount in found.currencies if currency != found.currency
    ]
    if others:
        states.note(f"Other currencies are kept apart and not in it: {', '.join(others)}.")
    if found.unknown_lines:
        lines = fmt.count(found.unknown_lines, "bill line")
        states.note(f"{lines} carry no {found.metric.cost} amount and are missing from the cost.")


def source(screen: Screen, unit: KeptUnit, choices: Choices, *, may_edit: bool) -> None:
    """Where the metric's days come from, and the way to more of them."""
    metric = unit.metric
    cards.heading("Where the days come from")
    known = (
        f"{fmt.count(unit.days, 'day')}, {fmt.day(unit.first_day)} to {fmt.day(unit.last_day)}"
        if unit.days
        else "none yet"
    )
    read = "sent or uploaded"
    if metric.source is not None:
        said = " ".join([metric.source.name, *(f"{key}={value}" for key, value in metric.source.dimensions)])
        place = "an account that you do not see"
        if screen.user.sees(metric.source.account_id):
            place = f"{metric.source.account_id}, {metric.source.region}"
        read = f"CloudWatch {metric.source.namespace} {said}, {metric.source.statistic} a day, of {place}"
    cards.facts([("Known", known), ("From", read), ("Cost", filter_field.in_words(metric.filters, choices))])
    if unit.problem:
        why = unit.problem if metric.source is None or screen.user.sees(metric.source.account_id) else ""
        st.warning(f"**The metric could not be read.** {fmt.plain(why)}")
    elif metric.source is not None:
        last = "next within 15 minutes"
        if unit.fetched_at is not None:
            last = f"last {fmt.ago(unit.fetched_at, screen.now)}"
        states.note(f"Read once a day, {last}.")
    if not may_edit:
        states.note(f"To change metrics, ask one of: {page.able(Permission.MANAGE_COSTS)}.")
        return
    if metric.source is None:
        upload(screen, unit)
    with st.container(horizontal=True):
        if st.button("Edit", key="unit-edit"):
            unit_editor.edit(screen, choices, unit)
        if st.button("Delete", key="unit-delete"):
            unit_editor.delete(screen, unit)


def upload(screen: Screen, unit: KeptUnit) -> None:
    """A file of days, kept whole or not at all."""
    file = st.file_uploader(
        "Upload days: a CSV file of date,value",
        type=["csv"],
        key=f"unit-file-{unit.id}",
        help="A row a day, as 2026-09-30,1204. A day that is known already is replaced.",
    )
    if file is not None and st.button("Keep these days", type="primary", key="unit-upload"):
        kept_unit = page.attempt(units.upload, screen.ctx, screen.user, unit.metric.name, file.getvalue())
        if kept_unit is not None:
            states.say(f"Kept. {unit.metric.name} is known on {fmt.count(kept_unit.days, 'day')} now.")
    with st.expander("Or send them from a program"):
        st.code(
            f"POST /api/units/{fmt.clean(unit.metric.name)}/samples\n"
            '{"samples": [{"date": "2026-09-30", "value": 1204}]}',
            language=None,
            wrap_lines=True,
        )


def new(screen: Screen, choices: Choices, *, first: bool) -> None:
    """The way to a new metric; where it is the first, that is all there is to do here."""
    if st.button("New metric", type="primary" if first else "secondary", key="unit-new"):
        unit_editor.edit(screen, choices, None)


def chosen(
    screen: Screen, ours: Bill, known: Sequence[KeptUnit], choices: Choices, *, may_edit: bool
) -> tuple[KeptUnit, UnitCost] | None:
    """The metric, steps, period and currency that the bar says, and the answer."""
    names = [each.metric.name for each in known]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = kept.select("Metric", names, "metric", format_func=fmt.clean, width=220)
        period = filters.period(FIRST)
        steps = [WEEK.name, *(each.name for each in STEPS if each != WEEK)]
        step = kept.select("By", steps, "step", format_func=fmt.sentence, width=120)
        currency = filters.currency(choices, width=130, usual="The metric's")
        if may_edit:
            new(screen, choices, first=False)
        saved_views.menu(screen)
    days = _days(screen, ours, period)
    found = page.attempt(
        units.cost,
        screen.ctx,
        screen.user,
        name,
        Dimension(step),
        days,
        currency=currency,
        at=ours.at,
    )
    return None if found is None else (known[names.index(name)], found)


def _days(screen: Screen, ours: Bill, period: str) -> Period:
    """The days of a period: those of one's own as they are, others up to the last full day, as on Costs."""
    fresh, today = ours.fresh(), screen.now.date()
    last_day = None if fresh is None else fresh.last_day
    if period == filters.CUSTOM:
        return filters.named(period, today, last_day)
    until = today if last_day is None else min(today, last_day)
    return filters.span(period, today, until, until)


def main() -> None:
    """The screen."""
    screen = page.begin()
    states.said()
    ours = bill.opened(screen)
    known = page.need(units.listing, screen.ctx, screen.user)
    choices = ours.need(costs.choices)
    may_edit = screen.may(Permission.MANAGE_COSTS)
    if not known:
        states.empty(
            "Nothing is counted yet",
            "Count something a day, as orders, requests or gigabytes served, and see what one of them costs.",
        )
        if may_edit:
            new(screen, choices, first=True)
        else:
            states.note(f"To begin, ask one of: {page.able(Permission.MANAGE_COSTS)}.")
        return
    answer = chosen(screen, ours, known, choices, may_edit=may_edit)
    if answer is None:
        return
    unit, found = answer
    if found.whole.known:
        headline(found, choices)
        narrow = unit_chart.narrowed(found.metric, choices)
        if narrow:
            states.note(narrow)
        unit_chart.drawn(found, "unit-chart")
        notes(found)
        picked = unit_chart.numbers(found, "unit-numbers")
        if picked is None:
            unit_chart.lines(found, found.whole, "See their cost")
        else:
            unit_chart.lines(found, picked, f"{unit_chart.named(picked, found)}: its cost")
    elif unit.metric.source is not None and unit.fetched_at is None and not unit.problem:
        states.empty("Its days are not read yet", "CloudWatch is asked within 15 minutes. Come back then.")
    else:
        states.empty(
            "No day of this period is known",
            "A cost per unit needs a day in the bill and in the metric. Choose another period, or send more days.",
        )
    source(screen, unit, choices, may_edit=may_edit)


main()
