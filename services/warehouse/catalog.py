"""The Iceberg table of bill lines: what it holds now, and how a set of data files is put in the place of others in one commit.

pyiceberg is imported only where a table is planned or committed: a web process that finds its plan on disk never needs it.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, create_engine, text

from core.errors import Conflict, NotFound
from services.warehouse.columns import LINES, PARTITION

NAME = "pioneer"
NAMESPACE = "costs"
TABLE = f"{NAMESPACE}.lines"
LOADS = "pioneer.loads"
"""Snapshot summary key: the ids of the loads committed with it."""
_TOKEN = re.compile(r"[\w-]+\.metadata\.json")
_PROPERTIES = {
    "format-version": "2",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "100",
}


@dataclass(frozen=True)
class DataFile:
    """One immutable Parquet file of one load."""

    path: str
    organisation_id: str
    source: str
    month: str
    load_id: str
    rows: int


@dataclass(frozen=True)
class Plan:
    """The files of one state of the table; `token` names the state."""

    token: str
    snapshot_id: int | None
    files: tuple[DataFile, ...]


NOTHING = Plan("", None, ())


class Catalog:
    """The table through its catalog in PostgreSQL, with metadata and data below `directory`.

    Places are written as plain paths: Arrow opens a `file:` URI without decoding it, so a space in one names another folder.
    """

    def __init__(self, url: str, directory: Path) -> None:
        self.url = url
        self.directory = directory.resolve()
        self.engine = create_engine(url, pool_size=2, pool_pre_ping=True)
        self._made = False

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()

    def token(self) -> str:
        """Name the table's present state; empty before the first commit. One small query."""
        return (self._location() or "").rpartition("/")[2]

    def _location(self) -> str | None:
        with self.engine.connect() as db:
            if not self._made:  # once there it stays, and each look at the present state is a question less
                found = db.execute(text("select to_regclass('iceberg_tables')")).scalar_one()
                self._made = found is not None
            if not self._made:
                return None
            found = db.execute(
                text(
                    "select metadata_location from iceberg_tables where (catalog_name, table_namespace, table_name) = (:c, :n, 'lines')"
                ),
                {"c": NAME, "n": NAMESPACE},
            ).scalar_one_or_none()
            return None if found is None else str(found)

    def plan(self, token: str) -> Plan:
        """The files of the table in one state; remembered on disk, since that never changes.

        Raises `NotFound` for a state that is not kept.
        """
        if not token:
            return NOTHING
        if not _TOKEN.fullmatch(token):
            raise NotFound("There is no such state of the bill.")
        remembered = self.directory / "plans" / f"{token}.json"
        if remembered.exists():
            held = json.loads(remembered.read_text())
            return Plan(held["token"], held["snapshot_id"], tuple(DataFile(**file) for file in held["files"]))
        from pyiceberg.table import StaticTable  # noqa: PLC0415  half a second that most processes never need

        gone = NotFound("That state of the bill is no longer kept.", mend="Load the page again.")
        try:
            table = StaticTable.from_metadata((self._location() or "").rpartition("/")[0] + "/" + token)
            plan = self._remember(token, table)
        except FileNotFoundError as error:
            raise gone from error
        if not all(Path(file.path).exists() for file in plan.files):
            remembered.unlink()
            raise gone
        return plan

    def _remember(self, token: str, table: Any) -> Plan:  # noqa: ANN401  pyiceberg is not typed here
        snapshot = table.current_snapshot()
        plan = Plan(token, snapshot.snapshot_id if snapshot else None, tuple(_files(table)))
        remembered = self.directory / "plans" / f"{token}.json"
        remembered.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(remembered, json.dumps(asdict(plan)))
        return plan

    @staticmethod
    def expect_writing() -> None:
        """Begin to import what a commit takes, beside other work: most of a second, of which a long load then sees nothing."""
        Thread(target=_import_what_writes, name="imports").start()

    def replace(
        self, organisation_id: UUID, new: Sequence[DataFile], *, gone: Iterable[tuple[str, str]] = ()
    ) -> int:
        """Put `new` files in the place of all files of their (source, month), and of those `gone`, in one commit; answers the snapshot's id.

        Raises `Conflict` when another writer that does not share our lock was quicker.
        """
        from pyiceberg.exceptions import CommitFailedException  # noqa: PLC0415  see above

        replaced = {(file.source, file.month) for file in new} | set(gone)
        with self.writing() as table:
            old = [
                task.file
                for task in table.scan(row_filter=_of_organisation(organisation_id)).plan_files()
                if (task.file.partition[1], task.file.partition[2]) in replaced
            ]
            try:
                _overwrite(table, old, new)
            except CommitFailedException as error:
                message = "Another program changed the cost table at the same moment; the month that was there stands."
                raise Conflict(message, mend="Run it again.") from error
            self._remember(table.metadata_location.rpartition("/")[2], table)
            snapshot_id: int = table.current_snapshot().snapshot_id
            return snapshot_id

    def committed(self, load_ids: Iterable[UUID]) -> dict[UUID, int]:
        """Which of these loads reached a snapshot, and which."""
        location = self._location()
        wanted = {str(load_id): load_id for load_id in load_ids}
        if location is None or not wanted:
            return {}
        from pyiceberg.table import StaticTable  # noqa: PLC0415  see above

        found = {}
        for snapshot in StaticTable.from_metadata(location).snapshots():
            summary = snapshot.summary.additional_properties if snapshot.summary else {}
            for load_id in summary.get(LOADS, "").split(","):
                if load_id in wanted:
                    found[wanted[load_id]] = int(snapshot.snapshot_id)
        return found

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """The table, made if need be, while no other of our processes commits to it."""
        from pyiceberg.catalog.sql import SqlCatalog  # noqa: PLC0415  see above

        from services.warehouse.iceberg import cost_table  # noqa: PLC0415  see above

        with self.engine.connect() as db, db.begin(), _locked(db, "commit"):
            catalog = SqlCatalog(NAME, uri=self.url, warehouse=str(self.directory))
            try:
                catalog.create_namespace_if_not_exists(NAMESPACE)
                yield cost_table(catalog, TABLE, LINES, PARTITION, _PROPERTIES)
            finally:
                catalog.engine.dispose()

    @contextmanager
    def owning(self, load_ids: Iterable[UUID]) -> Iterator[frozenset[UUID]]:
        """Hold loads as one's own; answers those that no living process holds. A lock ends with its process, also by kill -9."""
        with self.engine.connect() as db:
            held = {load_id: _key(str(load_id)) for load_id in load_ids}
            owned = frozenset(
                load_id
                for load_id, key in held.items()
                if db.execute(text("select pg_try_advisory_lock(:key)"), {"key": key}).scalar_one()
            )
            db.commit()  # a session's lock needs no open transaction
            try:
                yield owned
            finally:
                for load_id in owned:
                    db.execute(text("select pg_advisory_unlock(:key)"), {"key": held[load_id]})
                db.commit()


def _import_what_writes() -> None:
    for name in ("pyiceberg.catalog.sql", "pyiceberg.io.pyarrow", "services.warehouse.iceberg"):
        import_module(name)


@contextmanager
def _locked(db: Connection, what: str) -> Iterator[None]:
    db.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _key(what)})
    yield


def _key(what: str) -> int:
    return int.from_bytes(hashlib.sha256(f"warehouse:{what}".encode()).digest()[:8], signed=True)


def _overwrite(table: Any, old: Sequence[Any], new: Sequence[DataFile]) -> None:  # noqa: ANN401  pyiceberg is not typed here
    from pyiceberg.io.pyarrow import parquet_file_to_data_file  # noqa: PLC0415  see above

    from services.warehouse.iceberg import Steady  # noqa: PLC0415  see above

    properties = {LOADS: ",".join(dict.fromkeys(file.load_id for file in new))}
    with (
        Steady(table) as transaction,
        transaction.update_snapshot(snapshot_properties=properties).overwrite() as change,
    ):
        change._build_manifest_evaluator = partial(_evaluator, change)  # noqa: SLF001  there is no public way
        change._existing_manifests = partial(_living, change)  # noqa: SLF001  likewise
        for file in old:
            change.delete_data_file(file)
        for added in new:
            change.append_data_file(parquet_file_to_data_file(table.io, table.metadata, added.path))


def _evaluator(change: Any, spec_id: int) -> Callable[[Any], bool]:  # noqa: ANN401  pyiceberg is not typed here
    """Whether a manifest may name files that go. pyiceberg 0.12 lets threads share one that remembers what it looks at: it misses some."""
    build = type(change)._build_manifest_evaluator  # noqa: SLF001  see above
    return lambda manifest: bool(build(change, spec_id)(manifest))


def _living(change: Any) -> list[Any]:  # noqa: ANN401  pyiceberg is not typed here
    """The manifests taken over from the state before: not those that only say what went with it, of which each commit leaves one."""
    found = type(change)._existing_manifests(change)  # noqa: SLF001  see above
    return [manifest for manifest in found if manifest.has_added_files() or manifest.has_existing_files()]


def _of_organisation(organisation_id: UUID) -> Any:  # noqa: ANN401  pyiceberg is not typed here
    from pyiceberg.expressions import EqualTo  # noqa: PLC0415  see above

    return EqualTo(PARTITION[0], str(organisation_id))


def _files(table: Any) -> Iterator[DataFile]:  # noqa: ANN401  pyiceberg is not typed here
    for task in table.scan().plan_files():
        path = task.file.file_path.removeprefix("file://")  # as another program may write it
        organisation_id, source, month, load_id = (
            task.file.partition[place] for place in range(len(PARTITION))
        )
        yield DataFile(path, organisation_id, source, month, load_id, task.file.record_count)


def _write_whole(path: Path, content: str) -> None:
    """Write beside, then rename: a reader sees all or nothing, and of two that write the same each has a file of its own."""
    beside = path.with_name(f"{path.name}.{uuid4().hex[:8]}")
    beside.write_text(content)
    beside.replace(path)
