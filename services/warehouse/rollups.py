"""One organisation's daily rollups in memory: all loads in one table, so that states of the bill share the months they have in common."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

import duckdb

from services.warehouse.columns import ROLLUP, nothing
from services.warehouse.values import literal

LOAD = "load_number"
_COLUMNS = ", ".join(column.name for column in ROLLUP)


class Rollups:
    """The table `name`. A load is read once, however many states name it, and forgotten with the last of them."""

    def __init__(self, cursor: Callable[[], duckdb.DuckDBPyConnection], name: str) -> None:
        self._cursor, self._name = cursor, name
        self._lock = Lock()
        self._numbers: dict[str, int] = {}
        self._uses: Counter[str] = Counter()
        self._made = 0

    def take(self, loads: Sequence[str], file_of: Callable[[str], Path]) -> str:
        """Hold these loads, and answer SQL for their rows. Only of those that are not there yet the file is asked for and read."""
        with self._lock:
            new = {load: file_of(load) for load in loads if load not in self._numbers}
            if new:
                self._read(new)
            self._uses.update(loads)
            numbers = ", ".join(str(self._numbers[load]) for load in loads)
        return (
            f"select {_COLUMNS} from {self._name} where {LOAD} in ({numbers})" if loads else nothing(ROLLUP)
        )

    def give_back(self, loads: Sequence[str]) -> None:
        """One that took these loads is gone."""
        with self._lock:
            self._uses.subtract(loads)
            gone = [load for load in loads if self._uses[load] <= 0]
            if not gone:
                return
            with self._cursor() as cursor:
                numbers = ", ".join(str(self._numbers[load]) for load in gone)
                cursor.execute(f"delete from {self._name} where {LOAD} in ({numbers})")
            for load in gone:
                del self._numbers[load], self._uses[load]

    def _read(self, new: Mapping[str, Path]) -> None:
        first = self._made == 0
        numbers = {load: self._made + place for place, load in enumerate(new, start=1)}
        named = ", ".join(f"({literal(str(path))}, {numbers[load]})" for load, path in new.items())
        files = ", ".join(literal(str(path)) for path in new.values())
        with self._cursor() as cursor:
            if first:
                cursor.execute(
                    f"create table if not exists {self._name} as select *, 0 as {LOAD} from ({nothing(ROLLUP)})"
                )
            cursor.execute(
                f"insert into {self._name} select {_COLUMNS}, {LOAD} from read_parquet([{files}], filename=true, hive_partitioning=false) "
                f"join (values {named}) as numbered(filename, {LOAD}) using (filename)"
            )
            if first:
                # Compressed, it is asked twice as fast and takes a ninth of the memory. Later loads are compressed as they pile up.
                with suppress(duckdb.TransactionException):
                    cursor.execute(f"checkpoint {self._name.partition('.')[0]}")
        self._made += len(new)
        self._numbers |= numbers
