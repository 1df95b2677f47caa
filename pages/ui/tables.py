"""Every table: right-aligned money, a placeholder for what is unknown, selection, and an export that a spreadsheet cannot be tricked by."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from zlib import crc32

import pyarrow as pa
import streamlit as st
from pandas.io.formats.style import Styler
from pyarrow import compute

from pages.ui import format as fmt
from services.usecases import exporting
from services.usecases.exporting import Format

ROW = 35
TALLEST = 16
SHARE_PLACES = 4
MENU = 150  # pixels of three buttons
PAGE_BUTTON = 40  # pixels
LEAST_BUTTONS, MOST_BUTTONS = 5, 7  # pages that have room beside both arrows
FORMATS = {Format.CSV: "CSV", Format.XLSX: "Excel (XLSX)", Format.PARQUET: "Parquet"}
MARK, MARK_WIDTH = "In the chart", 50
THING, AMOUNT, CHANGE, PERCENT, WORD = 168, 108, 98, 76, 92
"""Widths in pixels. They are the least a column has: what is left of a wide screen is shared out, and on a phone (about 320 for the
columns) what a row is about and its amount are in view without scrolling. So: the thing first, its amount second, then the rest."""


class Said(dict[str, object]):
    """The configuration of a column of numbers that are shown in words of ours, and sorted as numbers."""

    def __init__(
        self, config: Mapping[str, object], say: Callable[[Decimal], str], *, always: bool = True
    ) -> None:
        """`say` is asked for each known number; not `always`: only where one is negative, as Streamlit's own minus is a hyphen."""
        super().__init__(config)
        self.say, self.always = say, always

    def wanted(self, column: pa.ChunkedArray) -> bool:
        """Whether the words are needed for these numbers."""
        return self.always or (pa.types.is_floating(column.type) and (compute.min(column).as_py() or 0) < 0)


def thing_column(label: str, *, hint: str | None = None) -> object:
    """What each row is about: the first column. A long name is cut on a phone and whole on a wide screen."""
    return st.column_config.TextColumn(label, width=THING, help=hint)


def money_column(
    label: str, *, places: int = 2, hint: str | None = None, width: int | None = AMOUNT
) -> object:
    """A column of amounts: the second. The label names the currency once: `Cost, USD`. Without a `width` it is as wide as its content."""
    return Said(
        st.column_config.NumberColumn(
            label, format=f"%,.{places}f", help=hint, alignment="right", width=width
        ),
        partial(fmt.money, currency=None, places=places),
        always=False,
    )


def change_column(label: str, *, places: int = 2, width: int = CHANGE) -> object:
    """A column of differences, always with their sign; what did not change says so."""
    return Said(
        st.column_config.NumberColumn(label, alignment="right", width=width),
        partial(fmt.change, currency=None, places=places),
    )


def percent_column(label: str, *, places: int = 1, sign: bool = False, hint: str | None = None) -> object:
    """A column of percentages given in percent."""
    if sign:
        return Said(
            st.column_config.NumberColumn(label, help=hint, alignment="right", width=PERCENT),
            partial(fmt.signed_percent, places=places),
        )
    return st.column_config.NumberColumn(
        label, format=f"%,.{places}f%%", help=hint, alignment="right", width=PERCENT
    )


def number_column(
    label: str, *, places: int = 0, hint: str | None = None, width: int | None = WORD
) -> object:
    """A column of counts or measured values."""
    return st.column_config.NumberColumn(
        label, format=f"%,.{places}f", help=hint, alignment="right", width=width
    )


def word_column(label: str, *, hint: str | None = None) -> object:
    """A column of single words: a state, a risk, a region."""
    return st.column_config.TextColumn(label, width=WORD, help=hint)


def time_column(label: str) -> object:
    """A column of instants, UTC as the label says."""
    return st.column_config.DatetimeColumn(label, format="D MMM YYYY, HH:mm", timezone="UTC")


def day_column(label: str) -> object:
    """A column of days, said as everywhere: `1 Nov 2026`."""
    return st.column_config.DateColumn(label, format="D MMM YYYY")


def text_column(
    label: str, *, width: str | int | None = None, pinned: bool | None = None, hint: str | None = None
) -> object:
    """A column of text."""
    return st.column_config.TextColumn(label, width=width, pinned=pinned, help=hint)


def amount_words_column(label: str, *, width: int | None = AMOUNT) -> object:
    """A column of amounts already said in words, each in its own currency: aligned as amounts are."""
    return st.column_config.TextColumn(label, width=width, alignment="right")


def spark_column(
    label: str, *, low: float | None = 0, high: float | None = None, hint: str | None = None
) -> object:
    """A column of small lines, all on one scale."""
    return st.column_config.LineChartColumn(label, y_min=low, y_max=high, width="small", help=hint)


def _mark_column(colours: Mapping[str, str]) -> object:
    # A pill without words is a dot; what it stands for is still read out. Pinned, because a pinned column alone never grows.
    return st.column_config.MultiselectColumn(
        "",
        options=list(colours),
        color=list(colours.values()),
        format_func=lambda _: " ",
        width=MARK_WIDTH,
        pinned=True,
    )


def show(
    columns: Mapping[str, Sequence[object]] | pa.Table,
    config: Mapping[str, object],
    *,
    alt: str,
    key: str | None = None,
    select: str | None = None,
    rows: Sequence[object] = (),
    tallest: int = TALLEST,
    placeholder: str = fmt.UNKNOWN,
    marks: Sequence[tuple[str, str]] = (),
) -> tuple[int, ...]:
    """Draw a table of named columns; answers the places of the selected rows. `select` is single-row or multi-row; None selects nothing.

    A single row is selected by its box or by any of its cells.

    Columns that stay the same from run to run may be given as `arrow` made them. `rows` says which things the rows are: a selection never outlives them, so that no other thing takes a chosen one's place.
    `marks` say, row by row, what stands for it in the chart above and in which colour: a dot in front of it.
    """
    frame = columns if isinstance(columns, pa.Table) else arrow(columns)
    if marks:
        frame = frame.add_column(0, MARK, pa.array([[name] for name, _ in marks]))
        config = {MARK: _mark_column(dict(marks)), **config}
    length = frame.num_rows
    height = "content" if length <= tallest else ROW * (tallest + 1) + 3
    drawn, config = worded(frame, config, placeholder)
    shown = {
        "column_config": dict(config),
        "hide_index": True,
        "height": height,
        "placeholder": placeholder,
        "alt": alt,
    }
    if select is None:
        st.dataframe(drawn, key=key, **shown)
        return ()
    mode = (select, "single-cell") if select == "single-row" else select
    named = f"{key}-{crc32(repr(rows).encode())}"
    state = st.dataframe(drawn, key=named, on_select="rerun", selection_mode=mode, **shown)
    cells = tuple(place for place, _ in state.selection.cells)
    return tuple(place for place in _last(named, tuple(state.selection.rows), cells) if place < length)


MOST_WORDED = 100_000
"""Cells: each word takes some microseconds, and beyond 262,144 pandas' styling raises. A larger table shows its numbers as they are."""


def worded(
    frame: pa.Table, config: Mapping[str, object], placeholder: str
) -> tuple[pa.Table | Styler, dict[str, object]]:
    """The table as it is, or where columns of it are said in words, with these beside the numbers; and the configuration then."""
    said = {
        name: each
        for name, each in config.items()
        if isinstance(each, Said) and name in frame.column_names and each.wanted(frame[name])
    }
    if not said or frame.num_rows * frame.num_columns > MOST_WORDED:
        return frame, dict(config)
    words = {name: partial(_in_words, each.say) for name, each in said.items()}
    plain = {
        name: {**each, "type_config": {"type": "number"}} for name, each in said.items()
    }  # a format would go before words
    return frame.to_pandas().style.format(words, na_rep=placeholder), {**config, **plain}


def _in_words(say: Callable[[Decimal], str], number: float) -> str:
    return say(Decimal(str(number)))


def arrow(columns: Mapping[str, Sequence[object]]) -> pa.Table:
    """The columns as they are sent to the browser. Through a data frame it would take ten times as long, for each table of each run."""
    return pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})


@contextmanager
def folded(key: str, label: str = "The chart as a table") -> Iterator[bool]:
    """A place to unfold, and whether it is: what is in it is made once somebody looks, not on each run for nobody."""
    place = st.expander(label, key=key, on_change="rerun")
    with place:
        yield bool(place.open)


def _last(key: str, boxes: tuple[int, ...], cells: tuple[int, ...]) -> tuple[int, ...]:
    """Of a ticked box and a clicked cell, which the browser keeps side by side, the one that came last."""
    were = st.session_state.get(f"{key}-were", ((), (), ()))
    unclicked = boxes if boxes != were[0] else were[2]
    chosen = cells or boxes if cells != were[1] else unclicked
    st.session_state[f"{key}-were"] = (boxes, cells, chosen)
    return chosen


def page_number(key: str, wanted: object) -> int:
    """Which page of a list is shown, counted from 1; the first again once other rows are `wanted`."""
    if st.session_state.get(f"{key}-of") != wanted:
        st.session_state[f"{key}-of"] = wanted
        st.session_state.pop(key, None)
    return st.session_state.get(key, 1)


def pager(pages: int, key: str) -> None:
    """The buttons of a list's pages. With room for fewer than five, Streamlit leaves out pages even of three."""
    buttons = min(max(pages, LEAST_BUTTONS), MOST_BUTTONS)
    st.pagination(pages, key=key, width=PAGE_BUTTON * (buttons + 2), max_visible_pages=MOST_BUTTONS)


def export(columns: Mapping[str, Sequence[object]], file: str, *, key: str) -> None:
    """A small menu that saves the columns as CSV, XLSX or Parquet; a file is made when it is asked for. `file` names the CSV.

    A percentage is a quotient and no sum of the bill: of its digits, those behind the fourth place are left out.
    """
    menu = st.popover(
        "Download",
        icon=":material/download:",
        key=f"{key}-menu",
        help="All rows, exact amounts",
        on_change="rerun",
    )
    if not menu.open:
        menu.container(height=MENU)  # so that it opens where there is room for what it will hold
        return
    columns = {name: _shares(values) if "%" in name else values for name, values in columns.items()}
    stem = file.removesuffix(".csv")
    with menu:
        for wanted in Format:
            st.download_button(
                FORMATS[wanted],
                partial(exporting.written, columns, wanted),
                f"{stem}.{wanted}",
                wanted.media_type,
                key=f"{key}-{wanted}",
                on_click="ignore",
                width="stretch",
            )


def _shares(values: Sequence[object]) -> list[object]:
    return [round(each, SHARE_PLACES) if isinstance(each, Decimal) else each for each in values]
