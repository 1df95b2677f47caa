"""What a question is asked of and what it answers, whatever engine runs it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import ibis

from services.warehouse.catalog import DataFile
from services.warehouse.columns import TableColumn

# ruff: noqa: ANN401  Ibis is not typed here

Rows = tuple[tuple[Any, ...], ...]
Question = Callable[..., Any]
"""A function of the tables, then of what it asks about, that answers an Ibis expression."""


@dataclass(frozen=True, eq=False)
class Tables:
    """What a question is asked of: the lines, and their daily rollup, of one organisation in one state."""

    lines: Any
    rollup: Any


class Engine(Protocol):
    """What runs questions. A state is the engine's own; whoever holds on to one may ask it."""

    tables: Tables

    def close(self) -> None:
        """Give back what it holds."""

    def compiled(self, expression: Any) -> str:
        """SQL for an Ibis expression over `tables`."""

    def prepare(self, organisation_id: UUID, files: Sequence[DataFile]) -> Any:
        """Make one state of an organisation's bill ready. Raises `Unavailable` where the files or the engine cannot be reached."""

    def run(self, state: Any, sql: str) -> Rows:
        """Run SQL on a state's tables: Python values, exact decimals, times in UTC without saying so."""


def unbound(columns: tuple[TableColumn, ...], name: str) -> Any:
    """A table of this name as Ibis sees it, without an engine."""
    return ibis.table({column.name: column.ibis for column in columns}, name=name)
