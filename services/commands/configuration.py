"""From the words of a command line to settings, and whether a data directory is a demo's."""

import argparse
import json
import os
from pathlib import Path

from core.errors import Invalid
from services.settings import Settings, load

MARKER = "demo"
"""A file of this name in a data directory says that what is there is made up, and may be deleted."""
FOLLOWING = frozenset({"ingest", "costs", "job", "doctor"})
"""Commands that mean whatever is in the data directory, demo or not."""


def data_of(args: argparse.Namespace) -> Path:
    """The data directory a command line means, absolute."""
    return Path(args.data or os.environ.get("PIONEER_DATA") or ".pioneer").resolve()


def begun(settings: Settings) -> bool:
    """Whether there is anything to read: a data directory, or a database of one's own. What only looks makes neither."""
    return settings.database_url is not None or settings.data.exists()


def is_demo(data: Path) -> bool:
    """Whether a data directory holds a demo."""
    return (data / MARKER).exists()


def mark(data: Path, endpoint: str, port: int) -> None:
    """Say that a data directory holds a demo, where its cloud listens, and on which port its screens."""
    (data / MARKER).write_text(json.dumps({"PIONEER_AWS_ENDPOINT": endpoint, "PORT": port}))


def settings_of(args: argparse.Namespace, **overrides: object) -> Settings:
    """The settings with what the command line said on top.

    Raises `Invalid` when a command that serves real accounts is given a demo's data directory: its people have published passwords.
    """
    port = getattr(args, "port", None)
    settings = load(PIONEER_DATA=args.data, PORT=port, **overrides)
    if settings.demo or not is_demo(settings.data):
        return settings
    if getattr(args, "command", "") not in FOLLOWING:
        message = f"{settings.data} holds the demo, whose passwords everybody knows."
        raise Invalid(
            message, mend="Give your own installation a directory of its own: --data DIR, or PIONEER_DATA."
        )
    kept = json.loads((settings.data / MARKER).read_text())
    return load(
        **{**kept, "PORT": port or kept["PORT"], "PIONEER_DATA": settings.data, "PIONEER_MODE": "demo"}
    )
