"""A bill's files: what each is (CSV or Parquet, gzipped or not), judged by its first bytes, and how DuckDB reads it."""

import csv
import gzip
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from core.errors import Invalid
from services.warehouse.packed import unpack
from services.warehouse.values import literal

PARQUET = b"PAR1"
GZIP = b"\x1f\x8b"
HEADER_LIMIT = 1_000_000
TWIN = "\u2060"
"""Ends the name of a column that differs from an earlier one by case alone (tags may), which DuckDB cannot tell apart; it is not seen."""
SUFFIXES = (".csv", ".csv.gz", ".parquet", ".parquet.gz")


@dataclass(frozen=True)
class SourceFile:
    """One readable file: `relation` is SQL, `columns` name -> DuckDB type; rows are counted from `first_row`, as a spreadsheet would."""

    path: Path
    relation: str
    columns: dict[str, str]
    first_row: int
    packed: bool = False
    """Whether DuckDB unpacks it while it reads."""

    @property
    def name(self) -> str:
        """How messages call it."""
        return self.path.name


def found_below(paths: list[Path]) -> tuple[Path, ...]:
    """The files meant by files and folders, in a fixed order. Raises `Invalid` when there is none."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(
                file for file in path.rglob("*") if file.is_file() and file.name.lower().endswith(SUFFIXES)
            )
            if not inside:
                message = f"The folder {path} holds no .csv, .csv.gz or .parquet file."
                raise Invalid(message)
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            message = f"There is no file {path}."
            raise Invalid(message)
    return tuple(dict.fromkeys(found))


def opened(connection: duckdb.DuckDBPyConnection, path: Path, scratch: Path) -> SourceFile:
    """Look at a file's first bytes and its columns. Raises `Invalid` naming the file when it cannot be read."""
    with saying(path.name), path.open("rb") as file:
        start = file.read(len(PARQUET))
        if not start:
            message = f"{path.name} is empty."
            raise Invalid(message)
        gzipped = start.startswith(GZIP)
        if gzipped:
            file.seek(0)
            with gzip.open(file) as inner:
                start = inner.read(len(PARQUET))
        if start != PARQUET:
            if path.name.lower().removesuffix(".gz").endswith(".parquet"):
                message = f"{path.name} is no Parquet file."
                raise Invalid(message)
            return _csv(path, packed=gzipped)
        return _parquet(connection, _unpacked(path, scratch) if gzipped else path, path)


@contextmanager
def saying(name: str) -> Iterator[None]:
    """Turn what reading a broken file raises into one sentence that names it."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        message = f"{name} is not a whole gzip file: {error}."
        raise Invalid(message, mend="Download or copy it again.") from error
    except UnicodeDecodeError as error:
        message = f"{name}, row 1: its header is not UTF-8 text."
        raise Invalid(message) from error
    except csv.Error as error:
        message = f"{name}, row 1: its header cannot be read: {error}."
        raise Invalid(message) from error
    except duckdb.Error as error:
        raise Invalid(f"{name}{_words(str(error))}") from error


def _words(text: str) -> str:
    """What DuckDB says of a file, as the rest of a sentence."""
    lines = [line.strip() for line in text.replace("\0", "\ufffd").splitlines() if line.strip()]
    first = lines[0].split(": ", 1)[-1]
    if first.startswith("CSV Error on Line:"):
        row = first.rsplit(":", 1)[1].strip()
        # The complaint follows the line itself, which may be several, and comes before what DuckDB proposes.
        end = next((place for place, line in enumerate(lines) if line.startswith("Possible ")), 0)
        told = lines[end - 1] if end > 1 else "it cannot be read"
        return f", row {row}: {told.rstrip('.')}."
    return f" cannot be read: {first.rstrip('.')}."


def _csv(path: Path, *, packed: bool) -> SourceFile:
    with gzip.open(path, "rb") if packed else path.open("rb") as file:
        header = file.readline(HEADER_LIMIT).decode("utf-8-sig")
        while header.count('"') % 2 and len(header) < HEADER_LIMIT and (more := file.readline(HEADER_LIMIT)):
            header += more.decode("utf-8")
    names = next(csv.reader([header]), [])
    _refuse_zeros(path, names)
    _refuse_doubled(path, sorted({name for name in names if names.count(name) > 1}))
    if not names or "" in names:
        message = f"{path.name}, row 1: a column has no name."
        raise Invalid(message)
    names = _apart(names)
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    relation = (
        f"read_csv({literal(str(path))}, auto_detect=false, header=true, delim=',', quote='\"', escape='\"', "
        f"nullstr=['NULL', ''], strict_mode=true, compression='{'gzip' if packed else 'none'}', columns={{{columns}}})"
    )
    return SourceFile(path, relation, dict.fromkeys(names, "VARCHAR"), first_row=2, packed=packed)


def _apart(names: list[str]) -> list[str]:
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        found.append(name + TWIN * seen[name.lower()])
        seen[name.lower()] += 1
    return found


def _parquet(connection: duckdb.DuckDBPyConnection, readable: Path, path: Path) -> SourceFile:
    relation = f"read_parquet({literal(str(readable))}, hive_partitioning=false)"
    described = connection.execute(f"describe select * from {relation}").fetchall()
    columns = {name: kind for name, kind, *_ in described}
    _refuse_zeros(path, columns)
    # `describe` gives the second of two columns of one name another: which of the two holds the truth nobody can say.
    paths = (
        f"select path_in_schema from parquet_metadata({literal(str(readable))}) "
        "group by path_in_schema having count(distinct column_id) > 1 order by all"
    )
    _refuse_doubled(path, [name.split(", ")[0] for (name,) in connection.execute(paths).fetchall()])
    return SourceFile(path, relation, columns, first_row=1)


def _refuse_doubled(path: Path, names: Sequence[str]) -> None:
    if names:
        message = f"{path.name}, row 1: the column {names[0]} is there twice."
        raise Invalid(message)


def _refuse_zeros(path: Path, names: Iterable[str]) -> None:
    """Raise `Invalid` for a zero character in a column's name, as UTF-16 read as UTF-8 has them: no record of ours can hold one."""
    if any("\0" in name for name in names):
        message = f"{path.name}, row 1: its header is not UTF-8 text."
        raise Invalid(message)


def _unpacked(path: Path, scratch: Path) -> Path:
    target = scratch / f"{path.name}.unpacked"
    unpack(path, target)
    return target


def beginning(file: SourceFile, scratch: Path) -> SourceFile | None:
    """The first whole lines of a CSV file, up to a megabyte, as a file of its own; None where there are none to be had."""
    if not file.relation.startswith("read_csv"):
        return None
    with gzip.open(file.path, "rb") if file.packed else file.path.open("rb") as whole:
        found = bytearray()
        try:
            while len(found) < HEADER_LIMIT and (block := whole.read1(1 << 14)):
                found += block
        except (EOFError, gzip.BadGzipFile, zlib.error):
            pass  # what came before is what we want
    target = scratch / f"{file.name}.beginning"
    target.write_bytes(found[: found.rfind(b"\n") + 1])
    relation = file.relation.replace(literal(str(file.path)), literal(str(target)), 1)
    relation = relation.replace("strict_mode=true", "strict_mode=false, ignore_errors=true")
    return SourceFile(
        file.path, relation.replace("compression='gzip'", "compression='none'"), file.columns, 2
    )
