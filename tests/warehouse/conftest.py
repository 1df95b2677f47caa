"""A warehouse of one organisation on a fresh database."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from services.warehouse import load
from services.warehouse.staging import Staged, Wanted
from services.warehouse.warehouse import Warehouse

Loader = Callable[..., Staged]


@pytest.fixture
def warehouse(database_url: str, tmp_path: Path) -> Iterator[Warehouse]:
    """Empty."""
    made = Warehouse(database_url, tmp_path / "warehouse")
    yield made
    made.close()


@pytest.fixture
def organisation() -> UUID:
    """Whose bills are loaded."""
    return uuid4()


@pytest.fixture
def take(warehouse: Warehouse, organisation: UUID) -> Loader:
    """Loads files for the organisation (or another), and answers what was found in them."""

    def loaded(*paths: Path, source: str | None = None, whose: UUID = organisation) -> Staged:
        wanted = Wanted(whose, source)
        with load.staged(warehouse, uuid4(), paths, wanted, lambda _: None) as (connection, staged):
            load.replace_months(warehouse, connection, whose, staged, staged.ids, lambda _: None)
            return staged

    return loaded
