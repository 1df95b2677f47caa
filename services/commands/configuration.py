"""From the words of a command line to settings."""

import argparse

from services.settings import Settings, load


def settings_of(args: argparse.Namespace, **overrides: object) -> Settings:
    """The settings with what the command line said on top."""
    return load(PIONEER_DATA=args.data, PORT=getattr(args, "port", None), **overrides)
