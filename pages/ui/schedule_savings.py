"""What schedules saved in the last 30 days, as observed: hours off, and what those would have cost."""

from datetime import timedelta

import streamlit as st

from core import dates
from core.access.roles import Permission
from core.periods import Period
from core.schedules.spared import Spared
from pages.ui import cards, filter_field, page, states, tables
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import schedule_savings
from services.usecases.schedule_savings import Observed

SAVED = "Saved, USD"


def found(screen: Screen) -> Observed | None:
    """What was observed; None where this person may not see both halves of it."""
    if not (screen.may(Permission.VIEW_SCHEDULES) and screen.may(Permission.VIEW_COSTS)):
        return None
    return page.lately(screen, schedule_savings.observed)


def show(screen: Screen) -> None:
    """By schedule, largest first; nothing where no schedule stopped anything."""
    seen = found(screen)
    if seen is None or not seen.rows:
        return
    cards.heading("Off by schedule", "The last 30 days, as observed")
    saved = [None if row.unpriced == row.resources else row.saved for row in seen.rows]
    columns: dict[str, list[object]] = {
        "Schedule": [fmt.clean(seen.name(row)) for row in seen.rows],
        SAVED: [fmt.pixel(each) for each in saved],
        "Hours off": [float(row.hours) for row in seen.rows],
        "Resources": [len(row.resources) for row in seen.rows],
        "Without a price": [len(row.unpriced) for row in seen.rows],
    }
    tables.show(
        columns,
        {
            "Schedule": tables.thing_column("Schedule"),
            SAVED: tables.money_column(SAVED),
            "Hours off": tables.number_column("Hours off", places=1),
            "Resources": tables.number_column("Resources"),
            "Without a price": tables.number_column(
                "Without a price", hint="Not on the bill of the last 30 full days, so unknown and not counted"
            ),
        },
        alt="What schedules saved in the last 30 days",
        key="schedule-savings",
    )
    tables.export(columns | {SAVED: [*saved]}, "schedule-savings.csv", key="schedule-savings-csv")
    if seen.billed:
        days = Period(seen.start.date(), seen.end.date())
        filter_field.to_costs_of("What these resources cost in these days", seen.billed, days, currency="USD")
    states.note(
        "Time between our stop and the next start, at what an hour cost on the bill; hours that a commitment had paid "
        "cost nothing, and storage is paid for as before. " + _beside(seen)
    )


def _beside(seen: Observed) -> str:
    if not seen.judged:
        return "It is no part of what is realised above, which the bill alone proves."
    judged = fmt.count(len(seen.judged), "resource")
    return f"It is not added to what is realised above, where the bill judges {judged} of these by itself."


def note(seen: Observed | None, schedule_id: object) -> None:
    """One line for one schedule; nothing where it stopped nothing."""
    row = next((each for each in seen.rows if each.schedule_id == schedule_id), None) if seen else None
    if row is None:
        return
    money = (
        "what that saved is unknown: none of it is on the bill"
        if row.unpriced == row.resources
        else f"{fmt.money(row.saved, places=2)} saved"
    )
    st.caption(fmt.plain(f"{_off(row)} in the last 30 days, {money}."))


def _off(row: Spared) -> str:
    """For how long. Of several it says that they are counted together: otherwise it may be more hours than there were."""
    time, many = dates.hours(timedelta(hours=float(row.hours))), len(row.resources)
    return f"Off for {time}" if many == 1 else f"{fmt.count(many, 'resource')} were off for {time} together"
