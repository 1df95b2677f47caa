"""Tags that a load has met: a bill repeats the same few over and over, and to make a map of their text takes as long as all else in a line."""

from dataclasses import replace
from threading import Lock

import duckdb

from services.warehouse.files import SourceFile
from services.warehouse.readers import Reading
from services.warehouse.values import identifier

LOOKED_AT = 10_000
"""Rows of each file that are looked at beforehand: most of the resources that cost anything are among them."""
ROOM = 50_000
"""Texts kept at most."""
_TABLE, _TEXT, _TAGS = "pioneer_familiar", identifier("familiar text"), identifier("familiar tags")


class Familiar:
    """Tags met so far, as a table of texts and their maps. Safe to share between threads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._lock = Lock()
        self._count = 0
        connection.execute(
            f"create or replace table {_TABLE} ({_TEXT} varchar, {_TAGS} map(varchar, varchar))"
        )

    def helped(
        self, connection: duckdb.DuckDBPyConnection, file: SourceFile, reading: Reading
    ) -> tuple[SourceFile, Reading]:
        """The same file and reading, but familiar tags are looked up; what is new is worked out at its row, as ever."""
        if reading.tags_from is None:
            return file, reading
        column, tags = identifier(reading.tags_from), reading.values["Tags"]
        try:
            self._meet(connection, file, reading, column, tags)
        except duckdb.Error:  # whoever reads the whole file says what is wrong with it
            return file, reading
        relation = f"(select given.*, {_TAGS} from {file.relation} as given left join {_TABLE} on given.{column} = {_TEXT})"
        values = {**reading.values, "Tags": f"coalesce({_TAGS}, {tags})"}
        return replace(file, relation=relation), replace(reading, values=values)

    def _meet(
        self,
        connection: duckdb.DuckDBPyConnection,
        file: SourceFile,
        reading: Reading,
        column: str,
        tags: str,
    ) -> None:
        first = f"select {column} from {file.relation} where {reading.where} limit {LOOKED_AT}"
        with self._lock:
            connection.execute(
                f"insert into {_TABLE} select {column}, {tags} from (select distinct {column} from ({first})) as met "
                f"where {column} is not null and not exists (from {_TABLE} where {_TEXT} = met.{column}) limit {ROOM - self._count}"
            )
            self._count = int(connection.execute(f"select count(*) from {_TABLE}").fetchall()[0][0])
