"""Bill files read whole and checked, into Parquet of our own columns, before anything that stands is touched.

Each file is read once and written once: where it holds one month of one source, as exports do, what is written here is the month's
own file. Memory is bounded by DuckDB's limit whatever the files' size.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from uuid import UUID, uuid4

import duckdb

from core.costs.load import Quarantined
from core.errors import Invalid
from services.warehouse import files, normal, values, watched
from services.warehouse.familiar import Familiar
from services.warehouse.part import Desk, Key, Part, StagedMonth, Taken, Wanted, recognised, together
from services.warehouse.watched import Progress, Step

__all__ = ["Key", "Part", "Staged", "StagedMonth", "Wanted", "places_in", "reading_connection", "stage"]

MEMORY = "600MB"
AT_ONCE = 2
"""Small files read at the same time, since one of few lines keeps a single core busy."""
SMALL = 64_000_000
"""So many bytes of text, at most, make a file a small one: of large ones one at a time takes all cores, and all the memory there is."""
PACKED = 16
"""How much text there is to a byte of a packed file."""


@dataclass(frozen=True)
class Staged:
    """Files read. `ids` are load ids for the months found; `quarantined` are the files that could not be used."""

    parts: tuple[Part, ...]
    months: tuple[StagedMonth, ...]
    unknown_columns: tuple[str, ...]
    rounded: int
    ids: Mapping[Key, UUID] = field(default_factory=dict)
    quarantined: tuple[Quarantined, ...] = ()


@contextmanager
def reading_connection(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own for one load, spilling below `scratch`."""
    config = {
        "memory_limit": MEMORY,
        "temp_directory": str(scratch / "spill"),
        "autoinstall_known_extensions": "false",
        "preserve_insertion_order": "false",  # lines have none of their own; a file's would be kept in memory
        "disabled_optimizers": "build_side_probe_side",  # takes CSV files to be small, and would hold them whole
    }
    connection = watched.politely(
        lambda: duckdb.connect(":memory:", config=config)
    )  # its threads are as polite
    try:
        connection.execute("set global timezone = 'UTC'")
        for macro in values.MACROS:
            connection.execute(macro)
        yield connection
    finally:
        connection.close()


def stage(
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    scratch: Path,
    wanted: Wanted,
    on_progress: Progress,
) -> Staged:
    """Read files that together are one version of their months. A file that cannot be used is told among the `quarantined`.

    Raises `Invalid` naming file and row when there is no other.
    """
    table = _Table(connection, paths, scratch, wanted)
    small = [number for number, path in enumerate(paths) if _unpacked(path) <= SMALL]
    found: dict[int, Taken | Quarantined] = {}
    for numbers, at_once in ((sorted({*range(len(paths))} - {*small}), 1), (small, AT_ONCE)):
        with ThreadPoolExecutor(at_once, initializer=watched.give_way) as pool:
            running = {pool.submit(table.take, number): number for number in numbers}
            try:
                while running:
                    on_progress(table.told())
                    for done in wait(running, timeout=watched.EVERY, return_when=FIRST_COMPLETED).done:
                        found[running.pop(done)] = done.result()
            except BaseException:
                table.stop.set()  # nothing of it is wanted any more
                raise
    return table.staged([found[number] for number in range(len(paths))])


def _unpacked(path: Path) -> int:
    """About how many bytes of text a file holds."""
    return path.stat().st_size * (PACKED if path.suffix.lower() in {".gz", ".parquet"} else 1)


class _Table:
    """The files of one load, read by several threads."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], scratch: Path, wanted: Wanted
    ) -> None:
        self.stop = Event()
        self._connection, self._paths, self._scratch, self._wanted = connection, paths, scratch, wanted
        self._familiar = Familiar(connection)
        self._lock = Lock()
        self._ids: dict[Key, UUID] = {}
        self._sizes = [max(1, path.stat().st_size) for path in paths]
        self._read = [0.0] * len(paths)

    def told(self) -> Step:
        """How far it is: which files are being read, and the part of all bytes that was read so far."""
        size = sum(self._sizes)
        done = sum(own * part for own, part in zip(self._sizes, self._read, strict=True)) / size
        names = [path.name for path, part in zip(self._paths, self._read, strict=True) if part < 1]
        said = f"Reading {' and '.join(names[:AT_ONCE])}" if names else "Reading"
        return Step(f"{said}: {done:.0%} of {_bytes(size)}" if done else said, done or None)

    def take(self, number: int) -> Taken | Quarantined:
        """Read one file. Raises `Invalid` for one that cannot be used and is alone; then nothing of it is kept."""
        path = self._paths[number]

        def look(part: float) -> None:
            if self.stop.is_set():
                raise InterruptedError(path)
            self._read[number] = min(part, 0.99)

        with self._lock:
            connection = self._connection.cursor()
        try:
            connection.execute("set enable_progress_bar = true")  # counts how far it is
            connection.execute("set enable_progress_bar_print = false")
            desk = Desk(connection, self._scratch, self._wanted, self._familiar, self._id_of, look)
            look(0)
            return desk.take(number, path)
        except Invalid as error:
            if len(self._paths) == 1:
                raise
            return Quarantined(
                path.name, error.message, *places_in(connection, path, self._scratch, self._wanted)
            )
        finally:
            self._read[number] = 1
            connection.close()

    def _id_of(self, key: Key | None) -> UUID:
        """The load id of a month; one that is no month's where that is unknown."""
        with self._lock:
            return uuid4() if key is None else self._ids.setdefault(key, uuid4())

    def staged(self, found: Sequence[Taken | Quarantined]) -> Staged:
        """All of it. Raises `Invalid` where nothing can be used."""
        quarantined = tuple(each for each in found if isinstance(each, Quarantined))
        taken = [each for each in found if isinstance(each, Taken)]
        if not taken:
            raise Invalid(" ".join(each.reason for each in quarantined))
        months: dict[Key, StagedMonth] = {}
        for each in taken:
            months |= {key: together(months.get(key), month) for key, month in each.months.items()}
        return Staged(
            tuple(each.part for each in taken),
            tuple(months[key] for key in sorted(months)),
            tuple(dict.fromkeys(name for each in taken for name in each.unknown_columns)),
            sum(each.rounded for each in taken),
            {key: self._id_of(key) for key in months},
            quarantined,
        )


def places_in(
    connection: duckdb.DuckDBPyConnection, path: Path, scratch: Path, wanted: Wanted
) -> tuple[frozenset[Key], bool]:
    """Source and month of those rows of a broken file that tell, and whether all of its rows were seen.

    What cannot be read to its end is looked at in a piece of its beginning.
    """
    try:
        file = files.opened(connection, path, scratch)
        reading = recognised(file, wanted)
    except Invalid:
        return frozenset(), False
    sql = "select distinct * from ({})"
    for candidate, whole in ((file, True), (files.beginning(file, scratch), False)):
        if candidate is None:
            continue
        try:
            rows = connection.execute(sql.format(normal.places(candidate, reading, wanted.source))).fetchall()
        except duckdb.Error:
            continue
        known = frozenset((source, month) for source, month in rows if source and month)
        return known, whole and all(None not in row for row in rows)
    return frozenset(), False


def _bytes(size: int) -> str:
    """In the largest unit of which there is at least one, powers of a thousand as disks are sold."""
    place = min(max(0, (len(str(size)) - 1) // 3), 3)
    return f"{size / 1000**place:.3g} {('bytes', 'kB', 'MB', 'GB')[place]}"
