"""Periods written in a table, read cell by cell: what is wrong is told with its row, its column and its character."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from core.errors import Invalid, PioneerError
from core.schedules import expressions
from core.schedules.calendars import off_days
from core.schedules.model import ScheduleDefinition
from core.schedules.period import LONGEST_DAYS, Period, minutes, zone
from pages.ui import states

COLUMNS = {
    "begin": "From",
    "end": "Until",
    "weekdays": "Weekdays",
    "monthdays": "Days of month",
    "months": "Months",
    "dates": "Dates",
    "days_later": "Ends days later",
    "timezone": "Time zone",
    "off": "Off",
    "instancetype": "Instance type",
}
HELP = {
    "dates": "Single days, such as 2026-12-24, or 12-24 for every year.",
    "days_later": f"How many days after it begins it ends, up to {LONGEST_DAYS}: from Fri 20:00 until Mon 08:00 is 3.",
    "timezone": "Its own, such as Asia/Tokyo; left empty, the schedule's.",
    "off": "In it, things are off whatever other rows say.",
}
LISTED = ("weekdays", "monthdays", "months", "dates")


def _list(read: Callable[[tuple[str, ...]], object]) -> Callable[[str], object]:
    return lambda said: read((said,))


def _whole(said: str) -> int:
    if said.isascii() and said.isdigit() and int(said) <= LONGEST_DAYS:
        return int(said)
    message = f"“{said}” is no number of days: expected 0 to {LONGEST_DAYS}."
    raise Invalid(message)


READ: Mapping[str, Callable[[str], object]] = {
    "begin": minutes,
    "end": minutes,
    "weekdays": _list(expressions.weekdays),
    "monthdays": _list(expressions.monthdays),
    "months": _list(expressions.months),
    "dates": lambda said: off_days(tuple(part.strip() for part in said.split(","))),
    "days_later": _whole,
    "timezone": zone,
    "off": str,
    "instancetype": str,
}


def ask(start: Sequence[Period], key: str, *, sized: bool = False) -> tuple[Period, ...] | None:
    """The table, filled as it begins, with instance types where it is `sized`; None while it cannot be read, which is told below it."""
    names = [name for name in COLUMNS if sized or name != "instancetype"]
    rows = st.data_editor(
        pd.DataFrame(_rows(start), columns=names, dtype="object"),
        num_rows="dynamic",
        hide_index=True,
        key=key,
        column_config={
            name: (st.column_config.CheckboxColumn if name == "off" else st.column_config.TextColumn)(
                label, help=HELP.get(name)
            )
            for name, label in COLUMNS.items()
            if name in names
        },
    )
    said = _said(rows.to_dict("records"))
    wrong = mistakes(said)
    if wrong:
        states.partial("These cells cannot be read", wrong)
        return None
    try:
        return ScheduleDefinition.from_json({"periods": [_period(row) for _, row in said]}).periods
    except PioneerError as error:
        states.failed(error)
        return None


def mistakes(said: Sequence[tuple[int, Mapping[str, str]]]) -> list[str]:
    """Every cell that cannot be read: `Row 2, Weekdays: “mon-fry” is not understood ... at character 5: expected ...`."""
    found: list[str] = []
    for number, row in said:
        for name, text in row.items():
            try:
                if text.strip():
                    READ[name](text.strip())
            except Invalid as error:
                found.append(f"Row {number}, {COLUMNS[name]}: {error.message}")
    return found


def _said(rows: Sequence[Mapping[object, object]]) -> list[tuple[int, dict[str, str]]]:
    """Rows in which something stands, with their numbers."""
    texts = [{name: str(row.get(name) or "") for name in COLUMNS} for row in rows]
    return [
        (number, row) for number, row in enumerate(texts, 1) if any(text.strip() for text in row.values())
    ]


def _period(row: Mapping[str, str]) -> dict[str, object]:
    said = {name: text.strip() for name, text in row.items()}
    lists = {
        name: [part.strip() for part in said[name].split(",")] if said[name] else None for name in LISTED
    }
    plain = {name: said.get(name) or None for name in ("begin", "end", "instancetype", "timezone")}
    later = int(said["days_later"]) if said.get("days_later") else None
    return {**plain, **lists, "off": bool(said.get("off")), "days_later": later}


def _rows(periods: Sequence[Period]) -> list[dict[str, object]]:
    return [
        {
            "begin": period.begin or "",
            "end": period.end or "",
            "weekdays": ", ".join(period.weekdays or ()),
            "monthdays": ", ".join(period.monthdays or ()),
            "months": ", ".join(period.months or ()),
            "dates": ", ".join(period.dates or ()),
            "days_later": "" if period.days_later is None else str(period.days_later),
            "timezone": period.timezone or "",
            "off": period.off,
            "instancetype": period.instancetype or "",
        }
        for period in periods
    ]
