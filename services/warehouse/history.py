"""States of the bill that were replaced are kept for a while, so that a screen or a report can ask them again; then their files go."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from services.warehouse.columns import ROLLUP_SHAPE
from services.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class Expired:
    """How many states can no longer be asked, and how many files went with them."""

    states: int
    files: int


def expire(warehouse: Warehouse, before: datetime) -> Expired:
    """Forget the states that were replaced before that time, and delete the files that no state kept names.

    Files written since are left alone: they may belong to a load under way, or to a state that a screen has just pinned.
    """
    catalog = warehouse.catalog
    current = catalog.token()
    if not current:
        return Expired(0, 0)
    catalog.plan(current)  # so that the present state is among those remembered
    with catalog.writing() as table:
        if any(snapshot.timestamp_ms < before.timestamp() * 1000 for snapshot in table.snapshots()[:-1]):
            table.maintenance.expire_snapshots().older_than(before).commit()
            table.refresh()
        named, metadata = _living(table)
        states = 0
        for plan in _replaced(warehouse.directory / "plans", before, catalog.token()):
            plan.unlink()
            states += 1
    for token in (warehouse.directory / "plans").glob("*.metadata.json.json"):
        named |= {(file.path, file.load_id) for file in catalog.plan(token.name.removesuffix(".json")).files}
    paths, loads = {path for path, _ in named}, {load for _, load in named}
    gone = [file for file in (warehouse.directory / "lines").rglob("*.parquet") if str(file) not in paths]
    gone += [
        file
        for file in (warehouse.directory / "rollup").rglob("*.parquet*")
        if file.stem not in loads or ROLLUP_SHAPE not in file.parts
    ]
    for kind in ("avro", "metadata.json"):
        gone += [
            file for file in warehouse.directory.rglob(f"metadata/*.{kind}") if str(file) not in metadata
        ]
    return Expired(states, sum(_delete(file, before) for file in gone))


def _replaced(plans: Path, before: datetime, current: str) -> Iterator[Path]:
    """The states whose next one came before that time. A plan is written when its state begins."""
    ordered = sorted(plans.glob("*.metadata.json.json"), key=lambda plan: plan.stat().st_mtime)
    for plan, following in pairwise(ordered):
        if following.stat().st_mtime < before.timestamp() and plan.name != f"{current}.json":
            yield plan


def _living(table: Any) -> tuple[set[tuple[str, str]], set[str]]:  # noqa: ANN401  pyiceberg is not typed here
    """(path, load id) of the data files that the table's snapshots name, and the paths of their own and the table's metadata."""
    named = set[tuple[str, str]]()
    metadata = {_plain(each.metadata_file) for each in table.metadata.metadata_log}
    metadata.add(_plain(table.metadata_location))
    for snapshot in table.snapshots():
        metadata.add(_plain(snapshot.manifest_list))
        for manifest in snapshot.manifests(table.io):
            path = _plain(manifest.manifest_path)
            if path in metadata:
                continue
            metadata.add(path)
            for entry in manifest.fetch_manifest_entry(table.io):
                named.add((_plain(entry.data_file.file_path), str(entry.data_file.partition[3])))
    return named, metadata


def _plain(path: str) -> str:
    return path.removeprefix("file://")


def _delete(file: Path, before: datetime) -> bool:
    """Whether it was old enough to go; its folder goes with it once it is empty."""
    if file.stat().st_mtime >= before.timestamp():
        return False
    file.unlink()
    if file.parents[2].name == "lines" and not any(file.parent.iterdir()):
        file.parent.rmdir()  # a load's own folder
    return True
