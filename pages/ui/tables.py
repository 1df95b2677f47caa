"""Every table: right-aligned money, a placeholder for what is unknown, selection, and an export that a spreadsheet cannot be tricked by."""

import io
from collections.abc import Mapping, Sequence
from csv import writer
from zlib import crc32

import pandas as pd
import streamlit as st

from pages.ui import format as fmt

ROW = 35
TALLEST = 16


def money_column(label: str, *, places: int = 2, hint: str | None = None) -> object:
    """A column of amounts. The label names the currency once: `Cost, USD`."""
    return st.column_config.NumberColumn(label, format=f"%,.{places}f", help=hint, alignment="right")


def change_column(label: str, *, places: int = 2) -> object:
    """A column of differences, always with their sign."""
    return st.column_config.NumberColumn(label, format=f"%+,.{places}f", alignment="right")


def percent_column(label: str, *, places: int = 1, sign: bool = False) -> object:
    """A column of percentages given in percent."""
    return st.column_config.NumberColumn(
        label, format=f"%{'+' if sign else ''},.{places}f%%", alignment="right"
    )


def time_column(label: str) -> object:
    """A column of instants, UTC as the label says."""
    return st.column_config.DatetimeColumn(label, format="D MMM YYYY, HH:mm", timezone="UTC")


def text_column(
    label: str, *, width: str | int | None = None, pinned: bool | None = None, hint: str | None = None
) -> object:
    """A column of text."""
    return st.column_config.TextColumn(label, width=width, pinned=pinned, help=hint)


def spark_column(
    label: str, *, low: float | None = 0, high: float | None = None, hint: str | None = None
) -> object:
    """A column of small lines, all on one scale."""
    return st.column_config.LineChartColumn(label, y_min=low, y_max=high, width="small", help=hint)


def show(
    columns: Mapping[str, Sequence[object]],
    config: Mapping[str, object],
    *,
    alt: str,
    key: str | None = None,
    select: str | None = None,
    rows: Sequence[object] = (),
    tallest: int = TALLEST,
    placeholder: str = fmt.UNKNOWN,
) -> tuple[int, ...]:
    """Draw a table of named columns; answers the places of the selected rows. `select` is single-row or multi-row; None selects nothing.

    `rows` says which things the rows are: a selection never outlives them, so that no other thing takes a chosen one's place.
    """
    frame = pd.DataFrame({name: list(values) for name, values in columns.items()})
    height = "content" if len(frame) <= tallest else ROW * (tallest + 1) + 3
    shown = {
        "column_config": dict(config),
        "hide_index": True,
        "height": height,
        "placeholder": placeholder,
        "alt": alt,
    }
    if select is None:
        st.dataframe(frame, key=key, **shown)
        return ()
    state = st.dataframe(
        frame, key=f"{key}-{crc32(repr(rows).encode())}", on_select="rerun", selection_mode=select, **shown
    )
    return tuple(place for place in state.selection.rows if place < len(frame))


def page_number(key: str, wanted: object) -> int:
    """Which page of a list is shown, counted from 1; the first again once other rows are `wanted`."""
    if st.session_state.get(f"{key}-of") != wanted:
        st.session_state[f"{key}-of"] = wanted
        st.session_state.pop(key, None)
    return st.session_state.get(key, 1)


def csv(columns: Mapping[str, Sequence[object]]) -> bytes:
    """The same columns as UTF-8 CSV, exact to the last digit, no cell of it a formula."""
    text = io.StringIO()
    out = writer(text, lineterminator="\r\n")
    out.writerow([fmt.cell(name) for name in columns])
    for row in zip(*columns.values(), strict=True):
        out.writerow(["" if value is None else fmt.cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def export(columns: Mapping[str, Sequence[object]], file: str, *, key: str) -> None:
    """A button that saves the columns as a CSV file."""
    st.download_button(
        "Download CSV",
        lambda: csv(columns),
        file,
        "text/csv",
        key=key,
        on_click="ignore",
        help="All rows, exact amounts",
    )
