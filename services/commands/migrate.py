"""`./pioneer migrate`: bring the database to the newest schema."""

import argparse

from services.bootstrap import database_url
from services.commands.configuration import settings_of
from services.db import database, migrate


def run(args: argparse.Namespace) -> int:
    """Run the missing migrations and say from where to where."""
    engine = database.connect(database_url(settings_of(args)))
    before, after = migrate.upgrade(engine)
    engine.dispose()
    print(
        f"The database is at schema {after}"
        + (", as it was." if before == after else f" (was: {before or 'empty'}).")
    )
    return 0
