"""What a question is asked of and what it answers, whatever engine runs it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ibis

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


def unbound(columns: tuple[TableColumn, ...], name: str) -> Any:
    """A table of this name as Ibis sees it, without an engine."""
    return ibis.table({column.name: column.ibis for column in columns}, name=name)
