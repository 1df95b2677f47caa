"""A week to paint on and off by the hour, with what it says in words beside it.

A grid of tick boxes, not 168 buttons: arrow keys and space paint, a screen reader reads rows and columns, and a range is filled at once.
"""

from collections.abc import Callable
from zlib import crc32

import pandas as pd
import streamlit as st

from core.schedules import week_grid
from core.schedules.model import Period
from core.schedules.week_grid import Grid
from pages.ui import format as fmt
from pages.ui import states

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOUR = "Hour"
HOURS_A_WEEK = 168
ROW = 26
DAY_WIDTH, HOUR_WIDTH = 66, 60
"""Pixels: room for a day's name beside the pencil of its column; a phone scrolls sideways, the hours stay in view."""


def paint(grid: Grid, said: Callable[[Period], str], key: str) -> tuple[Period, ...]:
    """Draw the grid, painted as it begins; answers the periods that it makes now. `said` puts one into words."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        painted = _editor(grid, key)
    made = week_grid.periods(painted)
    with right:
        on = sum(sum(day) for day in painted)
        st.markdown(f"**On {on} of {HOURS_A_WEEK} hours a week**")
        st.markdown("\n".join(f"- {fmt.plain(fmt.sentence(said(each)))}" for each in made) or "Never on.")
        states.note(
            "A tick is an hour that is on. Arrow keys move, space ticks; Delete clears what is selected, and a drag at its corner copies it."
        )
    return made


def _editor(grid: Grid, key: str) -> Grid:
    columns: dict[str, list[object]] = {HOUR: [f"{hour:02d}:00" for hour in range(week_grid.HOURS)]}
    columns |= {name: list(grid[day]) for day, name in enumerate(DAYS)}
    edited = st.data_editor(
        pd.DataFrame(columns),
        hide_index=True,
        disabled=[HOUR],
        row_height=ROW,
        height=ROW * week_grid.HOURS + 40,
        key=f"{key}-{crc32(repr(grid).encode())}",
        column_config={
            HOUR: st.column_config.TextColumn(HOUR, width=HOUR_WIDTH, pinned=True),
            **{name: st.column_config.CheckboxColumn(name, width=DAY_WIDTH) for name in DAYS},
        },
    )
    return tuple(tuple(bool(value) for value in edited[name].fillna(value=False)) for name in DAYS)
