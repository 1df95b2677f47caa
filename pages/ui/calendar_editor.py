"""The dialogs that make, change and delete a calendar: its days by hand, or from an iCalendar file."""

from collections.abc import Mapping, Sequence
from zlib import crc32

import pandas as pd
import streamlit as st

from core.errors import PioneerError
from core.schedules.calendars import LONGEST_NAME, Calendar, KeptCalendar
from core.schedules.icalendar import LONGEST_TEXT
from pages.ui import dialog, page, states
from pages.ui import format as fmt
from pages.ui.page import Screen
from services.usecases import calendars
from services.usecases.calendars import CalendarView

LARGEST_MB = LONGEST_TEXT // 1_000_000
TALLEST = 320
_NEWER = "calendar-newer"
Days = Mapping[str, str]
"""Days as they are written, and their names."""


def edit(screen: Screen, kept: KeptCalendar | None) -> None:
    """Open the dialog for a new calendar (None) or a present one."""
    st.session_state.pop(f"{_NEWER}-{kept.id if kept else 'new'}", None)
    title = "Edit calendar" if kept else "New calendar"
    st.dialog(title, width="medium")(_edit)(screen, kept)


def _edit(screen: Screen, kept: KeptCalendar | None) -> None:
    now = page.again(screen)
    identity = str(kept.id) if kept else "new"
    newer: KeptCalendar | None = st.session_state.get(f"{_NEWER}-{identity}")
    if newer is not None:  # its own keys, so that every field shows what it says
        kept, identity = newer, f"{newer.id}-{newer.version}"
    start = kept.calendar if kept else None
    days: dict[str, str] = {day: start.titles.get(day, "") for day in start.days} if start else {}
    read = _file(now, identity)
    if read is not None:
        days |= {day: read.titles.get(day, "") for day in read.days}
    name = st.text_input(
        "Name",
        start.name if start else read.name if read else "",
        key=f"calendar-name-{identity}-{read is not None}",
        max_chars=LONGEST_NAME,
        placeholder="UK holidays",
    )
    calendar = _made(name, _table(days, f"calendar-days-{identity}"))
    said = st.container()
    if (
        dialog.decided("Save", f"calendar-save-{identity}", disabled=calendar is None)
        and calendar is not None
    ):
        saved = dialog.attempt(
            lambda: calendars.save(
                now.ctx,
                now.user,
                kept.id if kept else None,
                calendar,
                version=kept.version if kept else None,
            ),
            load=lambda: _load(now, kept),
            key=f"calendar-newer-{identity}",
            said=said,
        )
        if saved is not None:
            observed = "" if kept else " Schedules are off on its days once they observe it."
            states.say(f"Saved: {saved.calendar.name}.{observed}")


def _file(screen: Screen, identity: str) -> Calendar | None:
    """The days of a file, if one is given and can be read."""
    file = st.file_uploader(
        "Days from an iCalendar file (.ics)",
        type=["ics"],
        key=f"calendar-file-{identity}",
        max_upload_size=LARGEST_MB,
    )
    if file is None:
        return None
    text = file.getvalue().decode("utf-8-sig", errors="replace")
    read = page.attempt(calendars.read, screen.ctx, screen.user, "", text)
    if read is None:
        return None
    states.note(f"{fmt.count(len(read.calendar.days), 'day')} in this file, added below.")
    for note in read.notes:
        states.note(note)
    return read.calendar


def _table(days: Days, key: str) -> Days:
    """The days as they are edited now: rows are added at the end, and taken away with the bin."""
    st.caption(
        "2026-12-25 is one day, 12-25 comes every year. Add rows at the end, select rows to delete them."
    )
    frame = pd.DataFrame(
        {"Day": list(days), "Name": list(days.values())}, columns=["Day", "Name"], dtype="object"
    )
    edited = st.data_editor(
        frame,
        num_rows="dynamic",
        hide_index=True,
        height=TALLEST if len(days) > 7 else "auto",  # noqa: PLR2004  so many rows fit
        key=f"{key}-{crc32(repr(sorted(days.items())).encode())}",
        column_config={
            "Day": st.column_config.TextColumn("Day", width="small", max_chars=40),
            "Name": st.column_config.TextColumn("Name", max_chars=LONGEST_NAME),
        },
    )
    return _rows(edited.to_dict("records"))


def _rows(rows: Sequence[Mapping[object, object]]) -> Days:
    said = [(str(row.get("Day") or "").strip(), str(row.get("Name") or "").strip()) for row in rows]
    return {day: title for day, title in said if day or title}


def _made(name: str, days: Days) -> Calendar | None:
    """The calendar that the fields say; None while it cannot be, with the reason once there is something to say."""
    try:
        made = Calendar.from_json(
            {"name": name.strip(), "days": [{"day": day, "name": title} for day, title in days.items()]}
        )
    except PioneerError as error:
        if days or name.strip():
            states.failed(error)
        return None
    return made


def _load(screen: Screen, kept: KeptCalendar | None) -> None:
    """Go on from what somebody else has saved meanwhile."""
    found = kept and page.attempt(calendars.one, screen.ctx, screen.user, kept.id)
    if found:
        st.session_state[f"{_NEWER}-{found.kept.id}"] = found.kept


@st.dialog("Delete this calendar?")
def delete(screen: Screen, view: CalendarView) -> None:
    """Ask before a calendar goes."""
    now = page.again(screen)
    st.markdown(
        f"**{fmt.plain(view.kept.calendar.name)}** has {fmt.plain(fmt.count(len(view.kept.calendar.days), 'day'))}. "
        "It cannot be brought back."
    )
    if dialog.decided("Delete", "calendar-delete-go") and page.attempt(_deleted, now, view.kept):
        states.say(f"Deleted: {view.kept.calendar.name}.")


def _deleted(screen: Screen, kept: KeptCalendar) -> bool:
    calendars.delete(screen.ctx, screen.user, kept.id, version=kept.version)
    return True
