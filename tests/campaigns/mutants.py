"""Bills of every format we read, and what may be wrong with one: bytes, text, or columns of values."""

import csv
import gzip
import io
import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from tests.bills import MYBINDER, a_bill, a_line
from tests.reports import SHAPES, a_row

ROWS = 25
MONTH = "2026-03"
Table = list[list[str]]
WORDS = (
    "NaN", "nan", "Infinity", "-inf", "1e308", "-1e308", "1e-400", "1e19", "0x1F", "1,5", "--1", "", " ", "null", "NULL", "\0", "١٢", "'", '"',
    "2026-13-45", "9999-12-31T23:59:60Z", "0000-00-00", "{", '{"a": {"b": [1]}}', '{"a": 1, "a": 2}', "[]", "=1+1", "é" * 5000, "-0.0",
)  # fmt: skip
"""Values that some column cannot hold."""


def originals(folder: Path) -> dict[str, Path]:
    """A good bill of each format, all of them of the same month."""
    folder.mkdir()
    lines = [a_line(day=f"{MONTH}-{1 + n:02}", cost=f"{n}.5", ResourceId=f"i-{n}") for n in range(ROWS)]
    rows = [a_row(cost=f"{n}.25", line_item_resource_id=f"i-{n}") for n in range(ROWS)]
    focus = a_bill(folder / "focus.csv", lines)
    parquet = folder / "focus-parquet.parquet"
    pq.write_table(pyarrow.csv.read_csv(focus), parquet)
    made = {
        "FOCUS CSV": focus,
        "FOCUS Parquet": parquet,
        "FOCUS CSV.gz": _packed(focus),
        "FOCUS Parquet.gz": _packed(parquet),
    }
    made |= {name: write(folder / re.sub(r"[ .]", "-", name), rows) for name, write in SHAPES.items()}
    daily = folder / "daily.csv"
    head, *found = MYBINDER.read_text().splitlines()
    daily.write_text("\n".join([head, *(line for line in found if line.startswith("2019-02"))]) + "\n")
    return {**made, "daily CSV": daily}


def _packed(path: Path) -> Path:
    packed = path.with_name(path.name + ".gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    return packed


def mutant(original: Path, target: Path, dice: random.Random) -> str:
    """Write the original with one thing wrong, or two, to `target`; answers what was done to it."""
    content = original.read_bytes()
    packed = original.name.endswith(".gz")
    plain = gzip.decompress(content) if packed else content
    said = []
    for _ in range(dice.choice((1, 1, 1, 2))):
        within = COLUMNS if plain[:4] == b"PAR1" else TEXT
        kinds = dice.choice((BYTES, within, within))
        kind = dice.choice(list(kinds))
        said.append(kind)
        plain = _changed(plain, kinds, kind, dice)
    content = gzip.compress(plain) if packed else plain
    if packed and dice.random() < 0.5:
        kind = dice.choice(list(BYTES))
        said.append(f"{kind} (packed)")
        content = BYTES[kind](content, dice)
    target.write_bytes(content)
    return ", ".join(said)


def _changed(plain: bytes, kinds: Mapping[str, object], kind: str, dice: random.Random) -> bytes:
    if kinds is BYTES:
        return BYTES[kind](plain, dice)
    if kinds is TEXT:
        try:
            rows = list(csv.reader(plain.decode("utf-8", "replace").splitlines()))
        except csv.Error:
            return plain  # the first thing done to it left nothing to be read
        return TEXT[kind](rows, dice) if rows and rows[0] else plain
    try:
        table = pq.read_table(io.BytesIO(plain))
    except (pa.ArrowException, OSError):
        return plain  # likewise
    out = io.BytesIO()
    pq.write_table(COLUMNS[kind](table, dice), out)
    return out.getvalue()


def _truncated(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content) + 1)]


def _flipped(content: bytes, dice: random.Random) -> bytes:
    found = bytearray(content)
    for _ in range(dice.choice((1, 1, 3, 20))):
        if found:
            found[dice.randrange(len(found))] ^= 1 << dice.randrange(8)
    return bytes(found)


def _zeroed(content: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(content) + 1)
    return content[:start] + bytes(len(content[start : start + 200])) + content[start + 200 :]


def _spliced(content: bytes, dice: random.Random) -> bytes:
    start, end = sorted(dice.randrange(len(content) + 1) for _ in range(2))
    return content[:start] + content[end:]


BYTES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "nothing left": lambda _content, _dice: b"",
    "truncated": _truncated,
    "bits flipped": _flipped,
    "zero bytes": _zeroed,
    "a piece missing": _spliced,
    "garbage behind": lambda content, dice: content + dice.randbytes(100),
    "garbage before": lambda content, dice: dice.randbytes(10) + content,
    "twice": lambda content, _dice: content * 2,
}


def _text(rows: Table, **form: str) -> str:
    out = io.StringIO()
    csv.writer(out, **form).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def _value(rows: Table, dice: random.Random) -> bytes:
    row = dice.choice(rows[1:] or rows)
    if row:
        row[dice.randrange(len(row))] = dice.choice(WORDS)
    return _text(rows).encode()


def _column(rows: Table, dice: random.Random) -> bytes:
    place, word = dice.randrange(len(rows[0])), dice.choice(WORDS)
    return _text([rows[0], *([*row[:place], word, *row[place + 1 :]] for row in rows[1:])]).encode()


def _reordered(rows: Table, dice: random.Random) -> bytes:
    order = dice.sample(range(len(rows[0])), len(rows[0]))
    return _text([[row[place] for place in order if place < len(row)] for row in rows]).encode()


def _without(rows: Table, dice: random.Random) -> bytes:
    place = dice.randrange(len(rows[0]))
    return _text([row[:place] + row[place + 1 :] for row in rows]).encode()


def _renamed(rows: Table, dice: random.Random) -> bytes:
    names = list(rows[0])
    names[dice.randrange(len(names))] = dice.choice([*WORDS, *names, names[0].upper()])
    return _text([names, *rows[1:]]).encode()


def _doubled(rows: Table, dice: random.Random) -> bytes:
    place = dice.randrange(len(rows[0]))
    return _text([[*row, row[place] if place < len(row) else ""] for row in rows]).encode()


def _ragged(rows: Table, dice: random.Random) -> bytes:
    row = dice.choice(rows)
    row[:] = dice.choice((row[:-2], [*row, "more"], []))
    return _text(rows).encode()


TEXT: dict[str, Callable[[Table, random.Random], bytes]] = {
    "a bad value": _value,
    "a column of bad values": _column,
    "columns in another order": _reordered,
    "a column missing": _without,
    "a column renamed": _renamed,
    "a column twice": _doubled,
    "a row of another length": _ragged,
    "UTF-16": lambda rows, _dice: _text(rows).encode("utf-16"),
    "Latin-1": lambda rows, dice: _text([*rows, ["é"] * len(dice.choice(rows))]).encode("latin-1", "replace"),
    "a byte order mark": lambda rows, _dice: _text(rows).encode("utf-8-sig"),
    "semicolons": lambda rows, _dice: _text(rows, delimiter=";").encode(),
    "old Macintosh lines": lambda rows, _dice: _text(rows, lineterminator="\r").encode(),
    "a quote left open": lambda rows, _dice: _text(rows).encode().replace(b",", b',"', 1),
    "only the header": lambda rows, _dice: _text(rows[:1]).encode(),
}


def _bad_column(table: pa.Table, dice: random.Random) -> pa.Table:
    """One column holds something else, of its own type where that can be, else of another."""
    place = dice.randrange(table.num_columns)
    kinds: tuple[pa.Array, ...] = (
        pa.array([float(word) for word in ("nan", "inf", "1e308", "-1e-300")]),
        pa.array(WORDS[:4]),
        pa.array([[1], [2], [], None]),
        pa.array([{"a": 1}] * 4),
        pa.array([2**63 - 1, -(2**63), 0, None]),
        pa.array([b"\xff\xfe", b"", None, b"x"]),
        pa.nulls(4),
    )
    found = dice.choice(kinds)
    values = found.take(pa.array([n % 4 for n in range(table.num_rows)], pa.int64()))
    return table.set_column(place, table.column_names[place], values)


def _twice_in(table: pa.Table, dice: random.Random) -> pa.Table:
    place = dice.randrange(table.num_columns)
    return table.append_column(table.column_names[place], table.column(place))


COLUMNS: dict[str, Callable[[pa.Table, random.Random], pa.Table]] = {
    "a column of other values": _bad_column,
    "a column twice": _twice_in,
    "a column missing": lambda table, dice: table.remove_column(dice.randrange(table.num_columns)),
    "columns in another order": lambda table, dice: table.select(
        dice.sample(table.column_names, table.num_columns)
    ),
    "a column renamed": lambda table, dice: table.rename_columns(
        [dice.choice((name, name, name, name + "\0", name.upper(), "")) for name in table.column_names]
    ),
    "no row": lambda table, _dice: table.slice(0, 0),
}
